"""What every section of the process file is made of."""

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic_core import CoreSchema

Priority = Literal["high", "normal"]
Severity = Literal["high", "low"]
Duty = Literal["support", "primary", "secondary"]


class Section(BaseModel):
    """A part of the file; a key that it doesn't know is a mistake.

    What each key is for stands under it, or in its `Field`: editors show that. What stands under
    it is read when the schema is asked for, since every process of the desk loads this.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler, /
    ) -> dict[str, Any]:
        """Give the schema of this section, with what stands under its keys."""
        found = handler(core_schema)
        keys = handler.resolve_ref_schema(found).get("properties", {})
        for part in cls.__mro__:
            if issubclass(part, Section):
                for name, words in _under_keys(part):
                    keys.get(name, {}).setdefault("description", words)
        return found


def _under_keys(section: type[Section]) -> Iterator[tuple[str, str]]:
    """Give the keys that the source of a section declares, each with the text under it."""
    (written,) = ast.parse(inspect.getsource(section)).body
    for key, under in pairwise(getattr(written, "body", ())):
        match key, under:
            case (
                ast.AnnAssign(target=ast.Name(name)),
                ast.Expr(value=ast.Constant(value=str(words))),
            ):
                yield name, inspect.cleandoc(words)
