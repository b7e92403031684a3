"""The figures as rows, for CSV, JSON and the command line: lengths in seconds, times in UTC."""

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

from dutydesk.availability.rules.budgets import ErrorBudget
from dutydesk.availability.rules.sources import Reign, changes
from dutydesk.availability.rules.timeline import TimeTally

COLUMNS = (
    *("name", "state", "availability", "up", "down", "unknown", "planned", "excluded"),
    *("target", "target_period", "met", "budget", "budget_left"),
    *("burn_1_hour", "burn_6_hours", "burn_3_days", "runs_out", "source"),
)
Row = Mapping[str, Any]


def seconds(value: timedelta) -> int:
    """Give a length in whole seconds."""
    return value // timedelta(seconds=1)


def tallied(tally: TimeTally) -> dict[str, Any]:
    """Give how long something was in each state, and the share; None where nothing is known."""
    return {
        "availability": _number(tally.share),
        "up": seconds(tally.up),
        "down": seconds(tally.down),
        "unknown": seconds(tally.unknown),
        "planned": seconds(tally.planned),
        "excluded": seconds(tally.excluded),
    }


def budgeted(found: ErrorBudget | None, *, met: bool | None) -> dict[str, Any]:
    """Give a target with its budget; None everywhere without one."""
    if found is None:
        names = COLUMNS[8:17]
        return dict.fromkeys(names)
    return {
        "target": found.target.percent,
        "target_period": found.target.per,
        "met": met,
        "budget": seconds(found.allowed),
        "budget_left": seconds(found.left),
        **{f"burn_{name.replace(' ', '_')}": _number(rate) for name, rate in found.burn.items()},
        "runs_out": found.runs_out.isoformat() if found.runs_out else None,
    }


def sources(reigns: tuple[Reign, ...]) -> list[dict[str, str]]:
    """Give who told of it, from when on."""
    first = sorted(reigns, key=lambda one: one.periods[0])[:1]
    told = [(one.periods[0].start, one.term) for one in first] + changes(reigns)
    return [{"from": at.isoformat(), "kind": term.kind, "detail": term.detail} for at, term in told]


def _number(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 8)
