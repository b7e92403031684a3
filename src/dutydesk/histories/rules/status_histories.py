"""The public histories of Statuspage and Upptime, as the JSON that both give.

Sources: a status page's own `/api/v2/incidents.json` and `/api/v2/scheduled-maintenances.json`, as
described at https://metastatuspage.com/api; the issues of an Upptime repository, as GitHub's REST
API lists them (https://docs.github.com/rest/issues/issues), labelled `status`, see
https://upptime.js.org/docs/.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
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
from dutydesk.histories.rules.imported_times import LogReading
from dutydesk.kernel.bounds import storable_json
from dutydesk.kernel.tables import Refusal, UnreadableFile

_PRIORITY = {"critical": "high", "major": "high", "minor": "normal", "none": "normal"}
_OVER = ("resolved", "postmortem")
_DOWN = re.compile(r"^\W*(?P<name>.+?) (?:is|was) (?:down|experiencing degraded performance)$")
_LONGEST_TITLE = 300  # Of an issue on GitHub: 256.
_COMES = "it is planned maintenance that isn't over yet"
_UNTIMED = "it is planned maintenance, and nothing there says from when to when"
_WINDOW = re.compile(r"<!--(?P<said>.*?)-->", re.DOTALL)
_SAVE = "Save what the address answers, as JSON, and import that file."


def read_json(text: str, name: str, reading: LogReading) -> Iterator[Read]:
    """Give each incident of a history that is JSON. Raises UnreadableFile if it is none."""
    try:
        known = json.loads(storable_json(text.encode()))
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"{name} is not JSON: {str(error)[:80]}.", _SAVE) from error
    if isinstance(known, list) and known and all(isinstance(page, list) for page in known):
        known = [one for page in known for one in page]  # As `gh api --paginate --slurp` gives it.
    if isinstance(known, dict) and {"incidents", "scheduled_maintenances"} & known.keys():
        planned = _list(known.get("scheduled_maintenances"))
        yield from _statuspage(_list(known.get("incidents")), name, reading)
        for number, one in enumerate(planned, start=1):
            yield _planned(number, one, f"{name}, maintenance {text_of(one, 'id')}", reading)
    elif isinstance(known, list) and all(isinstance(one, dict) for one in known):
        if any("incident_updates" in one for one in known):
            yield from _statuspage(known, name, reading)
        elif any("labels" in one for one in known):
            yield from _issues(known, name, reading)
        else:
            raise _neither(name)
    else:
        raise _neither(name)


def _neither(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"{name} is neither Statuspage's history nor Upptime's issues.",
        "Save /api/v2/incidents.json of the status page, or /repos/OWNER/NAME/issues?state=all"
        " of GitHub's API, and import that.",
    )


def _list(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _statuspage(
    incidents: Iterable[Mapping[str, Any]], name: str, reading: LogReading
) -> Iterator[Read]:
    for number, one in enumerate(incidents, start=1):
        title = text_of(one, "name") or f"Incident {text_of(one, 'id')}"
        place = f"{name}, incident {text_of(one, 'id') or number}"
        if one.get("scheduled_for") or one.get("impact") == "maintenance":
            yield _planned(number, one, place, reading)
        elif text_of(one, "status") not in _OVER:
            yield still_open(place, title)
        elif not text_of(one, "id"):
            why = "It has no id."
            yield Refusal(number, "id", title, why, "Import what the page gives.", place=place)
        else:
            yield read(number, _of_statuspage(one, place, title), reading)


def _of_statuspage(one: Mapping[str, Any], place: str, title: str) -> ToldIncident:
    updates = _list(one.get("incident_updates"))
    created, started = text_of(one, "created_at"), text_of(one, "started_at")
    impact = text_of(one, "impact_override", "impact")
    return ToldIncident(
        place,
        f"statuspage/{text_of(one, 'id')}",
        title,
        times={
            "fault_occurs": started if started != created else "",
            "declared": created,
            "repaired": text_of(one, "monitoring_at"),
            "resolved": text_of(one, "resolved_at"),
        },
        entries=[
            (text_of(update, "display_at", "created_at"), _said(update)) for update in updates
        ],
        services=_components(one, updates),
        priority=_PRIORITY.get(impact, ""),
        user_impact=impact != "none",
    )


def _components(one: Mapping[str, Any], updates: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    parts = _list(one.get("components"))
    for update in updates:
        parts += _list(update.get("affected_components"))
    return tuple(dict.fromkeys(filter(None, (text_of(part, "name") for part in parts))))


def _planned(number: int, one: Mapping[str, Any], place: str, reading: LogReading) -> Read:
    """Read a scheduled maintenance: from when it really began to its real end, where they are told.

    It counts as begun at the first update that says so, or else when it was scheduled for.
    """
    title = text_of(one, "name") or "Planned maintenance"
    if text_of(one, "status") not in (*_OVER, "completed"):
        return SkippedEntry(title, _COMES)
    updates = _list(one.get("incident_updates"))
    begun = [
        text_of(update, "display_at", "created_at")
        for update in updates
        if text_of(update, "status") == "in_progress"
    ]
    planned = text_of(one, "scheduled_for", "created_at")
    told = ToldMaintenance(
        place,
        f"statuspage/{text_of(one, 'id') or f'{title}/{planned}'}",
        title,
        min(begun, default="") or text_of(one, "scheduled_for", "started_at"),
        text_of(one, "resolved_at", "scheduled_until"),
        _components(one, updates),
    )
    return read_maintenance(number, told, reading)


def _said(update: Mapping[str, Any]) -> str:
    status = text_of(update, "status").replace("_", " ").capitalize()
    return ": ".join(part for part in (status, text_of(update, "body")) if part)


def _issues(issues: Iterable[Mapping[str, Any]], name: str, reading: LogReading) -> Iterator[Read]:
    for number, one in enumerate(issues, start=1):
        title = text_of(one, "title")
        labels = [text_of(label, "name") for label in _list(one.get("labels"))]
        place = f"{name}, issue {text_of(one, 'number') or number}"
        if "maintenance" in labels:
            yield _planned_issue(number, one, place, title, reading)
        elif "status" not in labels or "pull_request" in one:
            yield SkippedEntry(title, "it is no incident: it has no label “status”")
        elif not one.get("closed_at"):
            yield still_open(place, title)
        else:
            yield read(number, _of_issue(one, place, title, labels), reading)


def _of_issue(one: Mapping[str, Any], place: str, title: str, labels: list[str]) -> ToldIncident:
    down = _DOWN.match(title[:_LONGEST_TITLE])
    named = (down["name"],) if down else tuple(label for label in labels if label != "status")
    address = text_of(one, "html_url", "url", "id") or text_of(one, "number")
    comments = _list(one.get("comments"))
    return ToldIncident(
        place,
        f"upptime/{address.removeprefix('https://')}",
        re.sub(r"^\W+", "", title),
        times={
            "first_detected": text_of(one, "created_at"),
            "resolved": text_of(one, "closed_at"),
        },
        entries=[(text_of(said, "created_at"), text_of(said, "body")) for said in (one, *comments)],
        services=named,
    )


def _planned_issue(
    number: int, one: Mapping[str, Any], place: str, title: str, reading: LogReading
) -> Read:
    """Read a scheduled maintenance from the comment in its text, where Upptime looks for it too."""
    if not one.get("closed_at"):
        return SkippedEntry(title, _COMES)
    window = _WINDOW.search(text_of(one, "body"))
    lines = window["said"].splitlines() if window else []
    said = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    if not (said.get("start") and said.get("end")):
        return SkippedEntry(title, _UNTIMED)
    names = f"{said.get('expectedDown', '')},{said.get('expectedDegraded', '')}".split(",")
    address = text_of(one, "html_url", "url", "id") or text_of(one, "number")
    told = ToldMaintenance(
        place,
        f"upptime/{address.removeprefix('https://')}",
        re.sub(r"^\W+", "", title),
        said.get("start", ""),
        said.get("end", ""),
        tuple(name.strip() for name in names if name.strip()),
    )
    return read_maintenance(number, told, reading)
