"""Git: reads the repositories that the process file names, and puts files into one."""

from functools import cached_property
from importlib import import_module
from typing import Any

from dutydesk.ports.delivery import Delivery, Sender
from dutydesk.ports.published_files import COMMIT
from dutydesk.ports.repositories import Origin, RepositorySource, Snapshot
from dutydesk.ports.vendor import Connection, Surroundings, Vendor
from dutydesk.settings import Settings


class Repositories:
    """Loads Git's library, some 10 MiB, once a repository is asked for."""

    def __init__(self, settings: Settings) -> None:
        """Load nothing yet."""
        self._settings = settings

    @cached_property
    def _source(self) -> Any:
        given = self._settings.handbook
        return import_module("dutydesk.adapters.git.remote").GitSource(
            self._settings.home / "handbook",
            secrets=given.secrets,
            inside=given.hosts,
            local=given.local,
        )

    @cached_property
    def _sender(self) -> Sender:
        made: Sender = import_module("dutydesk.adapters.git.sender").CommitSender(self._source)
        return made

    def tip(self, origin: Origin) -> str:
        """Give the commit at which the branch stands."""
        found: str = self._source.tip(origin)
        return found

    def pull(self, origin: Origin) -> Snapshot:
        """Give the branch as it stands."""
        found: Snapshot = self._source.pull(origin)
        return found

    def deliver(self, parcel: Delivery) -> str:
        """Put a file into a repository."""
        return self._sender.deliver(parcel)


def connect(desk: Surroundings) -> Connection:
    """Bring what reads repositories and puts files into them; the process file says which."""
    repositories = Repositories(desk.settings)
    return Connection({COMMIT: repositories}, {RepositorySource: repositories})


VENDOR = Vendor("git", connect)
