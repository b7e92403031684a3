"""Taking rotas in, in tests, and who is on then."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from dutydesk.kernel.periods import Period
from dutydesk.rota.flows import edits, imports, roster
from dutydesk.rota.flows.imports import ImportedRota
from dutydesk.rota.rules import stretches
from testing.calendars import Event, calendar
from testing.world import World, number

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
BEN = Event("a", "Ben", "2026-12-16T10:00", "2026-12-16T12:00")
CY = Event("b", "Cy", "2026-12-17T10:00", "2026-12-17T12:00")
ADA = Event("c", "Ada", "2026-12-18T10:00", "2026-12-18T12:00")
FIRST = calendar(BEN, CY, ADA)


def take_in(world: World, what: object, duty: str = "support", **more: Any) -> ImportedRota:
    text = what if isinstance(what, str) else json.dumps(what)
    return imports.take_in(text=text, duty=duty, at=world.at, by="Ada", **more)


def shifts(world: World, duty: str = "support") -> list[str]:
    """Give who has the duty from now on: “Ben 16 10-12”."""
    span = Period(world.at, world.at + 90 * DAY)
    names = {number(name): name for name in ("Ada", "Ben", "Cy")}
    return [
        f"{names[each.engineer]} {start:%-d %-H}-{end:%-H}"
        for each in stretches.joined(roster.on_shifts(span, duty))
        for start, end in [(moment.astimezone(world.zone) for moment in _ends(each.period))]
    ]


def _ends(period: Period) -> Iterable[datetime]:
    return period.start, period.end


def weekly(world: World, name: str, duty: str = "primary") -> None:
    cadence = edits.Cadence(
        "weekly", 1, world.at.replace(tzinfo=None) - DAY, [[number(name)]], zone="UTC"
    )
    edits.rotate(duty=duty, cadence=cadence, at=world.at, by="Ada")


def on(world: World, local: str, duty: str) -> list[str]:
    moment = world.moment(local)
    span = Period(moment, moment + HOUR)
    return sorted(row.engineer.name for row in roster.between(span, duty=duty))


def pagerduty(*names: str) -> dict[str, Any]:
    layer = {
        "id": "L1",
        "start": "2026-11-01T00:00:00Z",
        "end": None,
        "rotation_virtual_start": "2026-11-23T00:00:00Z",
        "rotation_turn_length_seconds": 604800,
        "users": [{"user": {"summary": name}} for name in names],
    }
    return {
        "schedule": {"id": "P1", "name": "Night", "time_zone": "UTC", "schedule_layers": [layer]}
    }
