"""Where a repository's files are on the web, and which file an address there is about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from dutydesk.handbook.rules.links import candidates
from dutydesk.process.rules.handbook import RepositorySection

_VIEWS = "blob|edit|tree|raw|blame|src"
_BY_SSH = re.compile(r"(?:ssh://)?(?:[\w.-]+@)([\w.-]+)(?::\d+/|[:/])(.+)")


@dataclass(frozen=True)
class WebPlace:
    """A repository on the web: at `base` as GitHub and GitLab have it, and where it is published.

    `base` is "" if that isn't known.
    """

    base: str
    branch: str
    folder: str
    published: tuple[str, ...]

    @classmethod
    def of(cls, given: RepositorySection) -> "WebPlace":
        """Give where it is by its process file."""
        base = given.web or base_of(given.url)
        return cls(base, given.branch, given.folder, given.published)

    def seen(self, path: str) -> str:
        """Give where a file is seen; "" if that isn't known."""
        return self._address("blob", path)

    def edited(self, path: str) -> str:
        """Give where a file is edited. Without the branch's name: where it is seen."""
        return self._address("edit" if self.branch else "blob", path)

    def new(self, folder: str) -> str:
        """Give where a file is begun in a folder."""
        return self._address("new" if self.branch else "tree", folder)

    def _address(self, view: str, path: str) -> str:
        if not self.base:
            return ""
        dash = "/-" if "gitlab" in (urlsplit(self.base).hostname or "") else ""
        return f"{self.base}{dash}/{view}/{quote(self.branch or 'HEAD')}/{quote(path)}".rstrip("/")

    def paths_of(self, address: str) -> Iterator[str]:
        """Give the files that an address may be about, the likeliest first, if any."""
        if "\0" in unquote(address):
            return
        bare = address.partition("#")[0].partition("?")[0]
        if self.base and bare.lower().startswith(f"{self.base.lower()}/"):
            yield from self._atbase_of(unquote(bare[len(self.base) + 1 :]))
        for site in self.published:
            if f"{bare}/".lower().startswith(f"{site.lower()}/"):
                inside = unquote(bare[len(site) :]).strip("/")
                root = f"{self.folder}/" if self.folder else ""
                yield from (root + one for one in candidates(inside or "."))

    def _atbase_of(self, rest: str) -> Iterator[str]:
        found = re.fullmatch(rf"(?:-/)?(?:{_VIEWS})/(.+)", rest)
        if found is None:
            return
        named = f"{self.branch}/"
        if self.branch and found[1].startswith(named):
            yield from candidates(found[1].removeprefix(named).strip("/"))
        elif not self.branch or found[1].startswith("HEAD/"):
            yield from candidates(found[1].partition("/")[2].strip("/"))


def base_of(url: str) -> str:
    """Give where a repository is on the web by where it is read from."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return url.rstrip("/").removesuffix(".git")
    by_ssh = _BY_SSH.fullmatch(url) if parts.scheme in ("", "ssh") or "@" in url else None
    return f"https://{by_ssh[1]}/{by_ssh[2].strip('/').removesuffix('.git')}" if by_ssh else ""
