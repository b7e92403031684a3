"""Swaps and offers that mean nothing any more: both people are told, and it is marked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from dutydesk.commitments.flows import commitments
from dutydesk.journal.flows import journal
from dutydesk.kernel.events import Event
from dutydesk.kernel.messages import Message
from dutydesk.kernel.periods import Period
from dutydesk.people.flows import zones
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import notices, schedule_inputs, swap_posts
from dutydesk.rota.models import Swap
from dutydesk.rota.rules.promises import SWAP
from dutydesk.rota.rules.schedule import OnShift, Rota, compose
from dutydesk.rota.rules.stretches import joined


class SwapVoid(Event):
    """A swap or an open offer means nothing any more, since the shifts below it changed."""

    kind: ClassVar[str] = "swap.void"


def voided(
    before: Mapping[str, Sequence[OnShift]], after: Mapping[str, Sequence[OnShift]], at: datetime
) -> list[Swap]:
    """Give the taken swaps that made a shift before, and would make no difference any more.

    And the open offers of whoever has nothing any more of what they offered.
    """
    found = Swap.objects.filter(end__gt=at).select_related(
        "offered_by__account", "taken_by__account", "asked__account"
    )
    gone = _swapped(before) - _swapped(after)
    taken = found.filter(override_id__in=gone, state=Swap.State.TAKEN) if gone else ()
    offered = found.select_for_update(of=("self",)).filter(state=Swap.State.OFFERED)
    return [
        *(swap for swap in taken if _means_nothing(swap, at)),
        *(swap for swap in offered.order_by("pk") if not _left(swap, after[swap.duty], at)),
    ]


def _left(swap: Swap, shifts: Iterable[OnShift], at: datetime) -> bool:
    """Say whether whoever offered time has any of it that is still to come."""
    span = Period(max(swap.start, at), swap.end)
    theirs = (shift.period for shift in shifts if shift.engineer == swap.offered_by_id)
    return any(span.overlap(period) for period in theirs)


def _swapped(shifts: Mapping[str, Iterable[OnShift]]) -> set[int]:
    return {
        shift.source.number
        for some in shifts.values()
        for shift in some
        if shift.source.kind == "swap"
    }


def _means_nothing(swap: Swap, at: datetime) -> bool:
    """Say whether the same people would be on without it: not so if it was only swapped on."""
    span = Period(max(swap.start, at), swap.end)
    rota = schedule_inputs.rotas([swap.duty], span)[swap.duty]
    others = tuple(each for each in rota.overrides if each.number != swap.override_id)
    return _people(rota, span) == _people(replace(rota, overrides=others), span)


def _people(rota: Rota, span: Period) -> list[tuple[int, Period]]:
    return [(shift.engineer, shift.period) for shift in joined(compose(rota, span))]


def told(swaps: Iterable[Swap]) -> list[str]:
    """Give them as lines for people."""
    zone = process.in_force().zone
    return [_line(swap, zone) for swap in swaps]


def _line(swap: Swap, zone: ZoneInfo) -> str:
    if swap.taken_by is None:
        return words.offer_void(
            name=swap.offered_by.name, duty=swap.duty, period=swap.period, zone=zone
        )
    return words.swap_void(
        name=swap.offered_by.name,
        taker=swap.taken_by.name,
        duty=swap.duty,
        period=swap.period,
        zone=zone,
    )


def settle(swaps: Sequence[Swap], *, at: datetime, by: str, why: str) -> None:
    """Mark these swaps as void, and tell both people of each, or whoever was asked alone."""
    for swap, line in zip(swaps, told(swaps), strict=True):
        what = "An offer" if swap.state == Swap.State.OFFERED else "A swap"
        swap.state, swap.settled_at = Swap.State.VOID, at
        swap.save(update_fields=["state", "settled_at"])
        entry = journal.record(
            event=SwapVoid(), subject="rota", text=line, at=at, actor=by, clause="oncall.rota"
        )
        commitments.withdraw(kind=SWAP, subject=swap.about, at=at)
        swap_posts.show(swap, at)
        for engineer in filter(None, (swap.offered_by, swap.taken_by or swap.asked)):
            message = Message(
                title=f"{what} is void",
                body=_line(swap, zones.zone_of(engineer)),
                facts=(("Changed by", f"{by}: {why}"),),
                tone="soon",
            )
            notices.tell(engineer, message, key=f"swap-void:{entry.pk}", at=at)


def show_smaller(moved: Mapping[str, Mapping[int, object]], at: datetime) -> None:
    """Show the open offers of those whose shifts `moved` as what is left to take of them."""
    offered = Swap.objects.filter(state=Swap.State.OFFERED, end__gt=at, duty__in=moved)
    for swap in offered.select_related("offered_by", "asked").order_by("pk"):
        if swap.offered_by_id in moved[swap.duty]:
            swap_posts.show(swap, at)
