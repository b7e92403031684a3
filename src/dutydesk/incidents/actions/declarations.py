"""Declaring an incident, in any chat, from what prompts it."""

from collections.abc import Sequence
from datetime import datetime

from dutydesk.incidents.flows import declaration, previews, prompts
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, Person
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.subjects import subject
from dutydesk.kernel.tellings import Telling
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Process


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
        "and the teams' own channels if users are affected; those who tell senior leadership "
        f"hear of {_heard(current)}. The first update is due "
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
    began = min(found.began, at) if found.began else ""
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


def _heard(current: Process) -> str:
    return "it if it is high" if current.incidents.leaders.hear_of == "high" else "it"


def _declaration(press: ActionRequest) -> declaration.Declaration:
    return declaration.Declaration(
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


def _preview_declaration(press: ActionRequest) -> Sequence[Telling]:
    return previews.declaration(what=_declaration(press), by=press.by, at=press.at)


def _declare(press: ActionRequest) -> ActionResult:
    what = _declaration(press)
    incident = declaration.declare(what=what, by=press.by, at=press.at)
    over = " It was repaired already, and everybody hears so." if what.repaired else ""
    return ActionResult(
        f"Declared, with {incident.priority} priority. Told: {', '.join(incident.told)}.{over}",
        subject("incident", incident.pk),
    )


ACTIONS = (Action("incident.declare", "engineer", _declare, _declare_form, _preview_declaration),)
