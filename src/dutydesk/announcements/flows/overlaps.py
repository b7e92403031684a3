"""What planned work runs into, so that whoever plans it knows before it begins."""

from collections.abc import Collection
from datetime import timedelta

from dutydesk.announcements import words
from dutydesk.announcements.models import Announcement
from dutydesk.announcements.rules.overlaps import Occupation, overlapping
from dutydesk.incidents.models import REAL, Incident
from dutydesk.kernel.periods import Period
from dutydesk.people.models import Service
from dutydesk.process.flows import process


def pointed_out(window: Period, services: Collection[Service], *, besides: int) -> list[str]:
    """Say what work in `window` runs into, a sentence each; `besides` is the announcement itself.

    Three queries, however much is planned.
    """
    names = {one.pk: one.name for one in services}
    zone = process.in_force().zone
    found = overlapping(window, names, [*_planned(window, besides), *_incidents(window)])
    said = [
        words.overlap(
            title=one.title,
            services=sorted(names[number] for number in one.services & names.keys()),
            times=words.window(Period(one.start, one.end) if one.end else None, zone),
            incident=one.end is None,
        )
        for one in found
    ]
    said += _holidays(window)
    hours = process.in_force().clock("support")
    if hours.between(window.start, window.end) < window.length:
        said.append(words.out_of_hours(hours.title))
    return said


def _holidays(window: Period) -> list[str]:
    current = process.in_force()
    first, last = (each.astimezone(current.zone).date() for each in (window.start, window.end))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    named = [(day, current.calendar.holidays(day.year).get(day, "")) for day in days]
    return [words.holiday(day, name) for day, name in named if name]


def _planned(window: Period, besides: int) -> list[Occupation]:
    rows = Announcement.objects.filter(
        state__in=["planned", "started"], starts_at__lt=window.end, ends_at__gt=window.start
    ).exclude(pk=besides)
    return [
        Occupation(row.about, row.title, _services(row), row.starts_at, row.ends_at)
        for row in rows.prefetch_related("services")
        if row.starts_at is not None
    ]


def _incidents(window: Period) -> list[Occupation]:
    rows = Incident.objects.filter(REAL, state=Incident.State.OPEN, declared__lt=window.end)
    return [
        Occupation(row.about, row.title, _services(row), row.declared, None)
        for row in rows.prefetch_related("services")
        if row.declared is not None
    ]


def _services(row: Announcement | Incident) -> frozenset[int]:
    return frozenset(service.pk for service in row.services.all())
