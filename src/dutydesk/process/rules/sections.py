"""What every section of the process file is made of."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Priority = Literal["high", "normal"]
Severity = Literal["high", "low"]
Duty = Literal["support", "primary", "secondary"]


class Section(BaseModel):
    """A part of the file; a key that it doesn't know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)
