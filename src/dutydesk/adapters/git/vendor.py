"""Git: reads the repositories that the process file names, if it names any."""

from functools import cached_property
from importlib import import_module

from dutydesk.ports.repositories import Origin, RepositorySource, Snapshot
from dutydesk.ports.vendor import Connection, Surroundings, Vendor
from dutydesk.settings import Settings


class Repositories:
    """Loads Git's library, some 10 MiB, once a repository is asked for."""

    def __init__(self, settings: Settings) -> None:
        """Load nothing yet."""
        self._settings = settings

    @cached_property
    def _source(self) -> RepositorySource:
        given = self._settings.handbook
        remote = import_module("dutydesk.adapters.git.remote")
        made: RepositorySource = remote.GitSource(
            self._settings.home / "handbook",
            secrets=given.secrets,
            inside=given.hosts,
            local=given.local,
        )
        return made

    def tip(self, origin: Origin) -> str:
        """Give the commit at which the branch stands."""
        return self._source.tip(origin)

    def pull(self, origin: Origin) -> Snapshot:
        """Give the branch as it stands."""
        return self._source.pull(origin)


def connect(desk: Surroundings) -> Connection:
    """Bring what reads repositories; the process file says which."""
    return Connection(offers={RepositorySource: Repositories(desk.settings)})


VENDOR = Vendor("git", connect)
