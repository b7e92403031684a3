"""Files that people send with what they write."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it was sent: what it is called, what is in it, and what it is said to show."""

    name: str
    data: bytes
    description: str = ""
