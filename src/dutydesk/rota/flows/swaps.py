"""Swaps: somebody offers their time, and somebody takes it, or the offer lapses, told before."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentDue, CommitmentWarned
from dutydesk.commitments.rules import Promise
from dutydesk.journal.flows import journal
from dutydesk.kernel.events import Event
from dutydesk.kernel.messages import Message
from dutydesk.kernel.moments import when
from dutydesk.kernel.periods import Period, subtract
from dutydesk.kernel.subjects import number_of
from dutydesk.people.flows import zones
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import (
    absences,
    edit_checks,
    edits,
    notices,
    roster,
    rota_lock,
    swap_posts,
)
from dutydesk.rota.flows.shift_build import BuildOutcome, EditRefused
from dutydesk.rota.models import Duty, Override, Swap
from dutydesk.rota.rules.promises import SOON, SWAP, first_reminder, next_reminder
from dutydesk.rota.rules.stretches import within


class SwapSettled(Event):
    """An offer was taken, taken back, or lapsed."""

    kind: ClassVar[str] = "swap.settled"


@rota_lock.held
def offer(*, duty: str, span: Period, engineer: int, asked: int | None, at: datetime) -> Swap:
    """Offer one's own time on a duty to everybody, or to one person. Clause oncall.rota."""
    if span.end <= at:
        raise EditRefused("That time is past.", "Offer time that is still to come.")
    mine = _mine(edit_checks.in_sight(span, at), duty, engineer)
    span = Period(mine[0].start, mine[-1].end)
    if asked is not None:
        _asked(asked, engineer, mine)
    me = Engineer.objects.get(pk=engineer)
    if Swap.objects.filter(
        offered_by=me, duty=duty, state=Swap.State.OFFERED, start__lt=span.end, end__gt=span.start
    ).exists():
        raise EditRefused("Part of that is offered already.", "Take that offer back first.")
    swap = Swap.objects.create(
        duty=duty, start=span.start, end=span.end, offered_by=me, asked_id=asked, offered_at=at
    )
    lapses = swap.start if swap.start > at else swap.end
    commitments.promise(
        kind=SWAP,
        subject=swap.about,
        owner=me.name,
        text=SWAP.says(name=me.name, duty=duty),
        times=Promise(due_at=lapses, warn_at=first_reminder(lapses=lapses, offered=at)),
        at=at,
    )
    _record(swap, f"{me.name} offered {duty} time, {_span(swap.period)}", at, me.name)
    swap_posts.show(swap, at)
    return swap


def _mine(span: Period, duty: str, engineer: int) -> Sequence[Period]:
    """Give somebody's time in `span` in its parts, from the first to the last a stint.

    Between its parts, as by night, nobody may be on call: that would be another's to offer.
    """
    rows = list(roster.between(span, duty=duty))
    mine = within((row.period for row in rows if row.engineer_id == engineer), span)
    others = [row.period for row in rows if row.engineer_id != engineer]
    beyond = subtract(within(others, span), mine) if duty != Duty.SUPPORT else []
    if not mine or beyond:
        raise EditRefused(
            f"You are not {duty} in all of that time.", "Offer only time that you have."
        )
    return mine


def _asked(asked: int, engineer: int, parts: Sequence[Period]) -> None:
    """Refuse to ask somebody alone who couldn't take it: nobody could."""
    if asked == engineer:
        raise EditRefused("You can't ask yourself.", "Ask somebody else, or everybody.")
    who = edit_checks.member(asked)
    if (away := absences.in_parts(asked, parts)) is not None:
        raise EditRefused(
            f"{who} is away then, or not on the team: {_span(away)}.",
            "Ask somebody else, or everybody.",
        )


def _span(span: Period) -> str:
    return words.span(span, process.in_force().zone)


def _record(swap: Swap, text: str, at: datetime, by: str) -> None:
    journal.record(
        event=SwapSettled(), subject="rota", text=text, at=at, actor=by, clause="oncall.rota"
    )


def _offered(number: int) -> Swap:
    swap = Swap.objects.select_for_update(of=("self",)).filter(pk=number).first()
    if swap is None or swap.state != Swap.State.OFFERED:
        state = f" ({swap.state})" if swap else ""
        raise EditRefused(f"This offer stands no more{state}.", "Look at the shifts as they are.")
    return swap


def _settle(swap: Swap, state: Swap.State, at: datetime) -> None:
    swap.state, swap.settled_at = state, at
    swap.save()
    swap_posts.show(swap, at)


@rota_lock.held
def take(*, swap: int, engineer: int, at: datetime) -> BuildOutcome:
    """Take somebody's offered time; refused where the pairing would break, and then it stands."""
    row = _offered(swap)
    taker = Engineer.objects.get(pk=engineer)
    if taker.pk == row.offered_by_id:
        raise EditRefused("This is your own time.", "Take the offer back, or wait for somebody.")
    if row.asked_id not in (None, taker.pk):
        raise EditRefused("Somebody else was asked.", "Let them take it.")
    row.state, row.taken_by = Swap.State.TAKEN, taker
    row.save(update_fields=["state", "taken_by"])  # It isn't an open offer that loses its time.
    outcome = edits.override(
        duty=row.duty,
        span=row.period,
        add=taker.pk,
        remove=row.offered_by_id,
        kind="swap",
        at=at,
        by=taker.name,
    )
    _takes_all(row, taker, outcome)
    row.override = Override.objects.filter(kind="swap", add=taker, duty=row.duty).latest("pk")
    _settle(row, Swap.State.TAKEN, at)
    commitments.keep(kind=SWAP, subject=row.about, at=at)
    _record(row, f"{taker.name} took {row.offered_by.name}'s {row.duty} time", at, taker.name)
    return outcome


def _takes_all(swap: Swap, taker: Engineer, outcome: BuildOutcome) -> None:
    """Refuse somebody who is away for part of what they take: it would be nobody's, unseen."""
    left = edit_checks.unmanned(
        outcome, duty=swap.duty, span=swap.period, giver=swap.offered_by_id, taker=taker.pk
    )
    if left:
        raise EditRefused(
            f"You are away then, or not on the team: {_span(left[0])}.",
            "Let somebody else take it, or change when you are away first.",
        )


@transaction.atomic
def take_back(*, swap: int, engineer: int, at: datetime) -> None:
    """Take one's own offer back."""
    row = _offered(swap)
    if row.offered_by_id != engineer:
        raise EditRefused("This is somebody else's offer.", "Only they can take it back.")
    _settle(row, Swap.State.TAKEN_BACK, at)
    commitments.withdraw(kind=SWAP, subject=row.about, at=at)
    _record(row, f"{row.offered_by.name} took an offer back", at, row.offered_by.name)


@transaction.atomic
def end_of(leaver: Engineer, *, at: datetime, leaves: datetime | None = None) -> None:
    """End the open offers of somebody who has left, and those that only they could take.

    Whoever asked them alone is told, who may ask others. Of somebody who `leaves` on a day to come
    the offers that only they could take after that: their own end with their time.
    """
    theirs = Q(asked=leaver, end__gt=leaves) if leaves else Q(offered_by=leaver) | Q(asked=leaver)
    rows = Swap.objects.select_for_update(of=("self",)).filter(theirs, state=Swap.State.OFFERED)
    does = f"leaves {when(leaves, process.in_force().zone, at)}" if leaves else "has left"
    for swap in rows.select_related("offered_by__account").order_by("pk"):
        _settle(swap, Swap.State.VOID, at)
        commitments.withdraw(kind=SWAP, subject=swap.about, at=at)
        name = swap.offered_by.name
        _record(swap, f"{leaver.name} {does}: an offer of {name}'s is void", at, leaver.name)
        if swap.offered_by_id != leaver.pk:
            span = words.span(swap.period, zones.zone_of(swap.offered_by))
            told = Message(
                title="An offer is void",
                body=f"You asked {leaver.name}, who {does}, to take your {swap.duty} time: "
                f"{span}. It stays yours; ask somebody else.",
                tone="soon",
            )
            notices.tell(swap.offered_by, told, key=f"swap:{swap.pk}:void", at=at)


@transaction.atomic
def warned(*, event: CommitmentWarned, at: datetime) -> None:
    """Remind both people, or everybody if nobody was asked, of an offer; again when it nears."""
    owed = commitments.still_owed(event)
    swap = _of(event)
    if owed is None or swap is None:
        return
    soon = owed.due_at - at <= SOON
    title = "A swap is about to lapse" if soon else "A swap is open still"

    def told(zone: ZoneInfo) -> Message:
        text = words.swap_lapses_soon(
            name=swap.offered_by.name,
            duty=swap.duty,
            period=swap.period,
            now=at,
            zone=zone,
        )
        return Message(body=text, title=title, tone="soon" if soon else "plain")

    _tell_both(swap, told, at, f"soon:{at.isoformat()}")
    following = next_reminder(lapses=owed.due_at, after=at)
    if following is not None:
        commitments.remind_at(kind=SWAP, subject=swap.about, remind_at=following)


@transaction.atomic
def due(*, event: CommitmentDue, at: datetime) -> None:
    """Let an offer lapse whose time has come: the time stays with whoever has it."""
    swap = _of(event)
    if swap is None:
        return
    swap = _offered(swap.pk)
    _settle(swap, Swap.State.LAPSED, at)
    commitments.miss(kind=SWAP, subject=swap.about, at=at)
    name = swap.offered_by.name
    stays = f"it stays with {name}"
    _record(swap, f"{name}'s offer lapsed; {stays}", at, "the desk")
    body = f"Nobody took {name}'s {swap.duty} time; {stays}: "

    def told(zone: ZoneInfo) -> Message:
        return Message(body=f"{body}{words.span(swap.period, zone)}.", title="A swap lapsed")

    _tell_both(swap, told, at, "lapsed")


def _of(event: CommitmentWarned | CommitmentDue) -> Swap | None:
    if commitments.still_owed(event) is None:
        return None
    found = Swap.objects.select_related("offered_by__account", "asked__account")
    return found.filter(pk=number_of(event.subject, "swap"), state=Swap.State.OFFERED).first()


def _tell_both(swap: Swap, told: Callable[[ZoneInfo], Message], at: datetime, what: str) -> None:
    """Tell both people, each in their own zone; everybody in the team's if nobody was asked."""
    for engineer in (swap.offered_by, swap.asked):
        zone = zones.zone_of(engineer) if engineer else process.in_force().zone
        notices.tell(engineer, told(zone), key=f"swap:{swap.pk}:{what}", at=at)
