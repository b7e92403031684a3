"""Catching up with the tracker: what no word came of, what it refused before, its template."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q

from dutydesk.desk.flows import (
    lost_issues,
    ticket_ends,
    ticket_record,
    tracker_inbound,
    tracker_outbound,
    tracker_problems,
    tracker_remarks,
)
from dutydesk.desk.models import Ticket, TrackerDelivery, TrackerState
from dutydesk.desk.rules.templates import read_template
from dutydesk.kernel.connected import Connected
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.delivery import Undelivered
from dutydesk.ports.tracker import TOLD, Issue, TrackerQueries
from dutydesk.process.flows import process

# So much may the tracker's clock be behind ours, or a change be late in its lists.
SKEW = timedelta(minutes=2)
# How often its template is read, and what it refused is tried again.
AGAIN = timedelta(minutes=10)
_KEPT = timedelta(days=7)
ASKER = Connected[TrackerQueries]()
"""Asks how tickets stand in the tracker."""


def ask(*, at: datetime) -> None:
    """Catch up with the tracker, if anybody can ask it."""
    if ASKER.who is not None:
        look_after(asker=ASKER.who, at=at)


def look_after(*, asker: TrackerQueries, at: datetime) -> None:
    """Catch up with the tracker, as far as it is time to; say what is in the way.

    No transaction is open while the network is used.
    """
    if not tracker_outbound.outside():
        return
    because = tracker_problems.trouble(at=at)
    try:
        _read(asker, at)
    except Undelivered as failure:
        because = because or failure.reason
    _try_again(at)
    if because:
        tracker_problems.say_trouble(because=because, at=at)
    TrackerDelivery.objects.filter(at__lt=at - _KEPT).delete()


def _read(asker: TrackerQueries, at: datetime) -> None:
    current = process.in_force().ask.ticket
    tracker, _ = TrackerState.objects.get_or_create(name=current.repository)
    wait = tracker_inbound.SELDOM if tracker_inbound.listening() else timedelta(0)
    refused = _read_issues(asker, tracker, at) if _is_time(tracker.read_until, wait, at) else None
    if current.template and _is_time(tracker.template_at, AGAIN, at):
        text = asker.template(current.template)
        tracker.template = read_template(current.template, text).as_json() if text else {}
        tracker.template_at = at
        tracker.save(update_fields=["template", "template_at"])
        _judge(current.template, text, tracker)
    if refused is not None:
        raise refused


def _judge(name: str, text: str, tracker: TrackerState) -> None:
    """Say what is wrong with the template that was read. Raises Undelivered."""
    if not text:
        raise Undelivered(f"the template {name} isn't there", permanent=True)
    faults = tracker.template["faults"]
    if faults:
        more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
        raise Undelivered(f"the template {name} is wrong: {faults[0]}{more}", permanent=True)


def _is_time(last: datetime | None, wait: timedelta, at: datetime) -> bool:
    return last is None or at - last >= wait


def _read_issues(asker: TrackerQueries, tracker: TrackerState, at: datetime) -> Undelivered | None:
    """Read what became of issues; give what was refused of it that holds up nothing else.

    What is new here waits while nobody can tell just now whether it is one that was lost.
    """
    since = tracker.read_until - SKEW if tracker.read_until else None
    changed = asker.changed(since)
    # One that is there again, by another number, isn't another's copy.
    missing = _tried(_read_missing, asker, at)
    back = _tried(partial(_read_back, changed), asker, at)
    doubtful = any(failure and not failure.permanent for failure in (missing, back))
    for issue in changed:
        tracker_inbound.follow(issue=issue, at=at, read=True, doubtful=doubtful)
    for said in asker.remarks(since) if since else ():
        tracker_remarks.read(said=said, at=at)
    elsewhere, columns = _tried(_read_elsewhere, asker, at), _tried(_read_columns, asker, at)
    if not doubtful:  # Else what was new is read again.
        before = tracker.read_until
        TrackerState.objects.filter(pk=tracker.pk, read_until=before).update(read_until=at)
    return missing or back or elsewhere or columns


def _tried(
    read: Callable[[TrackerQueries, datetime], None], asker: TrackerQueries, at: datetime
) -> Undelivered | None:
    try:
        read(asker, at)
    except Undelivered as failure:
        return failure
    return None


def _read_missing(asker: TrackerQueries, at: datetime) -> None:
    """Find out which tickets are gone there, deleted or transferred, though no word came of it."""
    known = {one.node: one for one in _going() if tracker_outbound.in_place(one)}
    for node in asker.missing({node: one.number or 0 for node, one in known.items()}):
        lost_issues.gone(ticket=known[node].pk, at=at)


def _read_back(changed: Sequence[Issue], asker: TrackerQueries, at: datetime) -> None:
    """Find out which tickets that were lost of late are there again, by whatever number.

    Only while something is new there are the numbers that they had followed: it may be one of them.
    """
    lost = {one.node: one for one in lost_issues.lately(at)}
    nodes = {one.node for one in changed} if lost else set()
    new = nodes - set(Ticket.objects.filter(node__in=nodes).values_list("node", flat=True))
    numbers = {node: one.number or 0 for node, one in lost.items()}
    for node, issue in asker.back(numbers, followed=bool(new)).items():
        if tracker_outbound.is_place(issue.url):
            tracker_inbound.come_back(ticket=lost[node].pk, issue=issue, at=at)


def _read_elsewhere(asker: TrackerQueries, at: datetime) -> None:
    """Find out where the tickets are that were kept where the process file no longer says.

    A repository that is only called otherwise has them still. Those of another one are left as they
    are, and the team is told.
    """
    going = _going()
    for one in going:
        if one.there.get("left") and tracker_outbound.in_place(one):  # They are kept there again.
            ticket_ends.keep_again(ticket=one.pk, number=one.number or 0, url=one.url, at=at)
    left = {one.node: one for one in going if not tracker_outbound.in_place(one)}
    for node, (number, url) in asker.places(list(left)).items():
        if not tracker_outbound.is_place(url):
            continue
        ticket_ends.keep_again(ticket=left.pop(node).pk, number=number, url=url, at=at)
    for one in left.values():
        if not one.there.get("left"):
            ticket_ends.leave(ticket=one.pk, at=at)
    if left:
        tracker_problems.say_left(list(left.values()), at=at)


def _going() -> list[Ticket]:
    """Give the tickets in the tracker that go on, or of which something is owed there."""
    rows = Ticket.objects.filter(Q(closed_at=None) | Q(behind=True), number__isnull=False)
    found = rows.only("node", "number", "url", "there").exclude(node="").order_by("pk")
    return [one for one in found if not one.there.get("gone")]


def _read_columns(asker: TrackerQueries, at: datetime) -> None:
    """Let tickets be in the columns in which they are there; what is in none is put there again.

    A project that was made anew has none of them, and options that were leave them without one.
    """
    if not tracker_outbound.place().project:
        return
    open_ = Ticket.objects.filter(closed_at=None, behind=False).exclude(node="").order_by("pk")
    known = {one.node: one for one in open_.only("node", "number", "url", "there", "column")}
    found = asker.columns(list(known))
    for node, one in known.items():
        name, missed = found.get(node, ""), bool(one.there.get("missed"))
        if (missed or name != one.column) if name else _is_missing(one):
            with transaction.atomic():
                ticket = ticket_record.locked(one.pk)
                if not name and not _is_missing(ticket):
                    continue  # It was put elsewhere meanwhile, or is lost.
                _miss(ticket, missed=not name)
                if name:
                    tracker_inbound.column(ticket=ticket, name=name, at=at)
                tracker_outbound.push(ticket, at)


def _is_missing(ticket: Ticket) -> bool:
    """Say whether an open ticket that is in no column there was in one, until now."""
    here = tracker_outbound.in_place(ticket) and not ticket.lost
    return here and "column" in ticket.there and not ticket.there.get("missed")


def _miss(ticket: Ticket, *, missed: bool) -> None:
    """Know that a locked ticket is in no column there, or is seen in one.

    It is put there again only once until it is: somebody may have archived it.
    """
    there = {key: value for key, value in ticket.there.items() if key != "missed"}
    if missed:
        there.pop("column", None)
        there["missed"] = True
    if there != ticket.there:
        ticket.there = there
        ticket.save(update_fields=["there"])


def _try_again(at: datetime) -> None:
    """Owe once more what the tracker refused a while ago: somebody may have mended it."""
    for number in Ticket.objects.filter(behind=True).values_list("pk", flat=True)[:100]:
        with transaction.atomic():
            ticket = ticket_record.locked(number)
            mine = OutboxMessage.objects.filter(subject=ticket.about, kind__in=TOLD)
            if not mine.filter(
                settled_at__gt=at - AGAIN, state=OutboxMessage.State.FAILED
            ).exists():
                tracker_outbound.push(ticket, at)
