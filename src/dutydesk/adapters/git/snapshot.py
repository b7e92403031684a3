"""A branch of a repository as it stood, read out of a copy on disk or the repository itself."""

import stat
from collections.abc import Sequence
from datetime import UTC, datetime

from dulwich.object_store import iter_tree_contents
from dulwich.objects import S_ISGITLINK, Commit, ObjectID, Tag
from dulwich.repo import Repo

from dutydesk.ports.repositories import RepositoryTrouble

MOST_FILES = 200_000
MOST_ODD = 100
_HUGE = "Name a smaller repository, or one that holds documentation alone."


class GitSnapshot:
    """What a commit holds."""

    def __init__(self, repository: Repo, commit: str) -> None:
        """Read the names of all files; what is in them is read when it is asked for."""
        self._repository = repository
        found = repository[ObjectID(commit.encode())]
        while isinstance(found, Tag):
            found = repository[found.object[1]]
        if not isinstance(found, Commit):
            raise RepositoryTrouble("The branch leads to no commit.", "Mend it.", lasting=True)
        self.commit = commit
        self.at = datetime.fromtimestamp(min(max(found.commit_time, 0), 2**33), UTC)
        self.files: dict[str, str] = {}
        odd: list[tuple[str, str]] = []
        for entry in iter_tree_contents(repository.object_store, found.tree):
            self._take(entry.path or b"", entry.mode or 0, entry.sha or b"", odd)
        self.odd: Sequence[tuple[str, str]] = odd[:MOST_ODD]

    def _take(self, name: bytes, mode: int, blob: bytes, odd: list[tuple[str, str]]) -> None:
        try:
            path = name.decode()
        except UnicodeDecodeError:
            odd.append((name.decode(errors="replace"), "its name is no UTF-8"))
            return
        if stat.S_ISLNK(mode):
            odd.append((path, "it is a symbolic link, and none is followed"))
        elif S_ISGITLINK(mode):
            odd.append((path, "it is a submodule, another repository"))
        elif not path.isprintable() or len(path) > 500:
            odd.append((path[:200], "its name is odd"))
        else:
            self.files[path] = blob.decode()
        if len(self.files) > MOST_FILES:
            raise RepositoryTrouble(
                f"It holds more than {MOST_FILES} files, which is the most.", _HUGE, lasting=True
            )

    def read(self, blob: str) -> bytes:
        """Give what is in a file."""
        return self._repository.object_store.get_raw(ObjectID(blob.encode()))[1]

    def close(self) -> None:
        """Close its files."""
        self._repository.close()
