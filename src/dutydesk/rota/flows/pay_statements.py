"""Statements of a month to claim pay by: every time that was had, by duty, and the total."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from dutydesk.kernel.periods import Period, instant
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota.flows import shift_corrections, workload
from dutydesk.rota.models import Duty
from dutydesk.rota.rules.duty import why
from dutydesk.rota.rules.shares import months_back
from dutydesk.rota.rules.tallies import Tally

HOUR = timedelta(hours=1)
HEADER = (
    "name", "duty", "why", "from", "until", "promised hours", "weekday hours", "weekend hours",
    "public holiday hours", "hours outside working hours",
)  # fmt: skip


def statement(*, engineer: Engineer, month: date, at: datetime, duty: str = "") -> str:
    """Give one person's month as CSV, a line for each time that was had, and the total.

    Of one duty, if named. Times are the wall clock of the process's zone with its offset; hours
    have two decimals, rounded so that the lines add up to the total, and the kinds to all hours.
    """
    zone = process.in_force().zone
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    total, name, whole = Tally(), _plain(engineer.name), month_of(month)
    written: tuple[int, ...] = (0,) * 5
    span = Period(whole.start, max(whole.start, min(whole.end, at)))
    had = shift_corrections.had(span, engineer=engineer.pk)
    for each in (value for value in Duty.values if duty in ("", value)):
        mine = [one for one in had if one.duty == each]
        counted = workload.count(dict(enumerate([one.period] for one in mine)), span, each)
        for number, one in enumerate(mine):
            total += counted[number]
            so_far = _hundredths(total)
            row = [after - before for before, after in zip(written, so_far, strict=True)]
            written = so_far
            times = (one.period.start, one.period.end)
            told = [moment.astimezone(zone).isoformat(timespec="minutes") for moment in times]
            writer.writerow([name, each, why(each, one.kind), *told, *_hours(row)])
    writer.writerow([name, "total", "", "", "", *_hours(written)])
    return out.getvalue()


def month_of(day: date) -> Period:
    """Give the whole month of a day, by the wall clock of the process's zone."""
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    starts, ends = (
        instant(datetime.combine(each, time()), process.in_force().zone)
        for each in (first, following)
    )
    return Period(starts, ends)


def who_left(today: date, count: int) -> list[tuple[Engineer, Sequence[date]]]:
    """Give who has left, with those of the last months in which they had shifts."""
    months = {
        month: set(workload.had_shifts(month_of(month)).values_list("pk", flat=True))
        for month in months_back(today, count)
    }
    return [
        (engineer, theirs)
        for engineer in Engineer.objects.filter(active=False)
        if (theirs := [month for month, people in months.items() if engineer.pk in people])
    ]


def _hundredths(counted: Tally) -> tuple[int, ...]:
    """Give promised hours and their kinds in hundredths; the kinds add up to what was promised."""
    kinds = (counted.weekday, counted.weekend, counted.holiday)
    weekday, weekend, holiday = (round(one * 100 / HOUR) for one in kinds)
    out = round(counted.out_of_hours * 100 / HOUR)
    return weekday + weekend + holiday, weekday, weekend, holiday, out


def _hours(hundredths: Sequence[int]) -> list[str]:
    return [f"{part / 100:.2f}" for part in hundredths]


def _plain(text: str) -> str:
    """Give text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
