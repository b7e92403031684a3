"""Reading what stands in a Git repository, wherever it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dutydesk.kernel.refusals import Refused


class RepositoryTrouble(Refused):
    """A repository can't be read. `lasting`: trying again alone won't help, somebody must act."""

    def __init__(self, reason: str, remedy: str, *, lasting: bool) -> None:
        """Keep both sentences; neither holds a secret."""
        super().__init__(reason, remedy)
        self.lasting = lasting


@dataclass(frozen=True)
class Origin:
    """Where a repository is, and what opens it. `name`: under which a copy of it may be kept."""

    name: str
    url: str
    branch: str = ""
    secret: str = ""


class Snapshot(Protocol):
    """A branch as it stood. Links of the file system, other repositories and odd names are odd."""

    commit: str
    at: datetime

    @property
    def files(self) -> Mapping[str, str]:
        """Give each file's path with the id of what is in it."""

    @property
    def odd(self) -> Sequence[tuple[str, str]]:
        """Give what is left out, and why."""

    def read(self, blob: str) -> bytes:
        """Give what is in a file, by its id."""

    def close(self) -> None:
        """Let go of it."""


class RepositorySource(Protocol):
    """Reads repositories. Each raises RepositoryTrouble if one can't be read."""

    def tip(self, origin: Origin) -> str:
        """Give the commit at which the branch stands, in one question."""

    def pull(self, origin: Origin) -> Snapshot:
        """Give the branch as it stands."""
