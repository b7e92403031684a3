"""The cover by which somebody has a page: whether it is over, and until when it lasts.

It is judged by the duties that were theirs when the page rang them, or when they took it, of those
that it named then or names now: its route may have changed since, or its hours.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import get_args

from dutydesk.kernel.periods import Period
from dutydesk.oncall.models import Page
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Duty
from dutydesk.rota.flows import roster

_EVERY: tuple[Duty, ...] = get_args(Duty)
_MOMENT = timedelta(microseconds=1)


def is_over(found: Page, engineer: int, at: datetime) -> bool:
    """Say whether somebody had a duty when a page came to them, and has it no more.

    Who took it without one has it without an end. Clause oncall.respond.
    """
    had = _duties(found, engineer)
    return bool(had) and had.isdisjoint(_covered(engineer, at))


def ends(found: Page, engineer: int, at: datetime) -> datetime | None:
    """Give when the cover by which somebody has a page ends; None if they have no shift."""
    covers = _covered(engineer, at) or _shifts(engineer, at)
    theirs = _duties(found, engineer).intersection(covers) or covers
    return max((covers[duty] for duty in theirs), default=None)


def _duties(found: Page, engineer: int) -> set[Duty]:
    """Give the duties by which somebody has a page, of those that it names if any of them is.

    Out of hours a page that calls at any hour goes by shifts.
    """
    last = found.calls.filter(engineer=engineer, skipped=False).order_by("pk").last()
    rang = [(last.at, last.duties)] if last else []
    took = [(found.answered_at, found.answered_duties)] if found.answered_at else []
    order = process.in_force().on_call.order
    named = {duty for _, duties in (*took, *rang) for duty in duties or order}
    had = {duty for at, _ in (*took, *rang) for duty in _covered(engineer, at)}
    if not had and last is not None:
        had = set(_shifts(engineer, last.at))
    return had.intersection(named.union(found.duties or order)) or had


def _covered(engineer: int, at: datetime) -> Mapping[Duty, datetime]:
    """Give the duties that somebody has at `at`, in their hours, and until when."""
    on = (one for one in roster.who(at=at, duties=_EVERY) if one.engineer == engineer)
    return {one.duty: one.until for one in on if one.until is not None}


def _shifts(engineer: int, at: datetime) -> Mapping[Duty, datetime]:
    """Give the duties of which somebody has the shift at `at`, at any hour, and until when."""
    return {
        one.assigned.duty: one.end
        for one in roster.between(Period(at, at + _MOMENT), engineer=engineer)
    }
