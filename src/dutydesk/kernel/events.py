"""What a flow says has happened, for whoever reacts to it."""

from dataclasses import dataclass
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
        """Give back the fact that `as_json` stored."""
        return cls(**data)
