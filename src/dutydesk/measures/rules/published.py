"""Figures that were published elsewhere, beside ours: do they agree, and if not, what explains it.

Explanations are found by trying: another clock, another start or end, a value that was copied, one
digit of a time that was mistyped, an incident of the neighbouring quarter that was counted too. One
is named only if the published figure follows from it to the minute.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Literal

from dutydesk.measures.rules.steps import (
    REPAIR,
    RESOLVE,
    STEPS,
    MeasuredSpan,
    Step,
    Times,
)
from dutydesk.process.rules.hours import Clock

MINUTE = timedelta(minutes=1)
"""Published figures are cut, not rounded, to whole minutes; ours are cut so to compare them."""
Which = Literal["repair", "resolve"]
WHICH: Mapping[Which, MeasuredSpan] = {"repair": REPAIR, "resolve": RESOLVE}
_OTHER: Mapping[Which, Which] = {"repair": "resolve", "resolve": "repair"}
_STARTS: tuple[Step, ...] = ("fault_occurs", "detected", "declared", "repaired")
_ENDS: tuple[Step, ...] = ("repaired", "resolved")
_MOST_TOLD = 3


@dataclass(frozen=True)
class PrintedIncident:
    """An incident as it was published: in which quarter, its times, and its figures if any."""

    title: str
    quarter: str
    times: Times
    repair: timedelta | None
    resolve: timedelta | None
    address: str = ""

    def printed(self, which: Which) -> timedelta | None:
        """Give the published figure."""
        return self.repair if which == "repair" else self.resolve


@dataclass(frozen=True)
class Compared:
    """A published figure beside ours, whether they agree, and what explains a difference."""

    published: timedelta | None
    ours: timedelta | None
    explanations: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool | None:
        """Say whether they are the same to the minute; None if one of them is missing."""
        return agrees(self.ours, self.published)


@dataclass(frozen=True)
class PrintedQuarter:
    """What was published of a quarter. `listed`: how many incidents its page lists, if it says."""

    quarter: str
    listed: int | None
    repair: timedelta | None
    resolve: timedelta | None


@dataclass(frozen=True)
class QuarterMean:
    """A published mean: what follows from the printed figures, and ours on the chosen clock."""

    printed: Compared
    ours: Compared


@dataclass(frozen=True)
class QuarterComparison:
    """One quarter: `read` of the `listed` incidents are at hand, and each of its means."""

    quarter: str
    listed: int | None
    read: int
    means: Mapping[Which, QuarterMean]


def agrees(ours: timedelta | None, published: timedelta | None) -> bool | None:
    """Say whether two figures are the same to the minute; None if one of them is missing."""
    if ours is None or published is None:
        return None
    return ours // MINUTE == published // MINUTE


def quarters(
    published: Sequence[PrintedQuarter], incidents: Sequence[PrintedIncident], clock: Clock
) -> tuple[QuarterComparison, ...]:
    """Compare each quarter's published means with the printed figures, and with ours."""
    return tuple(_quarter(one, incidents, clock) for one in published)


def _quarter(
    quarter: PrintedQuarter, incidents: Sequence[PrintedIncident], clock: Clock
) -> QuarterComparison:
    own = [one for one in incidents if one.quarter == quarter.quarter]
    near = [one for one in incidents if abs(place_of(one.quarter) - place_of(quarter.quarter)) == 1]
    means: dict[Which, QuarterMean] = {}
    for which, span in WHICH.items():
        published = quarter.repair if which == "repair" else quarter.resolve
        printed = Compared(published, mean(one.printed(which) for one in own))
        if printed.agrees is False:
            found = tuple(_means(own, near, which, published))
            printed = Compared(published, printed.ours, found or (_missing(quarter, own),))
        ours = mean(measured(one, span, clock) for one in own)
        means[which] = QuarterMean(printed, Compared(published, ours))
    return QuarterComparison(quarter.quarter, quarter.listed, len(own), means)


def _missing(quarter: PrintedQuarter, own: Sequence[PrintedIncident]) -> str:
    if quarter.listed is not None and len(own) < quarter.listed:
        return f"Only {len(own)} of its {quarter.listed} incidents could be read."
    return "Nothing that was tried explains it."


def _means(
    own: Sequence[PrintedIncident],
    near: Sequence[PrintedIncident],
    which: Which,
    published: timedelta | None,
) -> Iterator[str]:
    """Try one change, then two: the first that the published mean follows from are given."""
    counted_too: list[tuple[PrintedIncident | None, str]] = [(None, "")]
    counted_too += [
        (one, f"“{one.title}” of {one.quarter} is counted too, carried over from there")
        for one in near
        if one.printed(which) is not None
    ]
    copied: list[tuple[PrintedIncident | None, str]] = [(None, "")]
    copied += [
        (one, f"time to {_OTHER[which]} of “{one.title}” is copied to its time to {which}")
        for one in own
        if one.repair is not None and one.resolve is not None and one.repair != one.resolve
    ]
    tried = sorted(
        product(counted_too, copied), key=lambda pair: bool(pair[0][1]) + bool(pair[1][1])
    )
    fewest = 0
    for (more, carried), (swapped, copying) in tried:
        changes = [words for words in (carried, copying) if words]
        if fewest and len(changes) > fewest:
            return
        values = [one.printed(_OTHER[which] if one is swapped else which) for one in own]
        if more is not None:
            values.append(more.printed(which))
        if changes and agrees(mean(values), published):
            fewest = len(changes)
            yield f"It follows if {', and '.join(changes)}."


def explained(
    incident: PrintedIncident,
    which: Which,
    clock: Clock,
    clocks: Sequence[Clock],
    others: Sequence[PrintedIncident],
) -> Compared:
    """Compare an incident's published figure with ours on `clock`, and explain a difference."""
    span, published = WHICH[which], incident.printed(which)
    ours = measured(incident, span, clock)
    if published is None or agrees(ours, published):
        return Compared(published, ours)
    found: tuple[str, ...] = ()
    for tried in (
        _other_clocks(incident, span, published, clocks),
        _other_steps(incident, published, clocks),
        _copies(incident, which, published, others),
        _typos(incident, span, published, clocks),
    ):
        found = tuple(dict.fromkeys(tried))[:_MOST_TOLD]
        if found:
            break
    return Compared(published, ours, found or ("Nothing that was tried explains it.",))


def _other_clocks(
    incident: PrintedIncident, span: MeasuredSpan, published: timedelta, clocks: Iterable[Clock]
) -> Iterator[str]:
    for clock in clocks:
        if agrees(measured(incident, span, clock), published):
            yield f"It was counted in {clock.title.lower()}."


def _other_steps(
    incident: PrintedIncident, published: timedelta, clocks: Sequence[Clock]
) -> Iterator[str]:
    for start, end in product(_STARTS, _ENDS):
        span = MeasuredSpan("", "", (start,), (end,))
        for clock in clocks:
            if start != end and agrees(measured(incident, span, clock), published):
                on = "" if clock.hours is None else f", in {clock.title.lower()}"
                yield f"It runs from {STEPS[start]} to {STEPS[end]}{on}."
                break


def _copies(
    incident: PrintedIncident,
    which: Which,
    published: timedelta,
    others: Iterable[PrintedIncident],
) -> Iterator[str]:
    ends = {incident.times.get(step) for step in _ENDS}
    if incident.printed(_OTHER[which]) == published and len(ends) > 1:
        yield f"It is the same as its time to {_OTHER[which]}: copied."
    for one in others:
        near = abs(place_of(one.quarter) - place_of(incident.quarter)) <= 1
        if near and one is not incident and published in (one.repair, one.resolve):
            yield f"It is the same as one of “{one.title}”: copied."


def _typos(
    incident: PrintedIncident, span: MeasuredSpan, published: timedelta, clocks: Sequence[Clock]
) -> Iterator[str]:
    for steps in (span.start, span.end):
        step = next((one for one in steps if incident.times.get(one) is not None), None)
        moment = incident.times[step] if step else None
        if step is None or moment is None:
            continue
        for clock in clocks:
            local = moment.astimezone(clock.calendar.zone)
            on = "" if clock.hours is None else f", in {clock.title.lower()}"
            follows = [
                f"It follows if {STEPS[step]} was at {other:%Y-%m-%d %H:%M} and not"
                f" {local:%Y-%m-%d %H:%M}{on}: one digit."
                for other in _one_digit_other(local)
                if agrees(_length({**incident.times, step: other}, span, clock), published)
            ]
            if follows:
                yield from follows
                break


def _one_digit_other(moment: datetime) -> Iterator[datetime]:
    """Give the moments whose date and time differ in one digit, other than the first two."""
    text = f"{moment:%Y-%m-%d %H:%M}"
    for place, digit in product(range(2, len(text)), "0123456789"):
        if not text[place].isdigit() or text[place] == digit:
            continue
        try:
            other = datetime.fromisoformat(f"{text[:place]}{digit}{text[place + 1 :]}")
        except ValueError:
            continue
        yield other.replace(tzinfo=moment.tzinfo, second=moment.second)


def measured(incident: PrintedIncident, span: MeasuredSpan, clock: Clock) -> timedelta | None:
    """Give how long a span of an incident took on a clock; None if that can't be known."""
    return _length(incident.times, span, clock)


def _length(times: Times, span: MeasuredSpan, clock: Clock) -> timedelta | None:
    start, end = span.ends(times)
    if start is None or end is None or end < start:
        return None
    return clock.between(start, end)


def mean(values: Iterable[timedelta | None]) -> timedelta | None:
    """Give the mean of those that are known; None if none is."""
    known = [value for value in values if value is not None]
    return sum(known, timedelta()) / len(known) if known else None


def place_of(quarter: str) -> int:
    """Give where a quarter, as “Q1 2026”, stands among all quarters; far away if it is none."""
    name, _, year = quarter.partition(" ")
    if not (name[1:].isdecimal() and year.isdecimal()):
        return -9
    return int(year) * 4 + int(name[1:])


def told(found: Compared) -> str:
    """Say in words whether a published figure agrees, and what explains it if not."""
    if found.agrees is None:
        return ""
    return "agrees" if found.agrees else " ".join(("differs.", *found.explanations))
