"""Leading, telling, gathering and resolving, in any chat."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dutydesk.alarms.flows import takeover
from dutydesk.incidents import words
from dutydesk.incidents.actions.inputs import incident_of
from dutydesk.incidents.flows import gatherings, leads, previews, resolution, updates
from dutydesk.incidents.models import Incident
from dutydesk.incidents.rules import phases
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, NotYours, Person
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.moments import when
from dutydesk.kernel.subjects import number_of, subject
from dutydesk.kernel.tellings import Telling, listed
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process

_CHOICES = (15, 20, 30, 45, 60, 120, 240)


def _take_lead(press: ActionRequest) -> ActionResult:
    if press.by.engineer is None:
        raise NotYours("An engineer of the team leads.", "Give the lead to one of them.")
    incident = leads.take_lead(
        incident=incident_of(press), engineer=press.by.engineer, by=press.by, at=press.at
    )
    return ActionResult("You lead.", subject("incident", incident.pk))


def _lead_form(about: str, by: Person, at: datetime) -> Form:
    engineers = tuple((str(e.pk), e.name) for e in Engineer.objects.filter(active=True))
    return Form(
        "Give the lead",
        "Give it",
        (Field("engineer", "Who leads?", "choice", options=engineers),),
        "The lead investigates, and calls on others from the whole team.",
    )


def _give_lead(press: ActionRequest) -> ActionResult:
    incident = leads.take_lead(
        incident=incident_of(press),
        engineer=press.answers.number("engineer"),
        by=press.by,
        at=press.at,
    )
    return ActionResult(f"{incident.lead} leads.", press.about)


def _update_form(about: str, by: Person, at: datetime) -> Form:
    incident = Incident.objects.get(pk=number_of(about, "incident"))
    longest = process.in_force().incidents.updates_every
    minutes = [m for m in _CHOICES if not incident.high or timedelta(minutes=m) <= longest]
    options = tuple((str(m), f"in {write_duration(timedelta(minutes=m))}") for m in minutes)
    next_at = at + timedelta(minutes=int(options[-1][0]))
    told = previews.update(incident=incident, text="", next_at=next_at, at=at)
    return Form(
        title=f"Update: {incident.title}",
        submit="Tell everybody",
        fields=(
            Field("text", "How does it stand?", "long"),
            Field(
                "next", "When do they hear next?", "choice", options=options, value=options[-1][0]
            ),
            Field(
                "phase",
                "How far is it?",
                "choice",
                required=False,
                options=phases.OPTIONS,
                hint="The status page says it.",
            ),
        ),
        note=listed(told),
    )


def _update(press: ActionRequest) -> ActionResult:
    minutes = press.answers.number("next")
    updates.update(
        incident=incident_of(press),
        text=press.answers.text("text"),
        next_at=press.at + timedelta(minutes=minutes),
        phase=press.answers.text("phase"),
        by=press.by,
        at=press.at,
    )
    return ActionResult("Told. The next update is promised.", press.about)


def _preview_update(press: ActionRequest) -> Sequence[Telling]:
    incident = Incident.objects.get(pk=incident_of(press))
    minutes = press.answers.number_if_any("next") or _CHOICES[0]
    return previews.update(
        incident=incident,
        text=press.answers.text("text"),
        next_at=press.at + timedelta(minutes=minutes),
        phase=press.answers.text("phase"),
        at=press.at,
    )


def _gather_form(about: str, by: Person, at: datetime) -> Form:
    questions = process.in_force().incidents.gathering.questions
    fields = tuple(
        Field(f"answer-{number}", question, "long", required=False)
        for number, question in enumerate(questions)
    )
    return Form(
        "Gathering", "Record it", (*fields, Field("decided", "What did you decide?", "long"))
    )


def _gather(press: ActionRequest) -> ActionResult:
    questions = process.in_force().incidents.gathering.questions
    answers = {q: press.answers.text(f"answer-{number}") for number, q in enumerate(questions)}
    gatherings.gather(
        incident=incident_of(press),
        answers=answers,
        decided=press.answers.text("decided"),
        by=press.by,
        at=press.at,
    )
    return ActionResult("Recorded.", press.about)


def _skip_form(about: str, by: Person, at: datetime) -> Form:
    return Form(
        "Leave the gathering out",
        "Leave it out this once",
        (Field("reason", "Why?", "long", longest=1_000),),
        "It is said in the channel, with the reason, and the next gathering is set.",
    )


def _skip(press: ActionRequest) -> ActionResult:
    following = gatherings.skip(
        incident=incident_of(press),
        reason=press.answers.text("reason"),
        by=press.by,
        at=press.at,
    )
    return ActionResult(
        f"Left out. The next is {when(following, press.zone, press.at)}.", press.about
    )


def _resolve_form(about: str, by: Person, at: datetime) -> Form:
    incident = Incident.objects.get(pk=number_of(about, "incident"))
    told = previews.resolution(incident=incident, text="", repaired=None, at=at)
    return Form(
        title=f"Resolve: {incident.title}",
        submit="Resolve it and tell everybody who was told",
        fields=(
            Field("text", "The last update", "long"),
            Field(
                "repaired",
                "When did users have it back?",
                "time",
                required=False,
                hint="Now, if you leave it out.",
                until=at,
            ),
            *_though_firing(about, at),
        ),
        note=listed(told),
    )


def _preview_resolution(press: ActionRequest) -> Sequence[Telling]:
    return previews.resolution(
        incident=Incident.objects.get(pk=incident_of(press)),
        text=press.answers.text("text"),
        repaired=press.answers.moment_if_any("repaired"),
        at=press.at,
    )


def _though_firing(about: str, at: datetime) -> tuple[Field, ...]:
    """Ask whether it is over though alarms of it fire, if some do; each is named."""
    still = _still_firing(about, at).strip()
    return (Field("still", "It is over all the same", "flag", hint=still),) if still else ()


def _still_firing(about: str, at: datetime) -> str:
    """Say what would page again if the incident were resolved at `at`; nothing if nothing would."""
    firing = takeover.still_firing(incident=about)
    if not firing:
        return ""
    current = process.in_force()
    again = when(at + current.alarms.page_again_after, current.zone, at)
    return " " + words.still_fires((alarm.title for alarm in firing[:5]), again)


def _resolve(press: ActionRequest) -> ActionResult:
    still = _still_firing(press.about, press.at)
    resolution.resolve(
        incident=incident_of(press),
        text=press.answers.text("text"),
        repaired=press.answers.moment_if_any("repaired"),
        by=press.by,
        at=press.at,
    )
    return ActionResult(f"Resolved. Everybody who was told is told.{still}", press.about)


def _show(press: ActionRequest) -> ActionResult:
    return ActionResult("", press.about)


ACTIONS = (
    Action("incident.take-lead", "engineer", _take_lead),
    Action("incident.give-lead", "engineer", _give_lead, _lead_form),
    Action("incident.update", "engineer", _update, _update_form, _preview_update),
    Action("incident.gather", "engineer", _gather, _gather_form),
    Action("incident.skip-gathering", "engineer", _skip, _skip_form),
    Action("incident.resolve", "engineer", _resolve, _resolve_form, _preview_resolution),
    Action("incident.show", "anyone", _show),
)
