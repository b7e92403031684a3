"""Git repositories read with dulwich, each kept as a shallow copy in a folder of the desk's data.

The copy only saves asking for what is there already: one that is broken or has grown is made anew.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, TypeVar

from dulwich.client import GitClient, HTTPUnauthorized
from dulwich.errors import GitProtocolError, HangupException, NotGitRepository
from dulwich.objects import ObjectID
from dulwich.refs import Ref
from dulwich.repo import Repo

from dutydesk.adapters.egress import NotAllowed, held
from dutydesk.adapters.git.clients import SECRETS, Clients, Opened
from dutydesk.adapters.git.snapshot import GitSnapshot
from dutydesk.ports.repositories import Origin, RepositoryTrouble

T = TypeVar("T")
LONGEST_LOOK, LONGEST_PULL = 30.0, 120.0
MOST_BYTES = 256 * 2**20
MOST_PACKS = 30
_SPOOL = 2**20
_HOSTS = "Whoever runs the desk lists it in DUTYDESK_HANDBOOK_HOSTS, if it is to be read."
_CLOSED = f"See to its address and, if it isn't public, to its “secret” and to {SECRETS}."


class GitSource:
    """Reads repositories; `home` is where their copies are kept."""

    def __init__(
        self,
        home: Path,
        *,
        secrets: Mapping[str, Path],
        inside: Iterable[str] = (),
        local: bool = False,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """Connect to nothing yet."""
        self._home, self._inside, self._most = home, tuple(inside), most_bytes
        self._clients = Clients(home, secrets, self._inside, local)

    def tip(self, origin: Origin) -> str:
        """Give the commit at which the branch stands."""
        with self.asking(origin, LONGEST_LOOK) as opened:
            return tip_of(opened, origin)

    def pull(self, origin: Origin) -> GitSnapshot:
        """Give the branch as it stands. A copy that is of no use is made anew, once."""
        with self.asking(origin, LONGEST_PULL) as opened:
            commit = tip_of(opened, origin)
            if opened.client is None:
                return GitSnapshot(Repo(str(opened.folder)), commit)
            return self.copied(opened, origin, commit, lambda copy: GitSnapshot(copy, commit))

    def copied(
        self, opened: Opened, origin: Origin, commit: str, read: Callable[[Repo], T], depth: int = 1
    ) -> T:
        """Read out of a copy that holds a commit; one that is of no use is made anew, once."""
        copy = self._home / f"{origin.name}.git"
        try:
            return self._copied(opened, copy, commit, read, depth)
        except (RepositoryTrouble, NotAllowed, GitProtocolError, NotGitRepository):
            raise
        except Exception:  # noqa: BLE001 -- whatever is wrong with a copy, it is only one
            self.forget(origin)
        return self._copied(opened, copy, commit, read, depth)

    def forget(self, origin: Origin) -> None:
        """Keep no copy of it."""
        shutil.rmtree(self._home / f"{origin.name}.git", ignore_errors=True)

    def _copied(
        self, opened: Opened, copy: Path, commit: str, read: Callable[[Repo], T], depth: int
    ) -> T:
        if len(list(copy.glob("objects/pack/*.pack"))) > MOST_PACKS:
            shutil.rmtree(copy)
        store = Repo(str(copy)) if copy.exists() else Repo.init_bare(str(copy), mkdir=True)
        try:
            if ObjectID(commit.encode()) not in store.object_store:
                self._fetch(opened, store, ObjectID(commit.encode()), depth)
            store.refs[Ref(b"refs/heads/desk")] = ObjectID(commit.encode())
            return read(store)
        except BaseException:
            store.close()
            raise

    def _fetch(self, opened: Opened, store: Repo, commit: ObjectID, depth: int) -> None:
        """Take over what the copy hasn't got of one commit and of few before it."""
        client: GitClient = opened.client  # type: ignore[assignment]
        with SpooledTemporaryFile(_SPOOL, dir=str(self._home)) as pack:

            def take(data: bytes) -> int:
                if pack.tell() + len(data) > self._most:
                    raise _too_large(self._most)
                pack.write(data)
                return len(data)

            found = client.fetch_pack(
                opened.path,
                lambda refs, depth=None: [commit],
                store.get_graph_walker(),
                take,
                depth=depth,
            )
            if pack.tell():
                pack.seek(0)
                store.object_store.add_thin_pack(pack.read, None)
        store.update_shallow(found.new_shallow, found.new_unshallow)

    @contextmanager
    def asking(self, origin: Origin, seconds: float) -> Iterator[Opened]:
        """Give what asks for a repository; whatever is in the way is a RepositoryTrouble."""
        self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
        opened = self._clients.open(origin)
        with held(inside=self._inside, seconds=seconds) as leash:
            try:
                yield opened
            except RepositoryTrouble:
                raise
            except Exception as error:  # noqa: BLE001 -- what another's library meets is said
                if leash.refused or isinstance(error, NotAllowed):
                    raise RepositoryTrouble(
                        "Its host is an inner one, which is not allowed here.", _HOSTS, lasting=True
                    ) from None
                if leash.over:
                    raise RepositoryTrouble(
                        "It didn't answer in time.", "It is tried again.", lasting=False
                    ) from None
                raise _trouble(error) from None
            finally:
                opened.close()
                (self._home / f"{origin.name}.key").unlink(missing_ok=True)


def tip_of(opened: Opened, origin: Origin) -> str:
    """Give the commit at which its branch stands."""
    if opened.client is None:
        with Repo(str(opened.folder)) as here:
            refs: Mapping[Any, Any] = here.get_refs()
    else:
        wanted = f"refs/heads/{origin.branch}".encode() if origin.branch else b"HEAD"
        refs = opened.client.get_refs(opened.path, ref_prefix=[wanted]).refs
    branch = f"refs/heads/{origin.branch}".encode() if origin.branch else b"HEAD"
    found = refs.get(branch)
    if found is None:
        if origin.branch:
            reason = f"It has no branch “{origin.branch}”."
            raise RepositoryTrouble(reason, "Correct “branch” in the process file.", lasting=True)
        raise RepositoryTrouble("It is empty.", "Push a first commit to it.", lasting=True)
    return bytes(found).decode()


def _too_large(most: int) -> RepositoryTrouble:
    return RepositoryTrouble(
        f"It is larger than {most // 2**20} MiB, which is the most.",
        "Name a smaller one, or one that holds documentation alone.",
        lasting=True,
    )


def _trouble(error: Exception) -> RepositoryTrouble:
    """Say what another's library met, without its text: that may hold what was sent."""
    text = str(error)
    if isinstance(error, NotGitRepository | HTTPUnauthorized | FileNotFoundError):
        reason = "There is no such repository, or what is given doesn't open it."
        return RepositoryTrouble(reason, _CLOSED, lasting=True)
    if "unexpected http resp 403" in text or "Permission denied" in text:
        return RepositoryTrouble("What is given doesn't open it.", _CLOSED, lasting=True)
    if "Host key verification failed" in text or "HOST IDENTIFICATION HAS CHANGED" in text:
        return RepositoryTrouble(
            "Its host shows another key than before.",
            "Ask whoever runs that host; then take its line out of handbook/known_hosts in the "
            "data folder.",
            lasting=True,
        )
    if isinstance(error, OSError | HangupException | GitProtocolError):
        why = f"It can't be reached ({type(error).__name__})."
        return RepositoryTrouble(why, "It is tried again.", lasting=False)
    why = f"What it answers can't be read ({type(error).__name__})."
    return RepositoryTrouble(why, "It is tried again; look whether Git reads it.", lasting=False)
