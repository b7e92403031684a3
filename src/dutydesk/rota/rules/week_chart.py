"""A week of rotas as bars: where shifts, holes and promised hours lie, in percent of the week."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period, instant
from dutydesk.process.rules.hours import Calendar

DAY = timedelta(days=1)
_SLIM = 12.0  # Percent of a week: on a phone's 330 pixels, six letters' room.


@dataclass(frozen=True)
class Bar:
    """A stretch of a lane: `x` and `width` in percent of the week, `row` within the lane."""

    x: float
    width: float
    row: int = 0
    label: str = ""
    title: str = ""
    kind: str = ""
    number: int = 0
    mine: bool = False

    @property
    def slim(self) -> bool:
        """Say whether it is too narrow for a name where the whole week is."""
        return self.width < _SLIM


@dataclass(frozen=True)
class Lane:
    """One duty's week."""

    duty: str
    title: str
    rows: int
    shifts: Sequence[Bar]
    declared: Sequence[Bar]
    holes: Sequence[Bar]


@dataclass(frozen=True)
class DayHead:
    """One day of a week, with what is special about it. `work`: what is planned, by title."""

    day: date
    x: float
    holiday: str
    today: bool
    change: str
    work: Sequence[str] = ()


@dataclass(frozen=True)
class Week:
    """A week from Monday to Monday."""

    period: Period
    days: Sequence[DayHead]
    lanes: Sequence[Lane]
    now: float | None


@dataclass(frozen=True)
class DrawnShift:
    """A shift to draw."""

    number: int
    name: str
    period: Period
    kind: str
    mine: bool
    title: str


@dataclass(frozen=True)
class Duties:
    """What to draw of one duty."""

    duty: str
    title: str
    shifts: Sequence[DrawnShift]
    declared: Sequence[Period]
    holes: Sequence[tuple[Period, str]]


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Give the instant at which a day begins."""
    return instant(datetime.combine(day, time()), zone)


def monday(day: date) -> date:
    """Give the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week(
    first: date,
    duties: Iterable[Duties],
    calendar: Calendar,
    now: datetime,
    work: Mapping[date, Sequence[str]],
) -> Week:
    """Draw the week that begins on `first`; a clock change makes it shorter or longer."""
    zone = calendar.zone
    period = Period(midnight(first, zone), midnight(first + 7 * DAY, zone))
    dates = [first + n * DAY for n in range(7)]
    days = [_head(day, period, calendar, now, work.get(day, ())) for day in dates]
    lanes = [_lane(duty, period) for duty in duties]
    return Week(period, days, lanes, _x(now, period) if now in period else None)


def _x(at: datetime, whole: Period) -> float:
    return round(100 * ((at - whole.start) / whole.length), 3)


def _bar(period: Period, whole: Period, **more: object) -> Bar | None:
    shared = period.overlap(whole)
    if shared is None:
        return None
    x = _x(shared.start, whole)
    return Bar(x, round(_x(shared.end, whole) - x, 3), **more)  # type: ignore[arg-type]


def _head(
    day: date, whole: Period, calendar: Calendar, now: datetime, work: Sequence[str]
) -> DayHead:
    zone = calendar.zone
    starts, ends = midnight(day, zone), midnight(day + DAY, zone)
    return DayHead(
        day=day,
        x=_x(starts, whole),
        holiday=holiday(day, calendar),
        today=starts <= now < ends,
        change=change(day, zone),
        work=work,
    )


def holiday(day: date, calendar: Calendar) -> str:
    """Give the public holiday's name, or nothing."""
    return calendar.holidays(day.year).get(day, "")


def change(day: date, zone: ZoneInfo) -> str:
    """Say how the clocks change on a day, or nothing."""
    longer = (midnight(day + DAY, zone) - midnight(day, zone)) - DAY
    if not longer:
        return ""
    minutes = abs(int(longer.total_seconds() // 60))
    amount = f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"
    return f"clocks go {'back' if longer > timedelta() else 'forward'} {amount}"


def _lane(duty: Duties, whole: Period) -> Lane:
    rows = _rows(duty.shifts, whole)
    shifts = [
        _bar(
            shift.period,
            whole,
            row=row,
            label=shift.name,
            title=shift.title,
            kind=shift.kind,
            number=shift.number,
            mine=shift.mine,
        )
        for shift, row in rows
    ]
    declared = [_bar(period, whole) for period in duty.declared]
    holes = [_bar(period, whole, title=title) for period, title in duty.holes]
    return Lane(
        duty=duty.duty,
        title=duty.title,
        rows=max((row for _, row in rows), default=0) + 1,
        shifts=[bar for bar in shifts if bar],
        declared=[bar for bar in declared if bar],
        holes=[bar for bar in holes if bar],
    )


def _rows(shifts: Sequence[DrawnShift], whole: Period) -> list[tuple[DrawnShift, int]]:
    """Put shifts that share time on rows of their own, as few as do; a person keeps to one row."""
    ends: list[datetime] = []
    found: list[tuple[DrawnShift, int]] = []
    seen: dict[str, int] = {}
    for shift in sorted(shifts, key=lambda s: (s.period.start, s.name)):
        if shift.period.overlap(whole) is None:
            continue
        free = [row for row, end in enumerate(ends) if end <= shift.period.start]
        own = seen.get(shift.name)
        row = own if own in free else (free[0] if free else len(ends))
        if row == len(ends):
            ends.append(shift.period.end)
        ends[row] = shift.period.end
        seen[shift.name] = row
        found.append((shift, row))
    return found
