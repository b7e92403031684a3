"""What people do to postmortems, in any chat."""

from collections.abc import Iterable
from datetime import datetime

from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, Person
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.moments import span
from dutydesk.kernel.subjects import number_of
from dutydesk.people.flows.zones import read_zone
from dutydesk.people.models import Engineer
from dutydesk.postmortems.flows import postmortems, sessions
from dutydesk.postmortems.models import Postmortem


def _found(about: str) -> Postmortem:
    number = number_of(about, "postmortem")
    return Postmortem.objects.select_related("incident__lead").get(pk=number)


def _people(found: Postmortem, label: str, chosen: Iterable[Engineer], *, needed: bool) -> Field:
    return Field(
        "people",
        label,
        "choices",
        needed,
        value=tuple(str(one.pk) for one in chosen),
        options=tuple((str(one.pk), one.name) for one in sessions.choices(found)),
    )


def _session_form(about: str, by: Person, at: datetime) -> Form:
    found = _found(about)
    planned = sessions.standing(found)
    there = list(planned.invited.all()) if planned else sessions.involved(found.incident)
    return Form(
        "The session was held",
        "Record it",
        (
            _people(found, "Who was there?", there, needed=False),
            Field("notes", "What came out of it", "long", required=False),
        ),
        "The review is about the system, not about people.",
    )


def _session(press: ActionRequest) -> ActionResult:
    postmortems.hold_session(
        postmortem=number_of(press.about, "postmortem"),
        notes=press.answers.text("notes"),
        attended=[int(one) for one in press.answers.chosen("people")],
        by=press.by,
        at=press.at,
    )
    return ActionResult("Recorded.", press.about)


def _invite_form(about: str, by: Person, at: datetime) -> Form:
    found, zone = _found(about), read_zone(by.zone)
    planned = sessions.standing(found)
    who = list(planned.invited.all()) if planned else sessions.involved(found.incident)
    first = sessions.proposal(found, who, at=at)
    hint, start = "", planned.start if planned else None
    if first is not None:
        all_can = "all of them are" if not first.without else "most of them are"
        hint = f"The earliest time at which {all_can} at work: {span(first.period, zone)}."
        start = start or first.period.start
    return Form(
        "Move the session" if planned else "Plan the session",
        "Invite",
        (
            Field("start", "When?", "time", hint=hint, value=start or "", after=at),
            _people(found, "With whom?", who, needed=True),
        ),
        "Each of them gets an invitation for their calendar; who is left out, a cancellation.",
    )


def _invite(press: ActionRequest) -> ActionResult:
    who = [int(one) for one in press.answers.chosen("people")]
    planned = sessions.plan(
        postmortem=number_of(press.about, "postmortem"),
        start=press.answers.moment("start"),
        who=who,
        by=press.by,
        at=press.at,
    )
    away = sessions.away(planned.invited.all(), planned.period)
    says = f" Not at work then, or busy: {', '.join(away)}." if away else ""
    return ActionResult(f"They are invited.{says}", press.about)


def _call_off(press: ActionRequest) -> ActionResult:
    sessions.call_off(postmortem=number_of(press.about, "postmortem"), by=press.by, at=press.at)
    return ActionResult("It is called off, and still owed.", press.about)


def _open(press: ActionRequest) -> ActionResult:
    incident = number_of(press.about, "incident")
    made = postmortems.open_by_hand(incident=incident, by=press.by, at=press.at)
    return ActionResult("A draft is open.", made.about)


ACTIONS = (
    Action("postmortem.session", "engineer", _session, _session_form),
    Action("postmortem.open", "engineer", _open),
    Action("postmortem.invite", "engineer", _invite, _invite_form),
    Action("postmortem.call-off", "engineer", _call_off),
)
