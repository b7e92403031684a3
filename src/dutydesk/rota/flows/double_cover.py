"""Who is on beside somebody else, by an import or a change, where one person is meant to be."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dutydesk.kernel.periods import Period, subtract, union
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.models import Duty, Shift
from dutydesk.rota.rules.schedule import OnShift
from dutydesk.rota.rules.stretches import together, within


@dataclass(frozen=True)
class DoubleCover:
    """Somebody on by an import, and who is on beside them by something else."""

    engineer: int
    other: int
    period: Period


def found(
    duty: str, ours: Collection[tuple[str, int]], at: datetime, *, turns: bool = False
) -> list[DoubleCover]:
    """Give whoever is on by `ours` beside somebody who is on by something else.

    Support has several people at once: there only who is on by a rotation is somebody else's; so
    for any duty, if only whose `turns` meet is asked for.
    """
    shifts = Shift.objects.filter(duty=duty, end__gt=at, cancelled_at=None).order_by("start", "id")
    mine: list[Shift] = []
    others: list[Shift] = []
    for shift in shifts:
        if (shift.kind, shift.source) in ours:
            mine.append(shift)
        elif shift.kind == "rotation" or not (turns or duty == Duty.SUPPORT):
            others.append(shift)
    return _joined(_pairs(mine, others))


def _joined(beside: Iterable[DoubleCover]) -> list[DoubleCover]:
    """Give each two people's time beside each other as one where it goes on."""
    by_pair: dict[tuple[int, int], list[Period]] = {}
    for each in beside:
        by_pair.setdefault((each.engineer, each.other), []).append(each.period)
    return [DoubleCover(*pair, part) for pair, parts in by_pair.items() for part in union(parts)]


def _pairs(mine: Iterable[Shift], others: list[Shift]) -> Iterator[DoubleCover]:
    first = 0
    for shift in mine:
        while first < len(others) and others[first].end <= shift.start:
            first += 1
        for other in others[first:]:
            if other.start >= shift.end:
                break
            shared = shift.period.overlap(other.period)
            if shared and shift.engineer_id != other.engineer_id:
                yield DoubleCover(shift.engineer_id, other.engineer_id, shared)


def newly(before: Iterable[DoubleCover], after: Iterable[DoubleCover]) -> list[DoubleCover]:
    """Give those of `after` in whose time nobody was beside anybody before, cut to it."""
    was = [each.period for each in before]
    return [
        DoubleCover(each.engineer, each.other, part)
        for each in after
        for part in subtract([each.period], was)
    ]


def told(duty: str, beside: Iterable[DoubleCover]) -> list[str]:
    """Give them as lines for people."""
    names = dict(Engineer.objects.values_list("pk", "name"))
    zone = process.in_force().zone
    return [
        f"{names[each.engineer]} would be {duty} beside {names[each.other]}: "
        f"{words.span(each.period, zone)}"
        for each in sorted(beside, key=lambda each: (each.period, each.engineer, each.other))
    ]


def newly_both(
    before: Mapping[str, Sequence[OnShift]],
    after: Mapping[str, Sequence[OnShift]],
    spans: Mapping[str, Period],
) -> tuple[str, ...]:
    """Say who has a duty together where one person had it, by duty; nothing of support."""
    found: dict[str, list[tuple[Period, tuple[int, ...]]]] = {}
    for duty in sorted(after.keys() - {Duty.SUPPORT}):
        was = [period for period, people in together(before[duty]) if len(people) > 1]
        found[duty] = [
            (part, people)
            for period, people in together(after[duty])
            if len(people) > 1
            for part in within(subtract([period], was), spans[duty])
        ]
    if not any(found.values()):
        return ()
    names = dict(Engineer.objects.values_list("pk", "name"))
    zone = process.in_force().zone
    return tuple(
        words.beside(
            [
                f"{' and '.join(names[who] for who in people)} have {duty} together: "
                f"{words.span(part, zone)}"
                for part, people in parts
            ]
        )
        for duty, parts in found.items()
        if parts
    )
