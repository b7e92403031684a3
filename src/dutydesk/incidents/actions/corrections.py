"""Putting an incident right, in any chat: whatever was said of it can be said otherwise."""

from collections.abc import Sequence
from datetime import datetime

from dutydesk.incidents.actions.inputs import incident_of, seen_field, seen_of
from dutydesk.incidents.flows import (
    assessments,
    change_previews,
    changes,
    corrections,
    leaders,
    merges,
    mistakes,
    reopenings,
)
from dutydesk.incidents.models import Incident
from dutydesk.incidents.words import change_words
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, Person
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.subjects import number_of
from dutydesk.kernel.tellings import Telling
from dutydesk.people.models import Service
from dutydesk.process.flows import process


def _found(about: str) -> Incident:
    found = Incident.objects.filter(pk=number_of(about, "incident")).first()
    if found is None:
        raise ValueError(f"“{about}” names no incident.")
    return found


def _told(incident: Incident) -> str:
    """Say who hears of it: everybody who was told."""
    places = leaders.places(leaders.told(incident.leaders)) if incident.leaders_told else []
    told = [*incident.told, *places]
    return f"Everybody who was told is told of it, and of the reason: {', '.join(told)}."


def _reason(label: str = "Why?") -> Field:
    return Field("reason", label, "long", longest=1_000)


def _correct_form(about: str, by: Person, at: datetime) -> Form:
    found = _found(about)
    services = tuple((str(one.pk), one.name) for one in Service.objects.all())
    chosen = tuple(str(pk) for pk in found.services.values_list("pk", flat=True))
    return Form(
        f"Correct: {found.title}",
        "Correct it and tell everybody who was told",
        (
            Field("title", "What is wrong?", value=found.title, longest=200),
            Field("services", "Which services?", "choices", False, options=services, value=chosen),
            Field(
                "user_impact",
                "Users are affected",
                "flag",
                required=False,
                value="yes" if found.user_impact else "",
            ),
            *_times(found, at),
            Field(
                "estimated",
                "These times are estimates",
                "flag",
                required=False,
                hint="The incident counts, and its lengths of time are in no measure.",
                value="yes" if found.estimated else "",
            ),
            _reason(),
            seen_field(changes.latest(about)),
        ),
        f"{_told(found)} The measures follow the times, and the timeline keeps what was thought "
        "before.",
    )


def _times(incident: Incident, at: datetime) -> tuple[Field, ...]:
    began = _time("began", "When did it begin?", incident.fault_occurs, at)
    if incident.state == Incident.State.OPEN:
        return (began,)
    return began, _time("repaired", "When did users have it back?", incident.repaired, at)


def _time(name: str, label: str, known: datetime | None, at: datetime) -> Field:
    return Field(name, label, "time", False, hint="If you know.", value=known or "", until=at)


def _correction(press: ActionRequest) -> corrections.Correction:
    return corrections.Correction(
        title=press.answers.text("title"),
        services=tuple(map(int, press.answers.chosen("services"))),
        user_impact=press.answers.flag("user_impact"),
        began=press.answers.moment_if_any("began"),
        repaired=press.answers.moment_if_any("repaired"),
        reason=press.answers.text("reason"),
        seen=seen_of(press),
        estimated=press.answers.flag("estimated"),
    )


def _correct(press: ActionRequest) -> ActionResult:
    what = _correction(press)
    corrections.correct(incident=incident_of(press), what=what, by=press.by, at=press.at)
    return ActionResult("Corrected. Everybody who was told is told.", press.about)


def _preview_correction(press: ActionRequest) -> Sequence[Telling]:
    found = _found(press.about)
    return change_previews.correction(
        incident=found, what=_correction(press), by=press.by, at=press.at
    )


def _assess_form(about: str, by: Person, at: datetime) -> Form:
    found, current = _found(about), process.in_force()
    options = tuple((criterion.id, criterion.text) for criterion in current.incidents.high)
    goes_on = found.state == Incident.State.OPEN
    follows = (
        change_words.follows(current, high=found.high)
        if goes_on
        else change_words.follows_over(high=found.high)
    )
    return Form(
        f"Priority: {found.title}",
        "Keep it and tell everybody who was told",
        (
            Field(
                "criteria",
                "Which of these are true?",
                "choices",
                required=False,
                options=options,
                value=tuple(found.criteria),
                hint="Any one of them makes it high priority.",
            ),
            _reason(),
            seen_field(changes.latest(about)),
        ),
        f"It is of {found.priority} priority. {follows} {_told(found)}",
    )


def _assess(press: ActionRequest) -> ActionResult:
    found = assessments.assess(
        incident=incident_of(press),
        criteria=press.answers.chosen("criteria"),
        reason=press.answers.text("reason"),
        seen=seen_of(press),
        by=press.by,
        at=press.at,
    )
    return ActionResult(f"It is of {found.priority} priority. Everybody is told.", press.about)


def _preview_assessment(press: ActionRequest) -> Sequence[Telling]:
    return change_previews.assessment(
        incident=_found(press.about),
        criteria=press.answers.chosen("criteria"),
        reason=press.answers.text("reason"),
        by=press.by,
        at=press.at,
    )


def _mistake_form(about: str, by: Person, at: datetime) -> Form:
    found = _found(about)
    parts = mistakes.parts(found)
    too = Field(
        "parts_too",
        "What is part of it was no incident either",
        "flag",
        required=False,
        hint=change_words.has_parts(one.title for one in parts),
    )
    return Form(
        f"Declared by mistake: {found.title}",
        "Take it back and tell everybody who was told",
        (
            _reason("Why was it no incident?"),
            *((too,) if parts else ()),
            seen_field(changes.latest(about)),
        ),
        f"{_told(found)} Nothing more is owed, and it counts in no measure. What still "
        "fires pages again.",
    )


def _mistake(press: ActionRequest) -> ActionResult:
    mistakes.take_back(
        incident=incident_of(press),
        reason=press.answers.text("reason"),
        seen=seen_of(press),
        by=press.by,
        at=press.at,
        parts_too=press.answers.flag("parts_too"),
    )
    return ActionResult("Taken back. Everybody who was told is told.", press.about)


def _preview_mistake(press: ActionRequest) -> Sequence[Telling]:
    return change_previews.mistake(
        incident=_found(press.about),
        reason=press.answers.text("reason"),
        by=press.by,
        at=press.at,
        parts_too=press.answers.flag("parts_too"),
    )


def _reopen_form(about: str, by: Person, at: datetime) -> Form:
    first = write_duration(process.in_force().incidents.first_update)
    return Form(
        f"Reopen: {_found(about).title}",
        "Reopen it and tell everybody who was told",
        (_reason("Why does it go on?"), seen_field(changes.latest(about))),
        f"{_told(_found(about))} The next update is due {first} later, and what its priority asks "
        "for is owed again.",
    )


def _reopen(press: ActionRequest) -> ActionResult:
    reopenings.reopen(
        incident=incident_of(press),
        reason=press.answers.text("reason"),
        seen=seen_of(press),
        by=press.by,
        at=press.at,
    )
    return ActionResult("It goes on. Everybody who was told is told.", press.about)


def _preview_reopening(press: ActionRequest) -> Sequence[Telling]:
    found, reason = _found(press.about), press.answers.text("reason")
    return change_previews.reopening(incident=found, reason=reason, by=press.by, at=press.at)


def _merge_form(about: str, by: Person, at: datetime) -> Form:
    found = _found(about)
    others = Incident.objects.filter(state=Incident.State.OPEN).exclude(pk=found.pk)
    return Form(
        f"Merge: {found.title}",
        "Merge it and tell everybody who was told",
        (
            Field(
                "into",
                "Of which incident is it a part?",
                "choice",
                options=tuple((str(one.pk), f"{one.title} ({one.pk})") for one in others),
            ),
            _reason(),
            seen_field(changes.latest(about)),
        ),
        f"{_told(found)} Its channels, services, criteria, alarms and maintenance go along, and "
        "only the other incident counts.",
    )


def _merge(press: ActionRequest) -> ActionResult:
    other = merges.merge(
        incident=incident_of(press),
        into=press.answers.number("into"),
        reason=press.answers.text("reason"),
        seen=seen_of(press),
        by=press.by,
        at=press.at,
    )
    return ActionResult("Merged. Everybody who was told is told.", other.about)


def _preview_merge(press: ActionRequest) -> Sequence[Telling]:
    return change_previews.merge(
        incident=_found(press.about),
        into=Incident.objects.filter(pk=press.answers.number_if_any("into") or 0).first(),
        reason=press.answers.text("reason"),
        by=press.by,
        at=press.at,
    )


ACTIONS = (
    Action("incident.correct", "engineer", _correct, _correct_form, _preview_correction),
    Action("incident.assess", "engineer", _assess, _assess_form, _preview_assessment),
    Action("incident.mistake", "engineer", _mistake, _mistake_form, _preview_mistake),
    Action("incident.reopen", "engineer", _reopen, _reopen_form, _preview_reopening),
    Action("incident.merge", "engineer", _merge, _merge_form, _preview_merge),
)
