"""Swaps that were taken and mean nothing any more: both people are told, and it is marked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from dutydesk.journal.flows import journal
from dutydesk.kernel.events import Event
from dutydesk.kernel.messages import Message
from dutydesk.kernel.periods import Period
from dutydesk.people.flows import zones
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import notices, schedule_inputs, swap_posts
from dutydesk.rota.models import Swap
from dutydesk.rota.rules.schedule import OnShift, Rota, compose
from dutydesk.rota.rules.stretches import joined


class SwapVoid(Event):
    """A swap that was taken means nothing any more, since the shifts below it changed."""

    kind: ClassVar[str] = "swap.void"


def voided(
    before: Mapping[str, Sequence[OnShift]], after: Mapping[str, Sequence[OnShift]], at: datetime
) -> list[Swap]:
    """Give the taken swaps that made a shift before, and would make no difference any more."""
    gone = _swapped(before) - _swapped(after)
    if not gone:
        return []
    found = Swap.objects.filter(override_id__in=gone, state=Swap.State.TAKEN, end__gt=at)
    rows = found.select_related("offered_by__account", "taken_by__account")
    return [swap for swap in rows if _means_nothing(swap, at)]


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
    return words.swap_void(
        name=swap.offered_by.name,
        taker=swap.taken_by.name if swap.taken_by else "somebody",
        duty=swap.duty,
        period=swap.period,
        zone=zone,
    )


def settle(swaps: Sequence[Swap], *, at: datetime, by: str, why: str) -> None:
    """Mark these swaps as void, and tell both people of each."""
    for swap, line in zip(swaps, told(swaps), strict=True):
        swap.state, swap.settled_at = Swap.State.VOID, at
        swap.save(update_fields=["state", "settled_at"])
        entry = journal.record(
            event=SwapVoid(), subject="rota", text=line, at=at, actor=by, clause="oncall.rota"
        )
        swap_posts.show(swap, at)
        for engineer in filter(None, (swap.offered_by, swap.taken_by)):
            message = Message(
                title="A swap is void",
                body=_line(swap, zones.zone_of(engineer)),
                facts=(("Changed by", f"{by}: {why}"),),
                tone="soon",
            )
            notices.tell(engineer, message, key=f"swap-void:{entry.pk}", at=at)
