"""Pages that wait until somebody covers: whoever covers sooner than was known is called at once."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from dutydesk.commitments.flows import commitments
from dutydesk.oncall.flows import last_look, next_calls
from dutydesk.oncall.models import OPEN, Page
from dutydesk.oncall.rules.call_order import Line
from dutydesk.oncall.rules.promises import HELD
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Process

AT_ONCE = 100
"""So many pages are called for in one transaction: others wait for their locks meanwhile."""


def look_after(*, at: datetime) -> bool:
    """Call for the held pages about which somebody can be called by now; say if that is all.

    Somebody took the shift that nobody had, or can be reached again, or the hours are others than
    when it was held. Clause hours.closed.
    """
    covered = [page.pk for page in _covered(at)]
    if covered:
        _call(covered[:AT_ONCE], at)
    return len(covered) <= AT_ONCE


def foreseen(*, draft: Process, at: datetime) -> list[str]:
    """Give what the held pages are about that somebody would be called for at `at` by a draft."""
    with process.as_if(draft, at):
        return [page.title for page in _covered(at)]


def _covered(at: datetime) -> list[Page]:
    """Give the held pages about which somebody can be called at `at`."""
    held = _held().order_by("pk").only("anyway", "duties", "title")
    waiting = _with_lines(list(held), at)
    reachable = next_calls.reachable_of(line for _, line in waiting)
    return [page for page, (order, _) in waiting if any(pk in reachable for pk in order)]


@transaction.atomic
def _call(pages: Sequence[int], at: datetime) -> None:
    """Call for these, but for what somebody else sees to just now."""
    last_look.take(pages=pages, at=at)
    free = _held().filter(pk__in=pages).select_for_update(of=("self",), skip_locked=True)
    found = list(free.order_by("pk"))
    commitments.withdraw_each(kind=HELD, subjects=[page.about for page in found], at=at)
    pairs = _with_lines(found, at)
    reachable = next_calls.reachable_of(line for _, line in pairs)
    next_calls.call_next_all(pairs, at, reachable=reachable)


def _held() -> QuerySet[Page]:
    return Page.objects.filter(state__in=OPEN, only=None).filter(state=Page.State.HELD)


def _with_lines(pages: Sequence[Page], at: datetime) -> list[tuple[Page, Line]]:
    """Give each page with who is called about it at `at`; asked once for pages that are alike."""
    kinds = {(page.anyway, tuple(page.duties)) for page in pages}
    lines = {(any_, who): next_calls.line_at(anyway=any_, at=at, duties=who) for any_, who in kinds}
    return [(page, lines[page.anyway, tuple(page.duties)]) for page in pages]
