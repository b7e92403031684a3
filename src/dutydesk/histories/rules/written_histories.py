"""Incidents that were written down in Markdown: cstate's issues, and postmortems with a timeline.

cstate's format: https://github.com/cstate/cstate/wiki/Usage; its times without an offset are UTC,
as Hugo reads them.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from dutydesk.histories.rules.histories import (
    Read,
    SkippedEntry,
    ToldIncident,
    read,
    still_open,
    text_of,
)
from dutydesk.histories.rules.imported_maintenance import ToldMaintenance, read_maintenance
from dutydesk.histories.rules.imported_times import STEPS, LogReading
from dutydesk.histories.rules.timeline_tables import timeline_in
from dutydesk.kernel.tables import Refusal
from dutydesk.process.rules.yaml_text import NotYaml, read_yaml

_FRONT = re.compile(
    r"\A\ufeff?(?P<mark>---|\+\+\+)[ \t]*\n(?P<text>.*?)\n(?P=mark)[ \t]*(?:\n|\Z)", re.DOTALL
)
_MOMENT = re.compile(
    r"^([ \t]*[\w-]+:[ \t]+)(\d{4}-\d{2}-\d{2}[^\"'#\n]*?)[ \t]*(?:#.*)?$", re.MULTILINE
)
_TRACK = re.compile(r"\{\{[<%]\s*track\s+\"?(?P<at>[^\"}>%]+?)\"?\s*[>%]\}\}")
_HEADING = re.compile(r"^#{1,3}[ \t]+(.+)$", re.MULTILINE)
_DAY = re.compile(r"(?<!\d)(\d{4})[-_/](\d{2})[-_/](\d{2})(?!\d)")
_PLANNED = re.compile(r"\b(?:maintenance|planned|scheduled)\b", re.IGNORECASE)
_PRIORITY = {"down": "high", "disrupted": "normal", "notice": "normal"}
_NAMES = {
    "fault_occurs": ("fault_occurs", "started", "start", "start_time", "began"),
    "first_detected": ("first_detected", "detected", "detected_at"),
    "declared": ("declared", "declared_at"),
    "repaired": ("repaired", "mitigated", "fixed", "recovered"),
    "resolved": ("resolved", "resolved_at", "end", "ended", "end_time"),
}
_WORDS = {
    "first_detected": re.compile(r"\b(?:detected|alert(?:s|ed)?\b.*\bfire[sd]?|paged)\b", re.I),
    "declared": re.compile(r"\b(?:incident (?:was |is )?declared|declared an incident)\b", re.I),
    "repaired": re.compile(r"\b(?:repaired|mitigated|service (?:was |is )?restored)\b", re.I),
    "resolved": re.compile(
        r"\b(?:incident (?:was |is )?(?:resolved|closed|over)|^resolved)\b", re.I
    ),
}


def read_markdown(number: int, name: str, text: str, reading: LogReading) -> Read:
    """Give the incident that a file tells of, a refusal by its name, or why it is left out."""
    try:
        front, body = _parted(text)
    except (NotYaml, tomllib.TOMLDecodeError) as error:
        why = f"What stands before its text can't be read: {str(error)[:120]}"
        return Refusal(number, "front matter", "", why, "Mend it there.", place=name)
    if front.get("section") == "issue" or "resolvedWhen" in front or "severity" in front:
        return _issue(number, name, front, body, reading)
    return _postmortem(number, name, front, body, reading)


def _parted(text: str) -> tuple[Mapping[str, Any], str]:
    """Give the front matter, times in it as text, and what follows it."""
    found = _FRONT.match(text)
    if found is None:
        return {}, text
    if found["mark"] == "+++":
        known: Any = tomllib.loads(found["text"])
    else:
        known = read_yaml(_MOMENT.sub(r'\1"\2"', found["text"]))
    front = {key: _plain(value) for key, value in known.items()} if isinstance(known, dict) else {}
    return front, text[found.end() :]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _issue(
    number: int, name: str, front: Mapping[str, Any], body: str, reading: LogReading
) -> Read:
    title = text_of(front, "title") or _stem(name)
    affected = front.get("affected")
    services = tuple(map(str, affected)) if isinstance(affected, list) else ()
    key = f"cstate/{_dated(name, text_of(front, 'date'))}"
    if front.get("informational") is True:
        begins, ends = text_of(front, "date"), text_of(front, "resolvedWhen")
        if not (ends and services and _PLANNED.search(f"{title} {body}")):
            return SkippedEntry(title, "it only informs, and is no incident")
        planned = ToldMaintenance(name, key, title, begins, ends, services)
        return read_maintenance(number, planned, reading)
    if front.get("resolved") is not True:
        return still_open(name, title)
    severity = text_of(front, "severity")
    told = ToldIncident(
        name,
        key,
        title,
        times={"declared": text_of(front, "date"), "resolved": text_of(front, "resolvedWhen")},
        entries=_tracked(body),
        services=services,
        priority=_PRIORITY.get(severity, ""),
        user_impact=severity != "notice",
    )
    return read(number, told, reading)


def _tracked(body: str) -> list[tuple[str, str]]:
    """Give each stretch of text with the moment that cstate's `track` puts at its end."""
    found, start = [], 0
    for mark in _TRACK.finditer(body):
        text = body[start : mark.start()].strip()
        found.append((mark["at"].strip(), text))
        start = mark.end()
    return found


def _heading_of(body: str) -> str:
    """Give what the first heading says, without marks that close it; empty without one."""
    heading = _HEADING.search(body)
    return (heading[1].rstrip(" \t#") or heading[1]).strip() if heading else ""


def _postmortem(
    number: int, name: str, front: Mapping[str, Any], body: str, reading: LogReading
) -> Read:
    title = text_of(front, "title") or _heading_of(body) or _stem(name)
    day = _day(text_of(front, "date")) or _day(_stem(name)) or _day(title) or _day(body)
    told = timeline_in(body, day, reading.zone, day_first=reading.day_first)
    if trouble := told.trouble:
        return Refusal(
            number, "timeline", trouble.value, trouble.reason, trouble.remedy, place=name
        )
    times, warnings = _times(front, told.entries)
    if not any(times.values()):
        why = "It has no timeline with times, and its front matter names none."
        remedy = "Give it a table such as “| Time (UTC) | Event |”, or `started` and `resolved`."
        return Refusal(number, "timeline", "", why, remedy, place=name)
    services = front.get("services", front.get("affected"))
    incident = ToldIncident(
        name,
        f"postmortem/{_dated(name, text_of(front, 'date'), *filter(None, times.values()))}",
        title,
        times=times,
        entries=told.entries,
        services=tuple(map(str, services)) if isinstance(services, list) else (),
        zone=told.zone,
        warnings=(*warnings, *_left_out(told.untimed)),
        estimated=text_of(front, "estimated"),
    )
    return read(number, incident, reading)


def _left_out(untimed: Sequence[str]) -> Iterator[str]:
    """Say what stands in its timeline without a time of day."""
    rows = "1 row" if len(untimed) == 1 else f"{len(untimed)} rows"
    if untimed:
        yield f"{rows} of its timeline without a time of day: left out, as “{untimed[0][:80]}”."


def _times(
    front: Mapping[str, Any], entries: list[tuple[str, str]]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Give the steps' times: by the front matter, else by the entry that names the step.

    Where none does, the first and the last entry count, and a warning says so.
    """
    times = {step: text_of(front, *_NAMES[step]) for step in STEPS}
    for step, words in _WORDS.items():
        if not times[step]:
            times[step] = next((at for at, text in entries if words.search(text)), "")
    said = []
    if entries and not times["fault_occurs"] and not times["first_detected"]:
        times["first_detected"] = entries[0][0]
        said.append("No entry says when it was detected: its first entry counts as that.")
    if len(entries) > 1 and not times["resolved"]:
        times["resolved"] = entries[-1][0]
        said.append("No entry says when it was resolved: its last entry counts as that.")
    return times, tuple(said)


def _day(text: str) -> date | None:
    for year, month, day in _DAY.findall(text):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def _dated(name: str, *moments: str) -> str:
    """Give a file's name, with the first day of these if it has none: many call it “postmortem”."""
    stem = _stem(name)
    day = None if _day(stem) else next(filter(None, map(_day, moments)), None)
    return f"{stem}/{day}" if day else stem


def _stem(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[0] or name
