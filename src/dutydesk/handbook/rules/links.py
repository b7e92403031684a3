"""Where a relative link of a page leads: to another page, to a picture, to a file, or nowhere."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from posixpath import dirname, normpath
from typing import Literal
from urllib.parse import unquote

from dutydesk.handbook.rules.files import FIRST, PAGES, page_ending, picture_kind

Leads = Literal["page", "picture", "file", "folder", "nowhere"]


@dataclass(frozen=True)
class Target:
    """Where a link leads, with the part of the page behind `#`."""

    leads: Leads
    path: str = ""
    part: str = ""

    def to_json(self) -> list[str]:
        """Give what is kept of it."""
        return [self.leads, self.path, self.part]


NOWHERE = Target("nowhere")


class Shelf:
    """All files of a repository, of which those in `folder` are shown."""

    def __init__(self, files: Iterable[str], folder: str) -> None:
        """Sort them once."""
        self.files = frozenset(files)
        self.folders = frozenset(folder for path in self.files for folder in _above(path))
        self.root = f"{folder}/" if folder else ""
        self.pages = sorted(
            path for path in self.files if path.startswith(self.root) and page_ending(path)
        )
        self._by_name = {path.lower(): path for path in self.pages}

    def target(self, link: str, page: str) -> Target:
        """Give where a link leads that stands in this page."""
        address, _, part = link.partition("#")
        path = self._path(unquote(address.partition("?")[0]), page)
        if path is None:
            return NOWHERE
        found = self._page(path)
        if found:
            return Target("page", found, part)
        if path in self.files:
            return Target("picture" if picture_kind(path) else "file", path)
        return Target("folder", path) if path in self.folders else NOWHERE

    def _path(self, address: str, page: str) -> str | None:
        """Give the path in the repository that is meant; None if it is above all of it."""
        if not address:
            return page
        base = self.root if address.startswith("/") else dirname(page)
        path = normpath(f"{base}/{address.strip('/')}").lstrip("/")
        if path == "..":
            return None
        return None if path.startswith("../") else path.removeprefix("./")

    def _page(self, path: str) -> str:
        """Give the page that is meant by a path, as a published site would call it."""
        for one in candidates(path):
            found = self._by_name.get(one.lower())
            if found:
                return found
        return ""


def _above(path: str) -> Iterator[str]:
    while path := dirname(path):
        yield path


def candidates(path: str) -> Iterator[str]:
    """Give the files that a published site may mean by a path, the likeliest first."""
    yield path
    bare = path.removesuffix(".html").removesuffix(page_ending(path))
    yield from (bare + ending for ending in PAGES)
    inside = "" if path == "." else f"{path}/"
    yield from (f"{inside}{first}{ending}" for first in FIRST for ending in PAGES)
