"""What happens to the handbook."""

from dataclasses import dataclass
from typing import ClassVar

from dutydesk.kernel.events import Event


@dataclass(frozen=True)
class RepositoryEvent(Event):
    """Something happened to a repository."""

    kind: ClassVar[str]
    repository: int


class RepositoryFailed(RepositoryEvent):
    """It can't be read, and the team was told so."""

    kind: ClassVar[str] = "handbook.failed"


class RepositoryReadAgain(RepositoryEvent):
    """It is read again after the team was told that it can't be."""

    kind: ClassVar[str] = "handbook.read-again"
