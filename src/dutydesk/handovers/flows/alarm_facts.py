"""What a draft tells of alarms: those that fire or fired, and those that came often."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from dutydesk.alarms.models import Alarm
from dutydesk.handovers.flows.stamps import stamp
from dutydesk.handovers.rules.facts import RecordedFact, fact
from dutydesk.handovers.words import line_words
from dutydesk.kernel.periods import Period
from dutydesk.kernel.subjects import subject
from dutydesk.process.rules.handovers import END_OF_DAY, START_OF_DAY, TURN_CHANGE

OFTEN = 3
"""An alarm that came so many times in a turn is noisy."""
NOISIEST = 8
MOST_READ = 500
"""So many alarms and pages of a time are read at most: nobody reads more."""


def facts(*, when: str, told: Period, paged: Collection[str]) -> Iterator[RecordedFact]:
    """Give the high alarms that fire, of a night those that fired too, and what came often.

    What somebody was called for (`paged`) is told of as a page, but for an evening.
    """
    then = Alarm.objects.filter(first_at__lt=told.end).order_by("first_at", "pk")
    wanted = Q(state=Alarm.State.FIRING)
    if when == START_OF_DAY:
        wanted |= Q(first_at__gte=told.start)
    for alarm in then.filter(wanted, peak=Alarm.Severity.HIGH)[:MOST_READ]:
        if when == END_OF_DAY or alarm.about not in paged:
            yield _one(alarm)
    came = then.filter(first_at__gte=told.start)
    if when == TURN_CHANGE:
        yield from _noisy(came)
    elif when == START_OF_DAY:
        yield from _low(came.filter(peak=Alarm.Severity.LOW))


def _one(alarm: Alarm) -> RecordedFact:
    text = line_words.alarm(
        title=alarm.title,
        severity=alarm.peak,
        first=stamp(alarm.first_at),
        over=stamp(alarm.resolved_at),
        silent=alarm.silence_id is not None,
    )
    return fact(f"alarms:{alarm.about}", alarm.about, alarm.title, text, alarm.first_at)


@dataclass(frozen=True, slots=True)
class _Came:
    """How often alarms of one title came, and the last of them."""

    title: str
    times: int
    last: int
    at: datetime

    @property
    def about(self) -> str:
        return subject("alarm", self.last)


def _by_title(rows: QuerySet[Alarm]) -> list[_Came]:
    """Give the alarms of each title, those that came most first. One query, whatever came."""
    titles = rows.order_by().values("title")
    counted = titles.annotate(times=Count("pk"), last=Max("pk"), latest=Max("first_at"))
    return [
        _Came(one["title"], one["times"], one["last"], one["latest"])
        for one in counted.order_by("-times", "title")
    ]


def _noisy(rows: QuerySet[Alarm]) -> Iterator[RecordedFact]:
    for one in _by_title(rows)[:NOISIEST]:
        if one.times >= OFTEN:
            text = line_words.noisy(title=one.title, times=one.times, last=stamp(one.at))
            yield fact(f"alarms:often:{one.title}", one.about, f"“{one.title}”", text, one.at)


def _low(rows: QuerySet[Alarm]) -> Iterator[RecordedFact]:
    """Give the low alarms of a night as one line, which leads to the one that came most."""
    came = _by_title(rows)
    if came:
        count = sum(one.times for one in came)
        text = line_words.low(count=count, title=came[0].title, times=came[0].times)
        title = text.partition(",")[0].partition(":")[0]
        yield fact("alarms:low", came[0].about, title, text, came[0].at)
