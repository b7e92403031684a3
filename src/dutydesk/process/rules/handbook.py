"""What the process file says about the handbook: in which Git repositories its pages are."""

import re
from datetime import timedelta
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from dutydesk.process.rules.fields import Id, Interval
from dutydesk.process.rules.mistakes import brief, mistake
from dutydesk.process.rules.sections import Section

_TAKEN = ("pictures", "review")
_SCHEMES = ("https", "http", "ssh", "git", "file")
_BY_SSH = re.compile(r"(?:[\w.-]+@)?[A-Za-z0-9][\w.-]*:(?!//)[^\s]+")
_BRANCH = re.compile(r"(?!-)(?!.*(?:\.\.|@\{|//))[^\s~^:?*\[\\\x00-\x1f\x7f]{1,200}")
_SLASHES = "Write it like “docs/runbooks”, without a slash before or behind it."


def _origin(value: str) -> str:
    """Check a repository's address: one that Git knows, and no password in it."""
    remedy = "Write one like “https://github.com/owner/name” or “git@host:owner/name.git”."
    if _BY_SSH.fullmatch(value):
        return value
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in _SCHEMES or not (parts.hostname or parts.scheme == "file"):
        raise mistake(f"“{brief(value)}” is not the address of a Git repository.", remedy)
    if parts.password or (parts.username and parts.scheme in ("http", "https")):
        raise mistake(
            "The address has a user or a password in it.",
            "Leave them out; `secret` names the token, and DUTYDESK_HANDBOOK_SECRETS its file.",
        )
    if parts.query or parts.fragment or any(letter.isspace() for letter in value):
        raise mistake(f"“{brief(value)}” is not the address of a Git repository.", remedy)
    return value


def _branch(value: str) -> str:
    if value and not _BRANCH.fullmatch(value):
        raise mistake(
            f"“{brief(value)}” is not the name of a branch.",
            "Write it like “main”, or leave it out.",
        )
    return value


def _folder(value: str) -> str:
    parts = value.split("/")
    if value and (any(part in ("", ".", "..") for part in parts) or "\\" in value):
        raise mistake(f"“{brief(value)}” is not a folder of a repository.", _SLASHES)
    return value


def _web(value: str) -> str:
    if value and (not value.startswith(("https://", "http://")) or re.search(r"[\s?#<>\"]", value)):
        raise mistake(
            f"“{brief(value)}” is not an address on the web.",
            "Write one like “https://runbooks.example.org”.",
        )
    return value.rstrip("/")


WebAddress = Annotated[str, Field(max_length=500), AfterValidator(_web)]
RepositoryUrl = Annotated[str, Field(max_length=500), AfterValidator(_origin)]
Branch = Annotated[str, AfterValidator(_branch)]
Folder = Annotated[str, Field(max_length=300), AfterValidator(_folder)]


class RepositorySection(Section):
    """A Git repository with pages in Markdown."""

    name: Id
    """What it is called here."""
    url: RepositoryUrl
    """The address of the Git repository, without a password."""
    branch: Branch = Field(
        default="", description="By itself the one that the repository has as its first."
    )
    folder: Folder = Field(default="", description="Only pages in it are shown; by itself all.")
    secret: Id | Literal[""] = ""
    """The name under which DUTYDESK_HANDBOOK_SECRETS knows its token or key."""
    refresh: Interval = timedelta(minutes=5)
    """How often it is looked at."""
    web: WebAddress = ""
    """Where its files are seen on the web; by itself what GitHub and GitLab have."""
    published: tuple[WebAddress, ...] = ()
    """Where its pages are published beside that."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.name in _TAKEN:
            raise mistake(f"“{self.name}” is a screen of the handbook.", "Choose another name.")
        return self


class HandbookSection(Section):
    """Where architecture, runbooks and common issues are written, and who may read them here."""

    repositories: tuple[RepositorySection, ...] = Field(default=(), max_length=50)
    """The Git repositories with pages in Markdown."""
    read_by: Literal["team", "everybody"] = Field(
        default="team", description="“everybody” is whoever may sign in."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        seen: set[str] = set()
        for one in self.repositories:
            if one.name in seen:
                raise mistake(f"“{one.name}” is there twice.", "Give each a name of its own.")
            seen.add(one.name)
        return self

    def repository(self, name: str) -> RepositorySection | None:
        """Give the repository of that name; None if there is none."""
        return next((one for one in self.repositories if one.name == name), None)
