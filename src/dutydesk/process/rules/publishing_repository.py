"""What the process file says of the Git repository into which published postmortems are put."""

import re
from datetime import date
from string import Formatter
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from dutydesk.process.rules.fields import Flag, Id
from dutydesk.process.rules.handbook import Branch, Folder, RepositoryUrl
from dutydesk.process.rules.mistakes import brief, mistake
from dutydesk.process.rules.sections import Section

_GAPS = ("date", "number", "title")
_REMEDY = "Write it like “{date}-{number}-{title}.md”; {number} keeps two files apart."
_FILE = r"^[A-Za-z0-9_{}-][A-Za-z0-9._{}-]*\.md$"
_ON_GITHUB = re.compile(
    r"(?:https?://[^/]+/|ssh://[^/]+/|(?:[\w.-]+@)?[\w.-]+:)([\w.-]+/[\w.-]+?)(?:\.git)?/?"
)


def _file_name(value: str) -> str:
    try:
        gaps = [name for _, name, _, _ in Formatter().parse(value) if name is not None]
    except ValueError:
        gaps = [""]
    if "number" not in gaps or not set(gaps) <= set(_GAPS) or not re.fullmatch(_FILE, value):
        raise mistake(f"“{brief(value)}” is no pattern for the names of files.", _REMEDY)
    return value


class PublishingRepository(Section):
    """A Git repository in which each published postmortem is a file.

    `secret`: the name under which DUTYDESK_HANDBOOK_SECRETS knows a token or key that may write;
    a pull request is made with what opens GitHub for tickets.
    """

    url: RepositoryUrl
    """The address of the Git repository."""
    branch: Annotated[Branch, Field(min_length=1)] = "main"
    """The branch to which it is written."""
    folder: Folder = Field(default="", description="Where the files are; by itself at the top.")
    file: Annotated[
        str,
        Field(
            max_length=100,
            json_schema_extra={"pattern": _FILE},
            description="{date} is the day of the incident, {number} the postmortem's.",
        ),
        AfterValidator(_file_name),
    ] = "{date}-{number}-{title}.md"
    how: Literal["commit", "pull request"] = Field(
        default="commit", description="A pull request is one on GitHub."
    )
    secret: Id | Literal[""] = ""
    """The name under which DUTYDESK_HANDBOOK_SECRETS knows what may write."""
    name_signers: Flag = Field(
        default=False, description="Whether a commit names those who signed it off."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.url.startswith(("file:", "git:")):
            raise mistake(
                f"“{brief(self.url)}” is only read.", "Write one with https:// or for SSH."
            )
        if self.how == "pull request" and not self.on_github:
            raise mistake(
                f"“{brief(self.url)}” names no repository of GitHub.",
                "Write one like “https://github.com/owner/name”, or let `how` be “commit”.",
            )
        return self

    @property
    def on_github(self) -> str:
        """Give its owner and name there; "" if its address has none."""
        found = _ON_GITHUB.fullmatch(self.url)
        return found[1] if found else ""

    def path(self, *, day: date, number: int, title: str) -> str:
        """Give the path of a postmortem's file; `title` as a part of file names."""
        name = self.file.format(date=day.isoformat(), number=number, title=title)
        return f"{self.folder}/{name}" if self.folder else name
