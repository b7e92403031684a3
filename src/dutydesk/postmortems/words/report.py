"""A published postmortem as Markdown, and what changed from one to the next."""

import re
from collections.abc import Iterator
from datetime import datetime
from difflib import unified_diff
from zoneinfo import ZoneInfo

from dutydesk.postmortems.rules.report import Report, ReportEntry, ReportImprovement

_MARKS = re.compile(r"([\\`*_\[\]<>#|~])")


def _plain(text: str) -> str:
    """Give a text of one line that Markdown shows as it is."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def markdown(report: Report, zone: ZoneInfo) -> str:
    """Give the whole report as a Markdown document."""
    return "\n\n".join([*_head(report, zone), *_body(report), *_lists(report, zone)]) + "\n"


def _head(report: Report, zone: ZoneInfo) -> Iterator[str]:
    yield f"# Postmortem: {_plain(report.title)}"
    services = ", ".join(map(_plain, report.services)) or "not known"
    yield "\n".join(
        [
            f"- Services: {services}",
            f"- Priority: {report.priority or 'not known'}",
            f"- Began: {_moment(report.began, zone)}",
            f"- Resolved: {_moment(report.resolved, zone)}",
            *(f"- {step}: {length}" for step, length in report.lengths),
        ]
    )


def _body(report: Report) -> Iterator[str]:
    for section in report.sections:
        if section.text:
            yield f"## {_plain(section.title)}"
            yield section.text


def _lists(report: Report, zone: ZoneInfo) -> Iterator[str]:
    if report.improvements:
        yield "## List of improvements"
        yield "\n".join(_improvement(one, zone) for one in report.improvements)
    if report.timeline:
        yield "## Timeline"
        yield "\n".join(_entry(one, zone) for one in report.timeline)


def _improvement(one: ReportImprovement, zone: ZoneInfo) -> str:
    facts = [f"{one.priority} priority" if one.priority else "", one.kind, f"by {one.owner}"]
    due = f"due {day(one.due, zone)}" if one.due else ""
    said = ", ".join(map(_plain, filter(None, [*facts, due, one.state])))
    return f"- {_plain(one.title)} ({said})"


def _entry(one: ReportEntry, zone: ZoneInfo) -> str:
    lines = [f"- {_moment(one.at, zone)}: {_plain(one.text)}"]
    if one.factor:
        lines.append(f"  - Contributing factor: {_plain(one.factor)}")
    if one.note:
        lines.append(f"  - {_plain(one.note)}")
    return "\n".join(lines)


def _moment(at: str, zone: ZoneInfo) -> str:
    if not at:
        return "not known"
    return f"{datetime.fromisoformat(at).astimezone(zone):%-d %B %Y %H:%M %Z}"


def day(at: str, zone: ZoneInfo) -> str:
    """Give the day of a moment."""
    return f"{datetime.fromisoformat(at).astimezone(zone):%-d %B %Y}"


def changes(before: str, after: str) -> list[tuple[str, str]]:
    """Give the lines that differ and some around them, each with “+”, “-” or a space before it."""
    lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return [(line[:1], line[1:]) for line in lines if not line.startswith(("---", "+++"))]
