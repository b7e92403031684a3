"""What the process file says of roles in an incident: which there are, and who owes its words."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from dutydesk.process.rules.fields import Id, Interval, Line, different
from dutydesk.process.rules.mistakes import mistake
from dutydesk.process.rules.sections import Section

LEAD, SUPPORT, ON_CALL = "lead", "support", "on call"
COMMUNICATIONS = "communications"


class RoleSection(Section):
    """A role in an incident beside the lead's."""

    id: Id
    """Its name, which stays when the title changes."""
    title: Line
    """What it is called."""
    does: Line
    """What it is for, in one line."""


_ROLES = (
    RoleSection(
        id=COMMUNICATIONS,
        title="Communications",
        does="Writes the updates, and sees that everybody outside knows the latest",
    ),
    RoleSection(
        id="scribe", title="Scribe", does="Notes what is found, tried and decided, as it happens"
    ),
)


class RolesPart(Section):
    """Who does what in an incident."""

    lead_within: Interval = timedelta(minutes=10)
    """By when somebody leads."""
    roles: Annotated[tuple[RoleSection, ...], AfterValidator(different)] = Field(
        default=_ROLES, max_length=10
    )
    """The roles in an incident beside the lead's."""
    owed_by: Annotated[tuple[str, ...], AfterValidator(different)] = (
        COMMUNICATIONS,
        LEAD,
        SUPPORT,
        ON_CALL,
    )
    """Who owes the next update: the first of these that is somebody at that hour."""
    escalate_after: Interval = timedelta(minutes=10)
    """So long after it was due the next of them is told, at last who leads support."""
    hand_over_within: Interval = Field(
        default=timedelta(minutes=15),
        description="So long after their turn whoever has communications may hand it over.",
    )
    help_within: Interval = Field(
        default=timedelta(minutes=5),
        description="By then whoever is called on has answered, or is called again.",
    )

    @model_validator(mode="after")
    def _check_roles(self) -> Self:
        ids = {role.id for role in self.roles}
        if taken := ids & {LEAD, SUPPORT}:
            raise mistake(
                f"“{min(taken)}” is no role of its own here.", "Give the role another id."
            )
        unknown = [one for one in self.owed_by if one not in {LEAD, SUPPORT, ON_CALL, *ids}]
        if unknown:
            known = ", ".join([*sorted(ids), LEAD, SUPPORT, ON_CALL])
            raise mistake(f"“{unknown[0]}” in owed_by is no role here.", f"Name some of: {known}.")
        if missing := {SUPPORT, ON_CALL} - set(self.owed_by):
            raise mistake(
                f"Nobody owes an update before roles are taken: owed_by lacks “{min(missing)}”.",
                "Name support and on call in it, last.",
            )
        return self

    def role(self, name: str) -> str:
        """Give a role as a sentence names it: “communications”; one that is gone by its id."""
        return next((one.title.lower() for one in self.roles if one.id == name), name)
