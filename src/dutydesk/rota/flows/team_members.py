"""What follows for rotas where somebody leaves the team, joins it, or is back."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Min, Q

from dutydesk.chat.flows import desk_posts
from dutydesk.kernel.actions import Person
from dutydesk.kernel.moments import when as said
from dutydesk.kernel.periods import Period
from dutydesk.people.flows import membership
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import (
    cover_nominations,
    coverage,
    double_cover,
    holes,
    roster,
    rota_lock,
    swaps,
    void_swaps,
)
from dutydesk.rota.flows.absences import BEGINNING, FOREVER
from dutydesk.rota.flows.coverage import Gap
from dutydesk.rota.flows.shift_build import DUTIES, BuildOutcome, rebuild
from dutydesk.rota.models import Absence, Outlook, Swap
from dutydesk.rota.rules.shift_changes import moved


@rota_lock.held
def rework(*, at: datetime, by: str, why: str) -> BuildOutcome:
    """Work everything out again after somebody left or came back. Nobody can be kept here."""
    cover_nominations.who_left(at=at)
    return rebuild(DUTIES, at=at, by=by, why=why, anyway=True, extending=True)


@transaction.atomic
def changed(*, engineer: int, at: datetime, by: str) -> None:
    """Take somebody off every duty, or put them back, from when they leave or join.

    The team hears what nobody covers any more when somebody leaves. Belongs inside the
    transaction of the change. Clause oncall.rota.
    """
    held, who = rota_lock.hold(), Engineer.objects.get(pk=engineer)
    _away_before_and_after(who, at)
    if not who.active or who.leaves_at is not None:
        swaps.end_of(who, at=at, leaves=who.leaves_at)
    if not held:  # Nobody has begun to use rotas here.
        return
    outcome = rework(at=at, by=by, why=_why(who, at))
    if not who.active or who.leaves_at is not None:
        _tell(who, opened(outcome, engineer, at), at=at, by=by)


def _away_before_and_after(who: Engineer, at: datetime) -> None:
    """Keep when somebody isn't on the team yet, or any more, as time that they can't be on."""
    Absence.objects.filter(engineer=who, start=BEGINNING).delete()
    Absence.objects.filter(engineer=who, end=FOREVER).delete()
    if who.joins_at is not None and who.joins_at > at:
        Absence.objects.create(engineer=who, start=BEGINNING, end=who.joins_at)
    if who.active and who.leaves_at is not None:
        Absence.objects.create(engineer=who, start=who.leaves_at, end=FOREVER)


def _why(who: Engineer, at: datetime) -> str:
    if not who.active:
        return f"{who.name} has left"
    moment = who.leaves_at or (who.joins_at if who.joins_at and who.joins_at > at else None)
    if moment is None:
        return f"{who.name} is back"
    when = said(moment, process.in_force().zone, at)
    return f"{who.name} {'leaves' if who.leaves_at else 'joins'} {when}"


def opened(outcome: BuildOutcome, engineer: int, at: datetime) -> list[Gap]:
    """Give the declared hours that somebody had, and nobody has now."""
    lost = {duty: change.lost for duty, change in outcome.of(engineer).items() if change.lost}
    until = max((part.end for parts in lost.values() for part in parts), default=None)
    if until is None:
        return []
    return [
        Gap(gap.what, shared, gap.number, gap.duty)
        for gap in coverage.gaps(at=at, until=until)
        for part in lost.get(gap.duty, ())
        if (shared := gap.period.overlap(part)) is not None
    ]


def _tell(who: Engineer, gaps: list[Gap], *, at: datetime, by: str) -> None:
    current = process.in_force()
    message = words.somebody_leaves(
        _why(who, at),
        [(gap.told, gap.period) for gap in gaps],
        mention=current.team.mention,
        by=by,
        zone=current.zone,
    )
    key = f"rota:leaver:{who.pk}:{at.isoformat()}"
    desk_posts.say(key=key, channel=current.team.channel, message=message, at=at)
    holes.count_as_told(gaps, at)


@transaction.atomic
def leave(
    *, engineer: int, on: datetime | None, person: Person, at: datetime, by: str
) -> BuildOutcome:
    """Let somebody leave, now or on a day to come; give what that does to everybody's shifts."""
    return _seen(lambda: membership.leave(engineer=engineer, on=on, at=at, by=person), engineer, at)


@transaction.atomic
def stay(*, engineer: int, person: Person, at: datetime, by: str) -> BuildOutcome:
    """Let somebody stay who was to leave; give what that does to everybody's shifts."""
    return _seen(lambda: membership.stay(engineer=engineer, at=at, by=person), engineer, at)


def _seen(do: Callable[[], object], engineer: int, at: datetime) -> BuildOutcome:
    """Give what something does to shifts and swaps, as far as rotas were worked out before it."""
    until = Outlook.objects.aggregate(first=Min("built_until"))["first"]
    span = Period(at, max(at, until or at))
    before = {duty: roster.on_shifts(span, duty) for duty in DUTIES}
    do()
    after = {duty: roster.on_shifts(span, duty) for duty in DUTIES}
    changes = {duty: moved(before[duty], after[duty], span) for duty in DUTIES}
    ours = Q(offered_by=engineer) | Q(taken_by__isnull=False)
    void = Swap.objects.filter(ours, state=Swap.State.VOID, settled_at=at)
    lines = void_swaps.told(void.select_related("offered_by", "taken_by").order_by("pk"))
    moves = {duty: change for duty, change in changes.items() if change}
    beside = double_cover.newly_both(before, after, dict.fromkeys(DUTIES, span))
    return BuildOutcome(moves, void=tuple(lines), beside=beside)
