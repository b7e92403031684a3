"""Incidents that are practised: called so everywhere, and nobody but the team hears of them."""

from dutydesk.incidents.models import Incident
from dutydesk.kernel.refusals import Refused

PREFIX = "EXERCISE: "
LONGEST = 200


class OnlyAnExercise(Refused):
    """What would touch something real can't be done in an exercise."""


def titled(title: str, *, exercise: bool) -> str:
    """Give what an incident is called: an exercise says so wherever its title is read."""
    plain = title.removeprefix(PREFIX)
    return f"{PREFIX}{plain}"[:LONGEST] if exercise else plain


def refuse(incident: Incident, instead: str) -> None:
    """Refuse what is not done in an exercise; `instead` is what to do."""
    if incident.exercise:
        raise OnlyAnExercise("This incident is an exercise, and that would be real.", instead)


def named(about: str) -> Incident | None:
    """Give the exercise that a subject names; nothing if it names something else."""
    kind, _, number = about.partition(":")
    if kind != "incident":
        return None
    return Incident.objects.filter(pk=int(number), exercise=True).first()
