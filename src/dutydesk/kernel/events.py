"""What a flow says has happened, for whoever reacts to it."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self


@dataclass(frozen=True)
class Event:
    """Something that happened. Subclasses are frozen dataclasses of plain JSON values."""

    kind: ClassVar[str]

    def as_json(self) -> dict[str, Any]:
        """Give the fact's fields, ready to be stored."""
        return dict(vars(self))

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Give back the fact that `as_json` stored; what a newer program knows more is left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in data.items() if name in known})
