"""Calling whoever is next about pages, or holding them: many at once, in few statements."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import Promised
from dutydesk.commitments.rules import Promise
from dutydesk.database import rows
from dutydesk.journal.flows.journal import Happening
from dutydesk.kernel.messages import Message
from dutydesk.oncall import words
from dutydesk.oncall.flows import acknowledgement, contact_methods, page_calls, page_posts
from dutydesk.oncall.flows.events import PageCalled, PageHeld, PageSkipped, happening, record_all
from dutydesk.oncall.models import Call, Page
from dutydesk.oncall.rules.call_order import Line, covered_from, next_called, order_of
from dutydesk.oncall.rules.promises import ACKNOWLEDGE, HELD
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Duty
from dutydesk.rota.flows import roster

_CHANGED = ("state", "called_id", "held_until", "snoozed_until", "news_at", "round", "aimed_at_id")


def line_at(*, anyway: bool, at: datetime, duties: Sequence[Duty] = ()) -> Line:
    """Give who would be called at `at`, in order; and whether a hole is why nobody is."""
    on_duty = roster.who(at=at, duties=duties)
    order = order_of(on_duty)
    if anyway and not order:
        wanted = duties or process.in_force().on_call.order
        shifts = (roster.on_shift(duty=duty, at=at) for duty in wanted)
        order = tuple(dict.fromkeys(engineer.pk for engineer in shifts if engineer))
    return order, any(duty.hole for duty in on_duty)


def line_of(found: Page, at: datetime) -> Line:
    """Give who is called about a page at `at`, in order."""
    if found.only_id is not None:
        return (found.only_id,), False
    return line_at(anyway=found.anyway, at=at, duties=found.duties)


def reachable_of(lines: Iterable[Line]) -> Mapping[int, Engineer]:
    """Give those in these lines whom some contact method reaches, by number; one query."""
    return contact_methods.reachable({pk for order, _ in lines for pk in order})


def called_in_round(pages: Sequence[Page]) -> dict[int, set[int]]:
    """Give who was called already in each page's round, by its number; one query."""
    rounds = {page.pk: page.round for page in pages}
    called: dict[int, set[int]] = {number: set() for number in rounds}
    calls = Call.objects.filter(page__in=rounds, round__in=set(rounds.values()))
    for number, engineer, round_ in calls.values_list("page", "engineer", "round"):
        if round_ == rounds[number]:
            called[number].add(engineer)
    return called


def call_next(found: Page, at: datetime, line: Line | None = None) -> None:
    """Call the next person about one page, as `call_next_all` does for many."""
    line = line or line_of(found, at)
    call_next_all([(found, line)], at, reachable=reachable_of([line]))


def call_next_all(
    pages: Sequence[tuple[Page, Line]],
    at: datetime,
    *,
    reachable: Mapping[int, Engineer],
    new: bool = False,
) -> None:
    """Call for each page the next person whom something reaches; skip, on record, who is not.

    A page is held if there is nobody, and a rehearsal ends. The pages are locked, or all `new`:
    then nobody was called for them before, and whom they are aimed at is kept.
    `reachable`: those of the lines whom something reaches, as `reachable_of` gives them.
    """
    before = {} if new else called_in_round([found for found, _ in pages])
    skipped: list[Call] = []
    calls: list[tuple[Page, Engineer]] = []
    held: list[tuple[Page, bool, bool]] = []
    ended, unanswered = [], []
    for found, (order, hole) in pages:
        called = before.get(found.pk, set())
        who, again = next_called(tuple(pk for pk in order if pk in reachable), called)
        for pk in order[: order.index(who)] if who is not None else order:
            if pk not in reachable and pk not in called:
                skip = Call(page=found, engineer_id=pk, round=found.round, at=at, skipped=True)
                skipped.append(skip)
        found.round += again
        if who is not None:
            calls.append((found, reachable[who]))
            found.aimed_at = reachable[who] if new else found.aimed_at
            unanswered += [found] if again and found.only_id is None else []
        elif found.only_id is not None:
            ended.append(found)
        else:
            held.append((found, hole, bool(order)))
            found.aimed_at = None if new else found.aimed_at
    _skip_all(skipped, at)
    for found in ended:  # A rehearsal is one page, and so is what everybody was called for.
        acknowledgement.end_rehearsal(found, at)
    for found in unanswered:
        page_posts.nobody_answers(found, at)
    _hold_all(held, at)
    call_all(calls, at, new=new)


def _skip_all(skipped: Sequence[Call], at: datetime) -> None:
    if not skipped:
        return
    rows.insert(skipped)
    names = Engineer.objects.in_bulk({call.engineer_id for call in skipped})
    happened = []
    for call in skipped:
        name = names[call.engineer_id].name
        text = f"{name} was not called: nothing reaches them"
        happened.append(happening(PageSkipped, call.page, text, name))
    record_all(happened, at)


def call_all(calls: Sequence[tuple[Page, Engineer]], at: datetime, *, new: bool = False) -> None:
    """Call somebody about each page by all their contact methods. Clause oncall.respond.

    `new`: nobody was called for any of them before.
    """
    if not calls:
        return
    for found, engineer in calls:
        found.state, found.called, found.held_until = Page.State.CALLING, engineer, None
        if found.news_at is None:  # Else what they put off holds again, once the news is over.
            found.snoozed_until = None
    rows.update([found for found, _ in calls], _CHANGED)
    made = [
        Call(page=found, engineer=who, round=found.round, at=at, duties=found.duties)
        for found, who in calls
    ]
    rows.insert_keyed(made)
    within = process.in_force().on_call.acknowledge_within
    said: list[tuple[Page, Message]] = []
    promises: list[Promised] = []
    happened: list[Happening] = []
    for (found, engineer), by in zip(calls, page_calls.reach_all(made, at, new=new), strict=True):
        title, name, about = found.title, engineer.name, found.about
        had = found.acknowledged_by.name if found.acknowledged_by else ""
        call = {"title": title, "name": name, "page": about, "had": had}
        said.append((found, words.calling(**call, round_=found.round, methods=by)))
        says, times = ACKNOWLEDGE.says(name=name, title=title), Promise(due_at=at + within)
        promises.append(Promised(about, name, says, times))
        text = f"{name} was paged by {by}"
        happened.append(happening(PageCalled, found, text, name, clause="oncall.respond"))
    page_posts.show_all(said, at)
    commitments.promise_all(kind=ACKNOWLEDGE, promises=promises, at=at)
    record_all(happened, at)


def _hold_all(held: Sequence[tuple[Page, bool, bool]], at: datetime) -> None:
    """Hold pages until somebody is covered; each with whether a hole, or no way to reach, is why.

    Clause hours.closed.
    """
    if not held:
        return
    current = process.in_force()
    until = covered_from(current, at, roster.next_start(at))
    said: list[tuple[Page, Message]] = []
    for found, hole, unreachable in held:
        found.state, found.held_until, found.called = Page.State.HELD, until, None
        found.snoozed_until = None
        why = {"hole": hole, "unreachable": unreachable}
        message = words.held(title=found.title, until=until, zone=current.zone, now=at, **why)
        said.append((found, message))
    rows.update([found for found, _, _ in held], _CHANGED)
    page_posts.show_all(said, at)
    if until is not None:
        times = Promise(due_at=until)
        promises = [
            Promised(found.about, "on call", HELD.says(title=found.title), times)
            for found, _, _ in held
        ]
        commitments.promise_all(kind=HELD, promises=promises, at=at)
    page_posts.nobody_covers(
        [(found, unreachable) for found, hole, unreachable in held if hole or unreachable], at
    )
    happened = [
        happening(PageHeld, found, message.body, clause="hours.closed") for found, message in said
    ]
    record_all(happened, at)
