"""What people do to a page, in any chat."""

from datetime import datetime

from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, NotYours, Person
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.moments import when
from dutydesk.kernel.subjects import number_of
from dutydesk.oncall.flows import acknowledgement, escalation, snoozes
from dutydesk.oncall.models import Page
from dutydesk.people.flows.zones import read_zone


def _engineer(by: Person) -> int:
    if by.engineer is None:
        raise NotYours("Pages are for engineers of the team.", "Ask one of them to take it.")
    return by.engineer


def _acknowledge(press: ActionRequest) -> ActionResult:
    page = acknowledgement.acknowledge(
        page=number_of(press.about, "page"), engineer=_engineer(press.by), at=press.at
    )
    if page.only_id is not None:
        return ActionResult("It reached you. The rehearsal is done.", page.about)
    return ActionResult(f"You have it: {page.title}.", page.subject)


def _snooze_form(about: str, by: Person, at: datetime) -> Form:
    zone = read_zone(by.zone)
    page = Page.objects.get(pk=number_of(about, "page"))
    last = snoozes.latest(page=page, engineer=by.engineer or 0, at=at)
    hint = f"Up to {when(last, zone, at)}."
    return Form(
        title="Ask me again at",
        submit="Put it off until then",
        fields=(Field("until", "When?", "time", hint=hint, value=last),),
        note="Nobody is called before. If it is resolved meanwhile, nobody is called at all.",
    )


def _snooze(press: ActionRequest) -> ActionResult:
    until = press.answers.moment("until")
    page = snoozes.snooze(
        page=number_of(press.about, "page"),
        engineer=_engineer(press.by),
        until=until,
        at=press.at,
    )
    return ActionResult(f"You are asked again {when(until, press.zone, press.at)}.", page.about)


def _rehearse(press: ActionRequest) -> ActionResult:
    if _engineer(press.by) != number_of(press.about, "rehearsal"):
        raise NotYours("This is somebody else's rehearsal.", "Leave it to them.")
    page = escalation.rehearse(engineer=_engineer(press.by), at=press.at)
    return ActionResult("You are being called, by all of your contact methods.", page.about)


ACTIONS = (
    Action("page.acknowledge", "engineer", _acknowledge),
    Action("page.snooze", "engineer", _snooze, _snooze_form),
    Action("page.rehearse", "engineer", _rehearse),
)
