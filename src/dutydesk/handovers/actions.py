"""What people do to a handover, in any chat: write in it, give it, accept it."""

from datetime import datetime

from dutydesk.handovers.flows import notes, steps
from dutydesk.handovers.flows.events import HandoverRefused
from dutydesk.handovers.models import Handover
from dutydesk.kernel import bounds
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, Person
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.subjects import number_of


def _number(press: ActionRequest) -> int:
    return number_of(press.about, "handover")


def _form(about: str, by: Person, at: datetime) -> Form:
    found = Handover.objects.filter(pk=number_of(about, "handover")).first()
    if found is None:
        raise HandoverRefused("There is no such handover.", "Look in the list of handovers.")
    fields = (
        Field(
            "text",
            "What else is to be known?",
            "long",
            required=False,
            value=found.note,
            longest=notes.LONGEST,
            hint="What the record doesn't have: what you tried, what you suspect, what to watch.",
        ),
        Field("seen", "As it was seen", "hidden", False, value=str(found.edition)),
    )
    return Form("The handover's note", "Save it", fields)


def _write(press: ActionRequest) -> ActionResult:
    seen = bounds.number(press.answers.text("seen"))
    notes.write(
        handover=_number(press),
        text=press.answers.text("text"),
        seen=notes.SeenNote(seen),
        by=press.by,
        at=press.at,
    )
    return ActionResult("It is in the handover.", press.about)


def _give(press: ActionRequest) -> ActionResult:
    steps.give(handover=_number(press), by=press.by, at=press.at)
    return ActionResult("It is given.", press.about)


def _nothing(press: ActionRequest) -> ActionResult:
    steps.nothing(handover=_number(press), by=press.by, at=press.at)
    return ActionResult("Nothing is handed over.", press.about)


def _accept(press: ActionRequest) -> ActionResult:
    steps.accept(handover=_number(press), engineer=press.by.engineer, at=press.at)
    return ActionResult("It is yours.", press.about)


def _show(press: ActionRequest) -> ActionResult:
    return ActionResult("", press.about)


ACTIONS = (
    Action("handover.write", "engineer", _write, _form),
    Action("handover.give", "engineer", _give),
    Action("handover.nothing", "engineer", _nothing),
    Action("handover.accept", "engineer", _accept),
    Action("handover.show", "anyone", _show),
)
