"""Where two rotas say different things about who is on."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from dutydesk.kernel.periods import Period

Row = tuple[str, Period]


@dataclass(frozen=True)
class RotaDifference:
    """For this long, one rota has `ours` on and the other `theirs`; empty: nobody."""

    period: Period
    ours: str
    theirs: str


def differences(ours: Iterable[Row], theirs: Iterable[Row], span: Period) -> list[RotaDifference]:
    """Give the stretches of `span` in which they differ, in order, as long as may be.

    Several people at once are one text, in order of their names.
    """
    rows = (_within(ours, span), _within(theirs, span))
    moments = {m for found in rows for _, p in found for m in (p.start, p.end)}
    cuts = sorted(moments | {span.start, span.end})
    found: list[RotaDifference] = []
    for start, end in pairwise(cuts):
        mine, other = (
            ", ".join(sorted({who for who, p in side if p.start <= start < p.end})) for side in rows
        )
        last = found[-1] if found else None
        if last and (last.ours, last.theirs, last.period.end) == (mine, other, start):
            found[-1] = RotaDifference(Period(last.period.start, end), mine, other)
        else:
            found.append(RotaDifference(Period(start, end), mine, other))
    return [each for each in found if each.ours != each.theirs]


def _within(rows: Iterable[Row], span: Period) -> list[Row]:
    found = ((who, period.overlap(span)) for who, period in rows)
    return [(who, period) for who, period in found if period is not None]
