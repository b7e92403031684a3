"""What every section of the process file is made of."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Priority = Literal["high", "normal"]
Severity = Literal["high", "low"]
Duty = Literal["support", "primary", "secondary"]


class Section(BaseModel):
    """A part of the file; a key that it doesn't know is a mistake.

    What each key is for stands under it, or in its `Field`: editors show that.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
