"""Delivers what a repository is to hold at a path: a commit on its branch, pushed.

The branch is looked at first: what it holds already, or held after an earlier try, is no commit
any more. A branch that moved meanwhile is looked at again.
"""

from contextlib import closing
from datetime import datetime
from typing import Any

from dulwich.errors import GitProtocolError, SendPackError
from dulwich.object_store import MemoryObjectStore, OverlayObjectStore, commit_tree_changes
from dulwich.objects import Blob, Commit, ObjectID, Tree
from dulwich.pack import pack_objects_to_data
from dulwich.refs import Ref
from dulwich.repo import Repo

from dutydesk.adapters.git.clients import SECRETS, Opened
from dutydesk.adapters.git.remote import LONGEST_PULL, GitSource, tip_of
from dutydesk.ports.delivery import Delivery, Undelivered
from dutydesk.ports.published_files import FileChange
from dutydesk.ports.repositories import Origin, RepositoryTrouble

MOST_TRIES = 5
LOOKED_BACK = 50
"""So many commits are looked through for one of an earlier try whose answer was lost."""
_FILE = 0o100644
_WRITE = (
    f"Let what its “secret” names write to it and to its branch ({SECRETS}), or name another "
    "branch in the process file."
)


class _Moved(Exception):
    """The branch doesn't stand any more where it was looked at."""


class CommitSender:
    """Delivers file changes by Git."""

    def __init__(self, source: GitSource) -> None:
        """Reach repositories as they are read."""
        self._source = source

    def deliver(self, parcel: Delivery) -> str:
        """Let the file be so, and give the commit in which it is, or was found to be."""
        change = FileChange.from_json(parcel.payload)
        again = parcel.uncertain or parcel.attempt > 1
        # No repository of the handbook is called so.
        origin = Origin(f"_{change.name}", change.url, change.branch, change.secret)
        pushing: list[bool] = []
        try:
            with self._source.asking(origin, LONGEST_PULL) as opened:
                return self._put(opened, origin, change, again, pushing)
        except RepositoryTrouble as met:
            uncertain = bool(pushing) and not met.lasting
            raise Undelivered(str(met), permanent=met.lasting, uncertain=uncertain) from None
        finally:
            self._source.forget(origin)

    def _put(
        self, opened: Opened, origin: Origin, change: FileChange, again: bool, pushing: list[bool]
    ) -> str:
        for _ in range(MOST_TRIES):
            tip, depth = tip_of(opened, origin), LOOKED_BACK if again else 1
            self._source.forget(origin)

            def read(copy: Repo, tip: str = tip) -> tuple[str, dict[bytes, Any]]:
                with closing(copy):
                    return _committed(copy, tip, change, again)

            made, new = self._source.copied(opened, origin, tip, read, depth)
            if not new:
                return made
            pushing.append(True)
            try:
                _push(opened, f"refs/heads/{change.branch}".encode(), tip, made, new)
            except _Moved:
                continue
            return made
        raise RepositoryTrouble(
            "Its branch moves all the time.", "It is tried again.", lasting=False
        )


def _committed(
    store: Repo, tip: str, change: FileChange, again: bool
) -> tuple[str, dict[bytes, Any]]:
    """Give the commit that makes it so, and its objects; none if there is nothing to do."""
    found = _earlier(store, tip, change) if again else ""
    head = store[ObjectID(tip.encode())]
    if not isinstance(head, Commit):
        raise RepositoryTrouble("The branch leads to no commit.", "Mend it.", lasting=True)
    blob = Blob.from_string(change.text.encode()) if change.text is not None else None
    if found or _held(store, head.tree, change.path) == (blob.id if blob else None):
        return found or tip, {}
    made = MemoryObjectStore()
    both = OverlayObjectStore([made, store.object_store], made)
    if blob is not None:
        made.add_object(blob)
    kept: tuple[bytes, int | None, ObjectID | None] = (
        change.path.encode(),
        _FILE if blob else None,
        blob.id if blob else None,
    )
    commit = _commit(change, commit_tree_changes(both, head.tree, [kept]), head.id)
    made.add_object(commit)
    return commit.id.decode(), {one: made[one] for one in made}


def _earlier(store: Repo, tip: str, change: FileChange) -> str:
    """Give the commit that an earlier try made of this; "" if none is found."""
    mark = f"Desk-Message: {change.key}".encode()
    for entry in store.get_walker(include=[ObjectID(tip.encode())], max_entries=LOOKED_BACK):
        if mark in entry.commit.message.splitlines():
            return entry.commit.id.decode()
    return ""


def _held(store: Repo, tree: ObjectID, path: str) -> ObjectID | None:
    """Give what is at a path; None if nothing is. A folder or a link on the way is in the way."""
    *folders, name = path.encode().split(b"/")
    here = store[tree]
    for folder in folders:
        if not isinstance(here, Tree) or folder not in here:
            return None
        here = store[here[folder][1]]
        if not isinstance(here, Tree):
            raise _in_the_way(path)
    if not isinstance(here, Tree) or name not in here:
        return None
    if isinstance(store[here[name][1]], Tree):
        raise _in_the_way(path)
    return here[name][1]


def _in_the_way(path: str) -> RepositoryTrouble:
    return RepositoryTrouble(
        f"Something else is where “{path}” is to be.",
        "Correct “folder” or “file” in the process file.",
        lasting=True,
    )


def _commit(change: FileChange, tree: ObjectID, parent: ObjectID) -> Commit:
    """Give the commit: of the same change onto the same parent it is the same."""
    commit = Commit()
    commit.tree, commit.parents = tree, [parent]
    commit.author = commit.committer = f"{change.author} <{change.email}>".encode()
    at = int(datetime.fromisoformat(change.at).timestamp())
    commit.author_time = commit.commit_time = at
    commit.author_timezone = commit.commit_timezone = 0
    commit.encoding = b"UTF-8"
    commit.message = change.message.encode()
    return commit


def _push(opened: Opened, branch: bytes, tip: str, made: str, objects: dict[bytes, Any]) -> None:
    """Let the branch stand at a commit, if it stands where it was looked at."""
    if opened.client is None:
        raise RepositoryTrouble("It is only read.", "Name one with https:// or SSH.", lasting=True)

    def wanted(refs: dict[Ref, ObjectID]) -> dict[Ref, ObjectID]:
        if refs.get(Ref(branch)) != tip.encode():
            raise _Moved
        return {Ref(branch): ObjectID(made.encode())}

    def pack(*_: Any, **__: Any) -> tuple[int, Any]:
        return pack_objects_to_data([(one, None) for one in objects.values()])

    try:
        told = opened.client.send_pack(opened.path, wanted, pack)
    except SendPackError as error:
        raise _refused(str(error)) from None
    except GitProtocolError as error:
        raise _refused("") if "unexpected http resp 403" in str(error) else error from None
    for why in filter(None, (told.ref_status or {}).values()):
        raise _judged(why)


def _judged(why: Any) -> Exception:
    """Say why the branch was not moved: another was faster, or nobody may."""
    text = why.decode(errors="replace") if isinstance(why, bytes) else str(why)
    faster = ("fetch first", "non-fast-forward", "failed to update ref", "cannot lock ref",
              "incorrect old value", "failed to lock", "reference already exists")  # fmt: skip
    return _Moved() if any(one in text for one in faster) else _refused(text)


def _refused(text: str) -> RepositoryTrouble:
    """Say that it takes no commit; of its own words only whether they are about the branch."""
    if "protected" in text or "hook declined" in text or "denied" in text or "prohibited" in text:
        return RepositoryTrouble(
            "Its branch is protected, and takes no commit of the desk's.",
            f"{_WRITE[:-1]}, or let “how” be “pull request”.",
            lasting=True,
        )
    return RepositoryTrouble("What is given may not write to it.", _WRITE, lasting=True)
