"""What people do to postmortems, in any chat."""

from datetime import datetime

from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, Person
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.subjects import number_of
from dutydesk.postmortems.flows import postmortems


def _session_form(about: str, by: Person, at: datetime) -> Form:
    return Form(
        "The session was held",
        "Record it",
        (Field("notes", "Contributing factors, and what you want to improve", "long"),),
        "The review is about the system, not about people.",
    )


def _session(press: ActionRequest) -> ActionResult:
    postmortems.hold_session(
        postmortem=number_of(press.about, "postmortem"),
        notes=press.answers.text("notes"),
        by=press.by,
        at=press.at,
    )
    return ActionResult("Recorded.", press.about)


def _open(press: ActionRequest) -> ActionResult:
    incident = number_of(press.about, "incident")
    made = postmortems.open_by_hand(incident=incident, by=press.by, at=press.at)
    return ActionResult("A draft is open.", made.about)


ACTIONS = (
    Action("postmortem.session", "engineer", _session, _session_form),
    Action("postmortem.open", "engineer", _open),
)
