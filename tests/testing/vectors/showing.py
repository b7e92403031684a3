"""Fairness, telling who is on, and calendars."""

import re
from datetime import UTC, datetime, time, timedelta

from dutydesk.kernel.periods import Period
from dutydesk.rota.rules import gaps, ical, shares
from testing.vectors.common import (
    DAYS,
    HOUR,
    Case,
    at,
    zone_of,
    zulu,
)


def fairness(case: Case) -> Case:
    given = case["given"]
    hours = dict(enumerate(given["weekly_hours"].values()))
    covered, declared = (float(part) for part in str(given["coverage"]).split("/"))
    found = shares.quality(hours=hours, covered=covered * HOUR, declared=declared * HOUR)
    return {
        "coverage_pct": round(found.coverage * 100),
        "balance": round(found.balance * 100),
        "total": round(found.total * 100),
    }


def telling(case: Case) -> Case:
    given = case["given"]
    days = None if given["days"] is None else [DAYS.index(day) for day in given["days"]]
    found = gaps.next_telling(
        at(given["now"]), clock=time.fromisoformat(given["time"]), days=days, zone=zone_of(given)
    )
    return {"next": zulu(found) if found else None}


def calendars(case: Case) -> Case:
    given = case["given"]
    if "shifts" in given:
        return _feed(given)
    if "rrule" in given:
        return _imported(given)
    if "status" in case["expect"]:
        return _cancelled()
    return _edited_once()


def _entry(
    number: int, period: Period, *, cancelled: bool = False, truncated: bool = False
) -> ical.Entry:
    return ical.Entry(
        f"shift-{number}@desk",
        "Primary: Ada",
        period,
        period.start,
        cancelled=cancelled,
        truncated=truncated,
    )


def _feed(given: Case) -> Case:
    entries = [
        _entry(number, Period(at(row[0]), at(row[1])), truncated="truncated" in row[2:])
        for number, row in enumerate(given["shifts"])
    ]
    alarms = [timedelta(minutes=minutes) for minutes in given.get("reminders_min", [])]
    written = ical.write("A rota", entries, alarms=alarms)
    again = ical.write("A rota", entries, alarms=alarms)
    assert re.findall(r"^UID:.*", written, re.M) == re.findall(r"^UID:.*", again, re.M)
    truncated = sum(row[2:] == ["truncated"] for row in given["shifts"])
    assert written.count("SUMMARY:Begins*") == truncated
    triggers = re.findall(r"^TRIGGER:(.*?)\r?$", written, re.M)
    return {
        "vevents": written.count("BEGIN:VEVENT"),
        "dtstart": re.findall(r"^DTSTART:(.*?)\r?$", written, re.M),
        "dtend": re.findall(r"^DTEND:(.*?)\r?$", written, re.M),
        "triggers": list(dict.fromkeys(triggers)),
    }


def _ical(*lines: str) -> str:
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//a//b//EN")
    return "\r\n".join((*head, *lines, "END:VCALENDAR", ""))


def _event(*lines: str) -> tuple[str, ...]:
    return ("BEGIN:VEVENT", "DTSTAMP:20220101T000000Z", *lines, "END:VEVENT")


def _imported(given: Case) -> Case:
    start = given["dtstart"]
    text = _ical(
        *_event(
            "UID:one",
            "SUMMARY:Ada",
            f"DTSTART{';' if start.startswith('TZID') else ':'}{start}",
            "DURATION:PT1H",
            f"RRULE:{given['rrule']}",
        )
    )
    span = Period(datetime(2022, 3, 1, tzinfo=UTC), datetime(2022, 4, 1, tzinfo=UTC))
    return {"error": len(ical.read(text, span)) == 0}


def _cancelled() -> Case:
    period = Period(datetime(2022, 3, 1, tzinfo=UTC), datetime(2022, 3, 2, tzinfo=UTC))
    before = ical.write("A rota", [_entry(1, period)], alarms=[])
    after = ical.write("A rota", [_entry(1, period, cancelled=True)], alarms=[])
    uid = re.compile(r"^UID:.*$", re.M)
    assert uid.findall(before) == uid.findall(after)
    (start,), (end,) = (re.findall(rf"^{name}:(.*)$", after, re.M) for name in ("DTSTART", "DTEND"))
    assert start == end
    return {"status": ", ".join(re.findall(r"^STATUS:(.*?)\r?$", after, re.M))}


def _edited_once() -> Case:
    daily = _event(
        "UID:one",
        "SUMMARY:Ada",
        "DTSTART:20220301T090000Z",
        "DTEND:20220301T100000Z",
        "RRULE:FREQ=DAILY;COUNT=3",
    )
    edited = _event(
        "UID:one",
        "RECURRENCE-ID:20220302T090000Z",
        "SUMMARY:Ben",
        "DTSTART:20220302T110000Z",
        "DTEND:20220302T120000Z",
    )
    span = Period(datetime(2022, 3, 1, tzinfo=UTC), datetime(2022, 4, 1, tzinfo=UTC))
    found = ical.read(_ical(*daily, *edited, *daily), span)
    rows = [(e.period.start.day, e.period.start.hour, e.summary) for e in found]
    return {"edited_once": rows == [(1, 9, "Ada"), (2, 11, "Ben"), (3, 9, "Ada")]}
