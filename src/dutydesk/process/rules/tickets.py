"""Tickets in the process file: where longer work is recorded, and how it moves."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from dutydesk.process.rules.fields import different
from dutydesk.process.rules.mistakes import mistake
from dutydesk.process.rules.sections import Section

_REPOSITORY = r"^([A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+)?$"
ColumnName = Annotated[str, Field(min_length=1, max_length=60)]


class TicketSection(Section):
    """How longer work is recorded: here, or on GitHub."""

    tracker: Literal["built-in", "github"]
    """Where tickets are kept: here, or as issues on GitHub."""
    label: str = Field(min_length=1, max_length=50)
    """What marks a ticket as the support team's."""
    columns: Annotated[tuple[ColumnName, ...], AfterValidator(different)] = Field(min_length=2)
    """How far a ticket is: it begins in the first, and in the last it is closed."""
    repository: str = Field(default="", pattern=_REPOSITORY)
    """On GitHub: the repository, like owner/name."""
    project: str = ""
    """On GitHub: the title of the project in which they stand."""
    template: str = Field(default="", pattern=r"^([\w.-]+\.(yml|yaml|md))?$")
    """On GitHub: the file name of the issue template that asks for them."""
    logins: dict[str, str] = Field(default_factory=dict)
    """What engineers are called in the tracker, by their names here."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.tracker == "github" and not self.repository:
            raise mistake(
                "Tickets are to be issues on GitHub, and no repository is named.",
                "Add `repository: owner/name`, or write `tracker: built-in`.",
            )
        lower = [login.lower() for login in self.logins.values()]
        if len(set(lower)) < len(lower):
            raise mistake("Two engineers have the same login.", "Give each their own.")
        return self

    @property
    def last(self) -> str:
        """Give the column in which tickets are closed."""
        return self.columns[-1]

    def login_of(self, name: str) -> str:
        """Give what an engineer is called in the tracker; empty if that isn't known."""
        return self.logins.get(name, "")

    def name_of(self, login: str) -> str:
        """Give the engineer who is called so in the tracker; empty if none is."""
        found = (name for name, theirs in self.logins.items() if theirs.lower() == login.lower())
        return next(found, "") if login else ""
