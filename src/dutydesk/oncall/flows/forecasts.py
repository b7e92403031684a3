"""Saying what would come of a page, by the same questions that paging itself asks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from dutydesk.oncall.flows import contact_methods, next_calls, page_posts
from dutydesk.oncall.models import Call, Page
from dutydesk.oncall.rules.call_order import Line
from dutydesk.oncall.rules.forecast import Asked, Calls, Course, PageProgress, foresee
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Duty
from dutydesk.rota.flows import roster

AHEAD = timedelta(hours=12)


@process.held()
def of_new(
    *, anyway: bool, at: datetime, duties: Sequence[Duty] = (), ahead: timedelta = AHEAD
) -> Course:
    """Give what would come of a page that is wanted at `at`. Nothing is paged."""
    return _course(anyway, duties, at, at + ahead, PageProgress())


@process.held()
def of_page(*, page: Page, at: datetime, ahead: timedelta = AHEAD) -> Course:
    """Give what comes next of a page, if nobody answers it: empty if somebody has it."""
    return _following(page, at, at + ahead)


@process.held()
def soon(*, page: Page, at: datetime, steps: int) -> Course:
    """Give about so many of a page's next steps, whenever they begin, as `of_page` does."""
    begins = _next_step(page, page.calls.order_by("id").last())
    ahead = process.in_force().on_call.acknowledge_within * steps
    return _following(page, at, max(at, begins or at) + ahead)


def _following(page: Page, at: datetime, ends: datetime) -> Course:
    called = page.calls.filter(round=page.round).order_by("id")
    begins = _next_step(page, called.last())
    if begins is None:
        return Course((), {}, {}, ends)
    hole_told = page_posts.is_told(page, "hole", "unreachable")
    engineers = set(called.values_list("engineer", flat=True))
    unanswered_told = page_posts.is_told(page, "unanswered")
    so_far = PageProgress(page.round, engineers, hole_told, unanswered_told)
    return _course(page.anyway, page.duties, max(at, begins), ends, so_far)


def _next_step(page: Page, last: Call | None) -> datetime | None:
    if page.state == Page.State.HELD:
        return page.held_until
    if page.state == Page.State.CALLING and last is not None:
        return last.at + process.in_force().on_call.acknowledge_within
    return None


def _course(
    anyway: bool, duties: Sequence[Duty], begins: datetime, ends: datetime, so_far: PageProgress
) -> Course:
    line_at = partial(_line_at, anyway, duties)
    asked = Asked(line_at, roster.next_start)
    steps = foresee(process.in_force(), asked, begins=begins, ends=ends, so_far=so_far)
    called = {step.engineer for step in steps if isinstance(step, Calls)}
    people = contact_methods.reachable(called)
    by = {
        key: contact_methods.names(contact_methods.of(engineer)) for key, engineer in people.items()
    }
    return Course(steps, {key: one.name for key, one in people.items()}, by, ends)


def _line_at(anyway: bool, duties: Sequence[Duty], at: datetime) -> Line:
    """Give who would be called, and whether a hole is why nobody is: those whom nothing reaches."""
    order, hole = next_calls.line_at(anyway=anyway, at=at, duties=duties)
    reachable = contact_methods.reachable(order)
    left = tuple(key for key in order if key in reachable)
    return left, hole or (bool(order) and not left)
