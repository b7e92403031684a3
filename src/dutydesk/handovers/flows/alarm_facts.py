"""What a draft tells of alarms: those that fire or fired, and those that came often."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from django.db.models import Q, QuerySet

from dutydesk.alarms.models import Alarm
from dutydesk.handovers.flows.stamps import stamp
from dutydesk.handovers.rules.facts import RecordedFact, fact
from dutydesk.handovers.words import line_words
from dutydesk.kernel.periods import Period
from dutydesk.process.rules.handovers import END_OF_DAY, START_OF_DAY, TURN_CHANGE

OFTEN = 3
"""An alarm that came so many times in a turn is noisy."""
NOISIEST = 8


def facts(*, when: str, told: Period, paged: Collection[str]) -> Iterator[RecordedFact]:
    """Give the high alarms that fire, of a night those that fired too, and what came often.

    What somebody was called for (`paged`) is told of as a page, but for an evening.
    """
    then = Alarm.objects.filter(first_at__lt=told.end).order_by("first_at", "pk")
    wanted = Q(state=Alarm.State.FIRING)
    if when == START_OF_DAY:
        wanted |= Q(first_at__gte=told.start)
    for alarm in then.filter(wanted, peak=Alarm.Severity.HIGH):
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


def _by_title(rows: QuerySet[Alarm]) -> list[list[Alarm]]:
    """Give the alarms of each title, those that came most first."""
    found: dict[str, list[Alarm]] = defaultdict(list)
    for alarm in rows.only("title", "first_at"):
        found[alarm.title].append(alarm)
    return sorted(found.values(), key=len, reverse=True)


def _noisy(rows: QuerySet[Alarm]) -> Iterator[RecordedFact]:
    for same in _by_title(rows)[:NOISIEST]:
        if len(same) >= OFTEN:
            last = same[-1]
            text = line_words.noisy(title=last.title, times=len(same), last=stamp(last.first_at))
            yield fact(
                f"alarms:often:{last.title}", last.about, f"“{last.title}”", text, last.first_at
            )


def _low(rows: QuerySet[Alarm]) -> Iterator[RecordedFact]:
    """Give the low alarms of a night as one line, which leads to one that came most."""
    groups = _by_title(rows)
    if groups:
        last = groups[0][-1]
        text = line_words.low(count=sum(map(len, groups)), title=last.title, times=len(groups[0]))
        yield fact(
            "alarms:low", last.about, text.partition(",")[0].partition(":")[0], text, last.first_at
        )
