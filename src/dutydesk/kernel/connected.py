"""Who answers at a port of a room: nobody, until wiring connects somebody."""

from typing import Generic, TypeVar

T = TypeVar("T")


class Connected(Generic[T]):
    """Whoever was connected last, as `who`; None as long as nobody is."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.who: T | None = None

    def connect(self, who: T) -> None:
        """Let this one answer from now on. Called by wiring."""
        self.who = who
