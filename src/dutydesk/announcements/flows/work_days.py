"""What is planned in a time: for the calendar of planned work, and for the weeks of the rotas."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from dutydesk.announcements.flows import occurrences
from dutydesk.announcements.models import Announcement, AnnouncementSeries
from dutydesk.announcements.rules import months
from dutydesk.announcements.rules.months import Work
from dutydesk.kernel.periods import Period
from dutydesk.process.flows import process


def announced(period: Period, at: datetime) -> list[Work]:
    """Give the announced work that has time in `period`, what was called off too; two queries."""
    rows = Announcement.objects.filter(starts_at__lt=period.end, ends_at__gt=period.start)
    return [
        Work(
            number=row.pk,
            title=row.title,
            services=", ".join(one.name for one in row.services.all()),
            window=row.window,
            state=row.state,
            overruns=row.overruns(at),
        )
        for row in rows.prefetch_related("services")
        if row.window is not None
    ]


def to_come(period: Period, at: datetime) -> list[Work]:
    """Give the times of recurring work in `period` that are still to be announced."""
    zone = process.in_force().zone
    first, last = (each.astimezone(zone).date() for each in (max(period.start, at), period.end))
    going_on = AnnouncementSeries.objects.exclude(look_at=None).prefetch_related("services")
    return [
        Work(
            number=row.pk,
            title=row.title,
            services=", ".join(each.name for each in row.services.all()),
            window=one.window,
            state="planned",
            to_come=True,
        )
        for row in going_on
        for one in occurrences.coming(row, first, last)
        if one.to_announce and one.window.overlap(period) and one.window.start > at
    ]


def titles(period: Period) -> Mapping[date, Sequence[str]]:
    """Give the titles of the announced work of each day in `period`, but for what is called off."""
    work = [one for one in announced(period, period.start) if one.state != "cancelled"]
    found = months.by_day(work, process.in_force().zone)
    return {day: [one.title for one in each] for day, each in found.items()}
