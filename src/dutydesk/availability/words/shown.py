"""Shares, lengths and sources, as people read them."""

from datetime import timedelta
from fractions import Fraction

from dutydesk.availability.rules.budgets import ErrorBudget
from dutydesk.availability.rules.sources import Term
from dutydesk.kernel.durations import compact
from dutydesk.kernel.shares import write_uptime

KINDS = {
    "prometheus": "Prometheus",
    "check": "the desk's own check",
    "incidents": "the incident record",
}


def percent(share: Fraction | None, *, places: int = 3) -> str:
    """Say a share in percent, cut and not rounded: 100% is said of a time without a fault only."""
    return "not known" if share is None else write_uptime(share, places=places)


def length(value: timedelta, *, days: bool = True) -> str:
    """Say a length of time to the minute: “2d4h10m”; what is shorter in seconds."""
    seconds = int(abs(value).total_seconds())
    if 0 < seconds < 60:
        return f"{'-' if value < timedelta() else ''}{seconds}s"
    return compact(value, days=days)


def source(term: Term | None) -> str:
    """Name who tells of a service."""
    return KINDS[term.kind] if term else "nobody"


def budget(found: ErrorBudget) -> str:
    """Say what is left of an error budget in one line."""
    over = found.target.per if found.target.per.endswith("days") else f"this {found.target.per}"
    if found.left < timedelta():
        return f"{length(-found.left)} over the {length(found.allowed)} of {over}"
    return f"{length(found.left)} left of {length(found.allowed)} for {over}"


def burn(rate: Fraction | None) -> str:
    """Say how fast a budget goes; 1 is evenly."""
    if rate is None:
        return "not known"
    if not rate:
        return "0"
    return f"{float(rate):.1f}" if rate >= Fraction(1, 10) else "under 0.1"
