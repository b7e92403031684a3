"""BranchReading a repository's branch: only what changed since it was read before."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dutydesk.handbook.flows.page_text import PageText, read_page
from dutydesk.handbook.rules import bounds
from dutydesk.handbook.rules.files import picture_kind
from dutydesk.handbook.rules.links import Shelf, Target
from dutydesk.ports.repositories import RepositoryTrouble, Snapshot

Links = dict[str, list[str]]


@dataclass(frozen=True)
class Known:
    """What was read before: each page's file and the links it names, and each picture's file."""

    pages: Mapping[str, tuple[str, Links]]
    pictures: Mapping[str, str]


@dataclass
class BranchReading:
    """A branch as it is to stand from now on, as far as it is another than before.

    `pages`: read anew. `links`: of each page, where they lead now. `kept`: the pages that are
    there. `pictures`: those that pages show; with what is in them if that is new.
    """

    shelf: Shelf
    pages: dict[str, PageText] = field(default_factory=dict)
    links: dict[str, Links] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    pictures: dict[str, tuple[str, bytes] | None] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)

    def leave_out(self, path: str, why: str) -> None:
        """Say that a file is not shown, and why."""
        if len(self.left_out) < bounds.MOST_LEFT_OUT:
            self.left_out.append((path, why))


def read(snapshot: Snapshot, folder: str, known: Known) -> BranchReading:
    """Read what of a branch is not known. Raises RepositoryTrouble."""
    shelf = Shelf(snapshot.files, folder)
    if folder and folder not in shelf.folders:
        raise RepositoryTrouble(
            f"It has no folder “{folder}”.", "Correct “folder” in the process file.", lasting=True
        )
    found = BranchReading(shelf)
    for path, why in snapshot.odd:
        if path.startswith(shelf.root):
            found.leave_out(path, why)
    _read_pages(snapshot, known, found)
    _read_pictures(snapshot, known, found)
    return found


def _read_pages(snapshot: Snapshot, known: Known, found: BranchReading) -> None:
    if len(found.shelf.pages) > bounds.MOST_PAGES:
        more = len(found.shelf.pages) - bounds.MOST_PAGES
        found.leave_out(found.shelf.root, f"{more} pages beyond the first {bounds.MOST_PAGES}")
    whole = 0
    for path in found.shelf.pages[: bounds.MOST_PAGES]:
        blob, links = known.pages.get(path, ("", {}))
        if blob != snapshot.files[path]:
            data = snapshot.read(snapshot.files[path])
            whole += len(data)
            if len(data) > bounds.LONGEST_PAGE:
                most = bounds.size(bounds.LONGEST_PAGE)
                found.leave_out(path, f"it has {bounds.size(len(data))}, and {most} is the most")
                continue
            if whole > bounds.MOST_TEXT:
                raise RepositoryTrouble(
                    f"Its pages have more than {bounds.size(bounds.MOST_TEXT)}, which is the most.",
                    "Name a folder of it with fewer.",
                    lasting=True,
                )
            found.pages[path] = read_page(path, data)
            links = {link: [] for link in found.pages[path].links}
        found.kept.add(path)
        found.links[path] = {link: found.shelf.target(link, path).to_json() for link in links}


def _read_pictures(snapshot: Snapshot, known: Known, found: BranchReading) -> None:
    shown = {
        target.path
        for links in found.links.values()
        for target in (Target(*each) for each in links.values())  # type: ignore[arg-type]
        if target.leads == "picture"
    }
    whole = 0
    for path in sorted(shown):
        blob = snapshot.files[path]
        if known.pictures.get(path) == blob:
            found.pictures[path] = None
            continue
        data = snapshot.read(blob)
        whole += len(data)
        why = _unfit(path, data, whole)
        if why:
            found.leave_out(path, why)
        else:
            found.pictures[path] = (picture_kind(path, data), data)


def _unfit(path: str, data: bytes, whole: int) -> str:
    if len(data) > bounds.LONGEST_PICTURE:
        most = bounds.size(bounds.LONGEST_PICTURE)
        return f"it has {bounds.size(len(data))}, and {most} is the most"
    if whole > bounds.MOST_PICTURES:
        return f"the pictures have more than {bounds.size(bounds.MOST_PICTURES)} together"
    return "" if picture_kind(path, data) else "it is no picture of the kind that its name says"
