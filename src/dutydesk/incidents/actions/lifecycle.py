"""Declaring, leading, telling, gathering and resolving, in any chat."""

from datetime import datetime, timedelta

from dutydesk.alarms.flows import takeover
from dutydesk.incidents import words
from dutydesk.incidents.actions.inputs import incident_of, write_time
from dutydesk.incidents.flows import declaration, gatherings, prompts, resolution, updates
from dutydesk.incidents.models import Incident
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, NotYours, Person
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.moments import when
from dutydesk.kernel.subjects import number_of, subject
from dutydesk.people.models import Engineer, Service
from dutydesk.process.flows import process

_CHOICES = (15, 20, 30, 45, 60, 120, 240)


def _declare_form(about: str, by: Person, at: datetime) -> Form:
    current = process.in_force()
    found = prompts.prompt(about)
    chosen = tuple(map(str, found.services))
    services = tuple((str(s.pk), s.name) for s in Service.objects.all())
    criteria = tuple((criterion.id, criterion.text) for criterion in current.incidents.high)
    return Form(
        title="Declare an incident",
        submit="Declare it and tell everybody concerned",
        note=f"It is announced in {current.team.channel} at once, and in {current.ask.channel} "
        "and the teams' own channels if users are affected. The first update is due "
        f"{write_duration(current.incidents.first_update)} later.",
        fields=(
            Field("title", "What is wrong?", value=found.title[:200], longest=200),
            Field("services", "Which services?", "choices", False, options=services, value=chosen),
            Field(
                "criteria",
                "Which of these are true?",
                "choices",
                required=False,
                options=criteria,
                value=found.criteria,
                hint="Any one of them makes it high priority."
                + (" The alarm is high, so what it suggests is ticked." * bool(found.criteria)),
            ),
            Field("user_impact", "Users are affected", "flag", required=False, value="yes"),
            *_times(found, at),
            *_exercise(found, current.team.channel),
            *_another(at),
        ),
    )


def _times(found: prompts.IncidentDraft, at: datetime) -> tuple[Field, ...]:
    began = write_time(min(found.began, at)) if found.began else ""
    since = "That is when what prompts this began." if began else "If you know."
    over = "Only if it is over already; nothing is owed then, and everybody hears that it was."
    return (
        Field("began", "When did it begin?", "time", False, since, began, until=at),
        Field("repaired", "When did users have it back?", "time", False, over, until=at),
    )


def _exercise(found: prompts.IncidentDraft, channel: str) -> tuple[Field, ...]:
    """Let it be an exercise, unless something real prompts it."""
    if found.source:
        return ()
    hint = f"Only {channel} hears of it, and it counts in no measure."
    return (Field("exercise", "It is an exercise", "flag", required=False, hint=hint),)


def _another(at: datetime) -> tuple[Field, ...]:
    """Let whoever declares say that it is something else than what was declared just now."""
    running = declaration.just_declared(at)
    if not running:
        return ()
    listed = "; ".join(f"“{one.title}” ({one.number}), by {one.by}" for one in running)
    hint = f"Declared in the last minutes: {listed}. If it is the same, go on in that one."
    return (Field("another", "It is another one", "flag", required=False, hint=hint),)


def _declare(press: ActionRequest) -> ActionResult:
    what = declaration.Declaration(
        title=press.answers.text("title"),
        services=tuple(map(int, press.answers.chosen("services"))),
        criteria=press.answers.chosen("criteria"),
        user_impact=press.answers.flag("user_impact"),
        source=prompts.prompt(press.about).source,
        began=press.answers.moment_if_any("began"),
        another=press.answers.flag("another"),
        repaired=press.answers.moment_if_any("repaired"),
        exercise=press.answers.flag("exercise"),
    )
    incident = declaration.declare(what=what, by=press.by, at=press.at)
    over = " It was repaired already, and everybody hears so." if what.repaired else ""
    return ActionResult(
        f"Declared, with {incident.priority} priority. Told: {', '.join(incident.told)}.{over}",
        subject("incident", incident.pk),
    )


def _take_lead(press: ActionRequest) -> ActionResult:
    if press.by.engineer is None:
        raise NotYours("An engineer of the team leads.", "Give the lead to one of them.")
    incident = declaration.take_lead(
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
    incident = declaration.take_lead(
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
    told = ", ".join(updates.audiences(incident))
    return Form(
        title=f"Update: {incident.title}",
        submit="Tell everybody",
        fields=(
            Field("text", "How does it stand?", "long"),
            Field(
                "next", "When do they hear next?", "choice", options=options, value=options[-1][0]
            ),
        ),
        note=f"It goes to {told}.",
    )


def _update(press: ActionRequest) -> ActionResult:
    minutes = press.answers.number("next")
    updates.update(
        incident=incident_of(press),
        text=press.answers.text("text"),
        next_at=press.at + timedelta(minutes=minutes),
        by=press.by,
        at=press.at,
    )
    return ActionResult("Told. The next update is promised.", press.about)


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


def _resolve_form(about: str, by: Person, at: datetime) -> Form:
    incident = Incident.objects.get(pk=number_of(about, "incident"))
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
        note=f"It goes to {', '.join(incident.told)}.",
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
    Action("incident.declare", "engineer", _declare, _declare_form),
    Action("incident.take-lead", "engineer", _take_lead),
    Action("incident.give-lead", "engineer", _give_lead, _lead_form),
    Action("incident.update", "engineer", _update, _update_form),
    Action("incident.gather", "engineer", _gather, _gather_form),
    Action("incident.resolve", "engineer", _resolve, _resolve_form),
    Action("incident.show", "anyone", _show),
)
