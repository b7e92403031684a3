"""Fairness, telling who is on, and calendars."""

import re
from datetime import UTC, datetime, time, timedelta

from dutydesk.kernel.periods import Period
from dutydesk.rota.flows import calendar_feeds, edits
from dutydesk.rota.models import Shift
from dutydesk.rota.rules import gaps, ical, shares
from testing.vectors.common import (
    DAYS,
    HOUR,
    Case,
    at,
    zone_of,
    zulu,
)
from testing.vectors.rows import Everybody


def fairness(case: Case) -> Case:
    given = case["given"]
    hours = dict(enumerate(given["weekly_hours"].values()))
    covered, declared = _share(given["coverage"])
    found = shares.quality(hours=hours, covered=covered * HOUR, declared=declared * HOUR)
    return dict(zip(("coverage_pct", "balance", "total"), found.percent, strict=True))


def _share(told: str | float) -> tuple[float, float]:
    """Read what part of the time is covered: “120/168”, or a share of one."""
    part, _, whole = str(told).partition("/")
    return float(part), float(whole or 1)


def telling(case: Case) -> Case:
    given = case["given"]
    days = None if given["days"] is None else [DAYS.index(day) for day in given["days"]]
    found = gaps.next_telling(
        at(given["now"]), clock=time.fromisoformat(given["time"]), days=days, zone=zone_of(given)
    )
    return {"next": zulu(found) if found else None}


def calendars(case: Case) -> Case:
    """Which of the four it is shows in what it asks: nothing of them is in `given` else."""
    given, expect = case["given"], case["expect"]
    if "rrule" in given or "dtstart" in given:
        return _imported(given)
    if "edited_once" in expect:
        return _edited_once(given)
    if "status" in expect:
        return _taken_away(given)
    return _feed(given)


def _entry(
    number: int, period: Period, *, cancelled: bool = False, truncated: bool = False
) -> ical.CalendarEntry:
    return ical.CalendarEntry(
        f"shift-{number}@desk",
        "Primary: Ada",
        period,
        period.start,
        cancelled=cancelled,
        truncated=truncated,
    )


def _feed(given: Case) -> Case:
    entries = [
        _entry(
            number,
            Period(at(row[0]), at(row[1])),
            truncated="truncated" in row[2:],
            cancelled="cancelled" in row[2:],
        )
        for number, row in enumerate(given["shifts"])
    ]
    alarms = [timedelta(minutes=minutes) for minutes in given.get("reminders_min", [])]
    written = ical.write("A rota", entries, alarms=alarms)
    again = ical.write("A rota", entries, alarms=alarms)
    assert re.findall(r"^UID:.*", written, re.M) == re.findall(r"^UID:.*", again, re.M)
    truncated = sum("truncated" in row[2:] for row in given["shifts"])
    assert written.count("SUMMARY:Begins*") == truncated
    uids = re.findall(r"^UID:.*", written, re.M)
    triggers = re.findall(r"^TRIGGER:(.*?)\r?$", written, re.M)
    return {
        "vevents": written.count("BEGIN:VEVENT"),
        "dtstart": re.findall(r"^DTSTART:(.*?)\r?$", written, re.M),
        "dtend": re.findall(r"^DTEND:(.*?)\r?$", written, re.M),
        "triggers": list(dict.fromkeys(triggers)),
        "distinct_uids": len(set(uids)),
        "statuses": re.findall(r"^STATUS:(.*?)\r?$", written, re.M),
    }


def _ical(*lines: str) -> str:
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//a//b//EN")
    return "\r\n".join((*head, *lines, "END:VCALENDAR", ""))


def _event(*lines: str) -> tuple[str, ...]:
    return ("BEGIN:VEVENT", "DTSTAMP:20220101T000000Z", *lines, "END:VEVENT")


def _imported(given: Case) -> Case:
    start = given["dtstart"]
    lines = [
        "UID:one",
        "SUMMARY:Ada",
        f"DTSTART{';' if '=' in start else ':'}{start}",
        given.get("duration", "DURATION:PT1H"),
    ]
    if given.get("rrule"):
        lines.append(f"RRULE:{given['rrule']}")
    lines += [f"EXDATE:{day}" for day in given.get("exdates", [])]
    year = datetime(int(start.split(":")[-1][:4]), 1, 1, tzinfo=UTC)
    span = Period(year - timedelta(days=1), year + timedelta(days=2 * 366))
    try:
        found = ical.read(_ical(*_event(*lines)), span)
    except ical.CalendarError:
        return {"error": True}
    return {"error": False, "count": len(found), "starts": [zulu(e.period.start) for e in found]}


def _taken_away(given: Case) -> Case:
    """Let somebody have a shift, read their calendar, take it away, and read it again."""
    first = given.get("shifts", [["2022-03-01T08:00Z", "2022-03-02T08:00Z"]])[0]
    now = at(first[0]) - timedelta(days=1)
    who = Everybody().number("Ada")
    edits.add_shift(
        duty="primary", engineer=who, start=at(first[0]), end=at(first[1]), at=now, by="a case"
    )
    token = calendar_feeds.make(engineer=who, duty="", by="a case", at=now)
    before = calendar_feeds.calendar(token=token, at=now) or ""
    edits.remove_shift(shift=Shift.objects.get().pk, at=now, by="a case")
    after = calendar_feeds.calendar(token=token, at=now) or ""
    uid = re.compile(r"^UID:.*$", re.M)
    assert uid.findall(before) == uid.findall(after) != []
    (start,), (end,) = (re.findall(rf"^{name}:(.*)$", after, re.M) for name in ("DTSTART", "DTEND"))
    return {
        "status": ", ".join(re.findall(r"^STATUS:(.*?)\r?$", after, re.M)),
        "same_uid": True,
        "zero_length": start == end,
    }


def _edited_once(given: Case) -> Case:
    """Send a daily shift twice, one occurrence of it moved and given to somebody else."""
    count, edited = given.get("count", 3), given.get("edited", 2)
    daily = _event(
        "UID:one",
        "SUMMARY:Ada",
        "DTSTART:20220301T090000Z",
        "DTEND:20220301T100000Z",
        f"RRULE:FREQ=DAILY;COUNT={count}",
    )
    moved = _event(
        "UID:one",
        f"RECURRENCE-ID:202203{edited:02}T090000Z",
        "SUMMARY:Ben",
        f"DTSTART:202203{edited:02}T110000Z",
        f"DTEND:202203{edited:02}T120000Z",
    )
    span = Period(datetime(2022, 3, 1, tzinfo=UTC), datetime(2022, 4, 1, tzinfo=UTC))
    found = ical.read(_ical(*daily, *moved, *daily), span)
    rows = [(e.period.start.day, e.period.start.hour, e.summary) for e in found]
    days = range(1, count + 1)
    usual = [(day, 11, "Ben") if day == edited else (day, 9, "Ada") for day in days]
    return {"edited_once": rows == usual}
