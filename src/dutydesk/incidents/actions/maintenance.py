"""Taking services out and putting them back, in any chat."""

from datetime import datetime

from dutydesk.incidents.actions.inputs import incident_of
from dutydesk.incidents.flows import maintenance_mode
from dutydesk.incidents.models import Incident, Maintenance
from dutydesk.incidents.words import public_message
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, Person
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.subjects import number_of, subject
from dutydesk.people.models import Service

_PUBLIC = "Everybody may read it on the maintenance page. Left out, the page says: {}"


def _until(at: datetime) -> Field:
    usual = maintenance_mode.usual_end(at)
    hint = "Whoever is on support is asked then. Left out, it is the usual time."
    return Field("until", "When will it be back?", "time", False, hint, value=usual, after=at)


def _message(name: str, value: str = "") -> Field:
    return Field(
        "message",
        "What should its users read?",
        "long",
        required=False,
        value=value,
        hint=_PUBLIC.format(public_message(name)),
    )


def _maintain_form(about: str, by: Person, at: datetime) -> Form:
    incident = Incident.objects.get(pk=number_of(about, "incident"))
    out = Maintenance.objects.filter(off_at=None).values("service")
    all_of_them = Service.objects.exclude(pk__in=out)
    affected = list(all_of_them.filter(incident=incident)) or list(all_of_them)
    options = tuple((str(service.pk), service.name) for service in affected)
    return Form(
        "Start maintenance",
        "Put it into maintenance",
        (
            Field("service", "Which service?", "choice", options=options),
            _until(at),
            _message("the service"),
        ),
        "Its users see the maintenance page at once, where its gate or webhook is set up.",
    )


def _maintain(press: ActionRequest) -> ActionResult:
    made = _take_out(press, press.answers.number("service"), incident_of(press))
    return ActionResult(f"{made.service.name} is in maintenance.", press.about)


def _take_out(press: ActionRequest, service: int, incident: int | None) -> Maintenance:
    what = maintenance_mode.TakingOut(
        service=service,
        until=press.answers.moment_if_any("until") or maintenance_mode.usual_end(press.at),
        reason=press.answers.text("reason"),
        message=press.answers.text("message"),
        incident=incident,
    )
    return maintenance_mode.take_out(what=what, by=press.by, at=press.at)


def _service_form(about: str, by: Person, at: datetime) -> Form:
    service = _service(about)
    return Form(
        f"Put {service.name} into maintenance",
        f"Take {service.name} out now",
        (Field("reason", "Why?", hint="For the team."), _until(at), _message(service.name)),
        "Its users see the maintenance page at once, where its gate or webhook is set up. The "
        "team's channel is told.",
    )


def _service(about: str) -> Service:
    found = Service.objects.filter(pk=number_of(about, "service")).first()
    if found is None:
        raise ValueError(f"“{about}” names no service.")
    return found


def _maintain_service(press: ActionRequest) -> ActionResult:
    made = _take_out(press, _service(press.about).pk, None)
    return ActionResult(f"{made.service.name} is in maintenance.", press.about)


def _going_on(about: str) -> Maintenance:
    rows = Maintenance.objects.select_related("service", "incident")
    found = rows.filter(pk=number_of(about, "maintenance")).first()
    if found is None:
        raise ValueError(f"“{about}” names no maintenance.")
    return found


def _end_form(about: str, by: Person, at: datetime) -> Form:
    name = _going_on(about).service.name
    return Form(
        f"Put {name} back?",
        f"Put {name} back now",
        note=f"Its users reach {name} again at once. Look first whether it works.",
    )


def _end(press: ActionRequest) -> ActionResult:
    ended = maintenance_mode.put_back(
        maintenance=number_of(press.about, "maintenance"), by=press.by, at=press.at
    )
    return ActionResult(f"{ended.service.name} is back.", _shown(ended))


def _shown(maintenance: Maintenance) -> str:
    if maintenance.incident_id:
        return subject("incident", maintenance.incident_id)
    return subject("service", maintenance.service_id)


def _move_form(about: str, by: Person, at: datetime) -> Form:
    found = _going_on(about)
    ends = max(found.until or at, maintenance_mode.usual_end(at))
    return Form(
        f"Another end for {found.service.name}'s maintenance",
        "Keep this end",
        (Field("until", "When will it be back?", "time", value=ends, after=at),),
        "The maintenance page says it too.",
    )


def _move(press: ActionRequest) -> ActionResult:
    moved = maintenance_mode.move_end(
        maintenance=number_of(press.about, "maintenance"),
        until=press.answers.moment("until"),
        by=press.by,
        at=press.at,
    )
    return ActionResult("The new end is kept.", _shown(moved))


def _message_form(about: str, by: Person, at: datetime) -> Form:
    found = _going_on(about)
    return Form(
        f"What {found.service.name}'s users read",
        "Show it on the maintenance page",
        (_message(found.service.name, found.message),),
    )


def _say(press: ActionRequest) -> ActionResult:
    changed = maintenance_mode.say_publicly(
        maintenance=number_of(press.about, "maintenance"),
        message=press.answers.text("message"),
        by=press.by,
        at=press.at,
    )
    return ActionResult("The maintenance page says it now.", _shown(changed))


def _show(press: ActionRequest) -> ActionResult:
    return ActionResult("", press.about)


ACTIONS = (
    Action("incident.maintain", "engineer", _maintain, _maintain_form),
    Action("service.maintain", "engineer", _maintain_service, _service_form),
    Action("service.show", "anyone", _show),
    Action("maintenance.end", "engineer", _end, _end_form),
    Action("maintenance.move", "engineer", _move, _move_form),
    Action("maintenance.say", "engineer", _say, _message_form),
)
