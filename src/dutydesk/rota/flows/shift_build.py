"""Working rotas out from now on, and telling everybody whose shifts to come changed."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from dutydesk.database import rows
from dutydesk.journal.flows import journal
from dutydesk.kernel.events import Event
from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows import zones
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import (
    double_cover,
    notices,
    rota_lock,
    schedule_inputs,
    violations,
    void_swaps,
)
from dutydesk.rota.models import Duty, Outlook, Shift
from dutydesk.rota.rules.newcomers import give_way
from dutydesk.rota.rules.schedule import OnShift, compose
from dutydesk.rota.rules.shift_changes import Moved, ShiftChanges, difference, moved

# How far ahead rotas are worked out: a year and a bit, so that plans for a year fit.
HORIZON = timedelta(weeks=57)
DUTIES = tuple(Duty.values)


@dataclass(frozen=True)
class RotaChanged(Event):
    """A rota was edited: which duties, and how many people's shifts to come changed."""

    kind: ClassVar[str] = "rota.changed"
    duties: list[str]
    people: int


@dataclass(frozen=True)
class BuildOutcome:
    """What an edit does: everybody's gains and losses by duty, and what to warn of.

    `void`: the swaps and offers that mean nothing any more, as lines for people; `later`: that it
    reaches beyond what is worked out; `beside`: who is on call together where one person was.
    """

    moved: Mapping[str, Mapping[int, Moved]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    void: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    @property
    def notes(self) -> list[str]:
        """Give what whoever edits should know beside whose shifts change."""
        return [*self.warnings, *self.beside, *self.void, *self.later]

    def of(self, engineer: int) -> dict[str, Moved]:
        """Give one person's changes by duty."""
        return {duty: people[engineer] for duty, people in self.moved.items() if engineer in people}

    @property
    def until(self) -> datetime | None:
        """Give until when anybody's shifts change; None if nobody's do."""
        changes = [change for people in self.moved.values() for change in people.values()]
        return max(
            (part.end for each in changes for part in (*each.gained, *each.lost)), default=None
        )

    @property
    def people(self) -> set[int]:
        """Give everybody whose shifts to come change."""
        return {engineer for people in self.moved.values() for engineer in people}


def rebuild(
    duties: Collection[str],
    *,
    at: datetime,
    by: str,
    why: str | Callable[[BuildOutcome], str],
    anyway: bool = False,
    extending: bool = False,
    reaches: datetime | None = None,
) -> BuildOutcome:
    """Work these duties out again from `at` on, and tell whom it concerns.

    Belongs inside the transaction of the edit. What is past stays as it was recorded. Refused
    where a newcomer would be alone, or one person primary and secondary; `anyway`: somebody
    decided that it must be, and it is only warned of. `extending`: nobody edited, only time
    went on. What lies beyond the old horizon is no news. `why` may depend on what came of it.
    `reaches`: until when the edit changes anything, if it is known.
    Clauses oncall.rota, oncall.newcomers.
    """
    changed = sorted({*duties, *(["secondary"] if "primary" in duties else [])})
    span = Period(at, at + HORIZON)
    lenient = anyway or extending
    known = _lock(changed, span)
    recorded = _recorded(at)
    before = {duty: list(recorded[duty].values()) for duty in DUTIES}
    composed = _composed(changed, span)
    if "secondary" in composed:
        primary = (before | composed)["primary"]
        composed["secondary"] = give_way(primary, composed["secondary"], always=lenient)
    warnings = violations.check(before, before | composed, at=at, anyway=lenient)
    void = void_swaps.voided(before, before | composed, at)
    _write({duty: difference(recorded[duty], composed[duty], at) for duty in changed}, composed, at)
    outcome = BuildOutcome(
        {duty: moved(before[duty], composed[duty], known[duty]) for duty in changed},
        tuple(warnings),
        tuple(void_swaps.told(void)),
        _later(known.values(), reaches),
        double_cover.newly_both(before, composed, known),
    )
    said = why if isinstance(why, str) else why(outcome)
    if outcome.people or outcome.warnings or not extending:
        _tell(outcome, at=at, by=by, why=said, anyway=lenient)
    void_swaps.settle(void, at=at, by=by, why=said)
    void_swaps.show_smaller(outcome.moved, at)
    return outcome


def _later(known: Collection[Period], reaches: datetime | None) -> tuple[str, ...]:
    first = min(known, key=lambda period: period.end)
    if reaches is None or reaches <= first.end:
        return ()
    return (words.shows_later(first.end, process.in_force().zone, first.start),)


def _lock(duties: list[str], span: Period) -> dict[str, Period]:
    """Let edits follow each other, since rotas are checked together; give how far each was built.

    The rows of all duties are locked; those of `duties` are marked as built to the end of `span`,
    with who is on the team now.
    """
    for duty in DUTIES:
        Outlook.objects.get_or_create(
            duty=duty, defaults={"built_until": span.end, "look_at": span.start}
        )
    held = rota_lock.hold()
    people = on_team()
    known: dict[str, Period] = {}
    for row in held:
        known[row.duty] = Period(span.start, max(row.built_until, span.start))
        row.look_at = span.start
        if row.duty in duties:
            row.built_until, row.people = span.end, people
        row.save(update_fields=["built_until", "look_at", "people"])
    return known


def on_team() -> list[int]:
    """Give who is on the team now."""
    found = rows.run("SELECT id FROM people_engineer WHERE active ORDER BY id")
    return [engineer for (engineer,) in found.fetchall()]


def _recorded(at: datetime) -> dict[str, dict[int, OnShift]]:
    found: dict[str, dict[int, OnShift]] = {duty: {} for duty in DUTIES}
    for shift in Shift.objects.filter(end__gt=at, cancelled_at=None):
        found[shift.duty][shift.pk] = shift.on_shift
    return found


def _composed(duties: list[str], span: Period) -> dict[str, list[OnShift]]:
    return {duty: compose(rota, span) for duty, rota in schedule_inputs.rotas(duties, span).items()}


def _write(
    changes: Mapping[str, ShiftChanges], composed: Mapping[str, list[OnShift]], at: datetime
) -> None:
    """First what ends or shrinks, then what grows or begins: nobody is twice at once between."""
    ends = {number: end for change in changes.values() for number, end in change.moved}
    cut = [number for change in changes.values() for number in change.cut]
    off = [number for change in changes.values() for number in change.off]
    Shift.objects.filter(pk__in=off).update(cancelled_at=at, changed_at=at)
    found = list(Shift.objects.filter(pk__in=[*ends, *cut]))
    grown: list[Shift] = []
    shrunk: list[Shift] = []
    for row in found:
        until = ends.get(row.pk, at)
        (grown if until > row.end else shrunk).append(row)
        row.end, row.changed_at, row.sequence = until, at, row.sequence + 1
    for some in (shrunk, grown):
        Shift.objects.bulk_update(some, ["end", "changed_at", "sequence"], batch_size=500)
    Shift.objects.bulk_create(
        [_row(duty, shift, at) for duty, change in changes.items() for shift in change.new],
        batch_size=500,
    )


def _row(duty: str, shift: OnShift, at: datetime) -> Shift:
    return Shift(
        duty=duty,
        engineer_id=shift.engineer,
        start=shift.period.start,
        end=shift.period.end,
        kind=shift.source.kind,
        source=shift.source.number,
        turn=shift.source.turn,
        changed_at=at,
    )


def _tell(outcome: BuildOutcome, *, at: datetime, by: str, why: str, anyway: bool) -> None:
    duties = [duty for duty, people in outcome.moved.items() if people]
    entry = journal.record(
        event=RotaChanged(duties, len(outcome.people)),
        subject="rota",
        text=f"{why}; it changed the shifts of {len(outcome.people)}",
        at=at,
        actor=by,
        clause="oncall.rota",
    )
    if anyway and outcome.warnings:
        warning = words.in_spite(outcome.warnings, by=by, why=why)
        notices.tell(None, warning, key=f"rota-warned:{entry.pk}", at=at)
    people = Engineer.objects.filter(pk__in=outcome.people).select_related("account")
    for engineer in people:
        zone = zones.zone_of(engineer)
        message = words.shifts_changed(outcome.of(engineer.pk), by=by, why=why, zone=zone)
        notices.tell(engineer, message, key=f"rota-changed:{entry.pk}", at=at)


class EditRefused(Refused):
    """The rota can't be changed so."""
