"""A team's past in files, as other tools keep it, and taking it in."""

import json
from datetime import UTC, datetime
from pathlib import Path

from typer.testing import CliRunner, Result

from dutydesk.cli import app

NIGHT = """---
title: The queue stood still
date: 2024-06-01
services: [prison VISITS, Unheard of]
---
# The queue stood still

| Time (UTC) | Event |
|---|---|
| 23:40 | Alerts fired for the queue |
| 23:52 | An incident was **declared** by Ada: incident declared |
| 00:10 | A consumer \\| worker was restarted; service restored |
| 2024-06-02 01:05 | Incident resolved |
"""


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["import", *words])


def put(folder: Path, **files: str) -> Path:
    place = folder / "past"
    for name, text in files.items():
        file = place / name.replace("__", "/").replace("_DOT_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return place


def take_in(path: Path, *options: str) -> Result:
    return run("incidents", str(path), *options)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def status_page(**changes: object) -> str:
    day = "2023-05-04T{}:00.000+02:00"
    update = {
        "status": "monitoring", "body": "We moved traffic.", "affected_components": [],
        "display_at": day.format("10:20"), "created_at": day.format("10:22"),
    }  # fmt: skip
    incident = {
        "id": "k3v1x2", "name": "Checkout fails", "status": "resolved", "impact": "major",
        "created_at": day.format("10:05"), "started_at": day.format("09:55"),
        "monitoring_at": day.format("10:20"), "resolved_at": day.format("11:00"),
        "components": [{"id": "c1", "name": "Prison visits"}], "incident_updates": [update],
    } | changes  # fmt: skip
    open_ = incident | {
        "id": "zz",
        "name": "Still slow",
        "status": "monitoring",
        "resolved_at": None,
    }
    planned = incident | {
        "id": "p1", "name": "New disks", "scheduled_for": "2023-06-01T08:00:00Z",
        "resolved_at": "2023-06-01T09:00:00Z",
    }  # fmt: skip
    return json.dumps({"page": {"id": "x"}, "incidents": [incident, open_, planned],
                       "scheduled_maintenances": [{"name": "Later"}]})  # fmt: skip
