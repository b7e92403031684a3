"""Announcing work or news, and saying so when it begins, moves, is over or is called off."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.announcements import words
from dutydesk.announcements.flows import broadcasts, leader_letters, planned_silences
from dutydesk.announcements.flows.events import (
    AnnouncementMade,
    AnnouncementStep,
    AnnouncementUpdated,
)
from dutydesk.announcements.models import Announcement, PromisedUpdate
from dutydesk.announcements.rules import broadcast
from dutydesk.announcements.rules.broadcast import AnnouncementRefused, Broadcast
from dutydesk.announcements.rules.promises import END, START, UPDATE, times
from dutydesk.chat.rules import without_notifiers
from dutydesk.commitments.flows import commitments
from dutydesk.incidents.rules.owners import TEAM
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.kinds import PromiseKind
from dutydesk.kernel.moments import when
from dutydesk.kernel.periods import Period
from dutydesk.people.models import Service
from dutydesk.process.flows import process


@transaction.atomic
@process.held()
def announce(*, draft: Broadcast, by: Person, at: datetime) -> Announcement:
    """Tell everybody concerned, and promise what was announced. Clause announce.content."""
    current = process.in_force()
    draft = plain(draft)
    broadcast.check(draft, at, may_notify=current.announcements.notifiers != "never")
    services = list(Service.objects.filter(pk__in=draft.services).select_related("team"))
    made = row_of(draft, by, at)
    made.save()
    made.services.set(services)
    _promise_updates(made, draft.updates, at)
    if draft.window is not None:
        _promise_window(made, draft.window, at)
        if draft.mute:
            planned_silences.begin(made, draft.window, by.name, at)
    broadcasts.show(made, at)
    _tell_leaders(made, draft, at)
    journal.record(
        event=AnnouncementMade(made.pk),
        subject=made.about,
        text=_made(made, by),
        at=at,
        actor=by.name,
        clause="announce.when",
    )
    return made


def plain(draft: Broadcast) -> Broadcast:
    """Give the draft without what would call a whole channel: that is said apart, with a reason."""
    return replace(
        draft,
        title=" ".join(without_notifiers(draft.title).split())[:200],
        text=without_notifiers(draft.text).strip(),
        impact=without_notifiers(draft.impact).strip(),
        agreed_with=without_notifiers(draft.agreed_with).strip()[:300],
        updates=tuple(sorted(set(draft.updates))),
    )


def _tell_leaders(made: Announcement, draft: Broadcast, at: datetime) -> None:
    title = broadcasts.words_of(made, [], draft.updates, at).title
    next_at = min(draft.updates, default=None)
    letter = leader_letters.letter(made, title=title, text=made.text, next_at=next_at, at=at)
    leader_letters.tell(made, f"{made.about}:announced", letter, at=at)


def row_of(draft: Broadcast, by: Person, at: datetime) -> Announcement:
    """Give the announcement that a draft makes, not kept yet."""
    news = draft.window is None
    over = news and not draft.updates
    state = Announcement.State.PLANNED
    if news:
        state = Announcement.State.FINISHED if over else Announcement.State.STARTED
    return Announcement(
        title=draft.title,
        text=draft.text,
        agreed_with=draft.agreed_with,
        impact=draft.impact,
        starts_at=draft.window.start if draft.window else None,
        ends_at=draft.window.end if draft.window else None,
        state=state,
        started_at=at if news else None,
        over_at=at if over else None,
        by=by.name,
        at=at,
        notify=draft.notify,
        notify_reason=draft.notify_reason.strip() if draft.notify else "",
        leaders_told=draft.leaders,
    )


def _made(made: Announcement, by: Person) -> str:
    why = f", calling everybody {made.notify}: {made.notify_reason}" if made.notify else ""
    return f"{by.name} announced “{made.title}”{why}"


@transaction.atomic
@process.held()
def start(*, announcement: int, by: Person, at: datetime) -> Announcement:
    """Say that the planned work has begun."""
    found = _open(announcement)
    if found.state != Announcement.State.PLANNED:
        raise AnnouncementRefused("It has begun already.", "Write an update instead.")
    commitments.keep(kind=START, subject=found.about, at=at)
    found.state, found.started_at = Announcement.State.STARTED, at
    found.save(update_fields=["state", "started_at"])
    broadcasts.show(found, at)
    broadcasts.tell(found, "The work has begun.", words.started(found.title), by.name, at)
    _record(found, "started", f"{by.name} started the work", by, at)
    return found


@transaction.atomic
@process.held()
def update(
    *, announcement: int, text: str, next_at: datetime | None, by: Person, at: datetime
) -> Announcement:
    """Tell how it goes; it keeps the promised times that have come. Clause announce.commitment.

    When nothing else is promised, `next_at` says when people hear next, or this is refused.
    """
    found = _open(announcement)
    text = _said(text, "The update says nothing.")
    left = _keep_updates(found, at)
    if next_at is not None:
        broadcast.check_updates([next_at], at)
        left = [*left, *_promise_updates(found, [next_at], at)]
    if not left:
        raise AnnouncementRefused(
            "The update doesn't say when the next one comes.",
            "Give a time, or finish the work if this is the last.",
        )
    broadcasts.show(found, at)
    _tell_update(found, text, by, at)
    journal.record(
        event=AnnouncementUpdated(found.pk),
        subject=found.about,
        text=f"Update: {text}",
        at=at,
        actor=by.name,
        clause="announce.commitment",
    )
    return found


@transaction.atomic
@process.held()
def move(*, announcement: int, window: Period, text: str, by: Person, at: datetime) -> Announcement:
    """Let the work be at another time, or take longer; everybody who was told is told why.

    Updates that were promised for before it now begins are owed no more. One is promised for its
    new end unless one is promised before that already.
    """
    found = _open(announcement)
    if found.window is None:
        raise AnnouncementRefused("News has no time to move.", "Write an update instead.")
    if window.end <= at:
        raise AnnouncementRefused("The work's end is past.", "Give a time that is to come.")
    if window.length > broadcast.LONGEST_WINDOW:
        raise AnnouncementRefused(
            f"The work lasts longer than {broadcast.LONGEST_WINDOW.days} days.", "Finish it first."
        )
    text = _said(text, "Nobody is told why it moves.")
    found.starts_at = found.starts_at if found.started_at else window.start
    found.ends_at = window.end
    found.save(update_fields=["starts_at", "ends_at"])
    _promise_window(found, found.window, at)
    planned_silences.move(found, found.window, by.name, at)
    _keep_updates(found, at)
    if not _drop_updates(found, found.window, at):
        _promise_updates(found, [found.window.end], at)
    broadcasts.show(found, at)
    _tell_update(found, text, by, at)
    until = words.window(found.window, process.in_force().zone)
    _record(found, "moved", f"{by.name} moved the work: {until}. {text}", by, at)
    return found


@transaction.atomic
@process.held()
def finish(*, announcement: int, text: str, by: Person, at: datetime) -> Announcement:
    """Say that it is over, to everybody who was told of it; nothing more is owed."""
    found = _open(announcement)
    if found.state == Announcement.State.PLANNED:
        raise AnnouncementRefused("The work hasn't begun.", "Start it first, or call it off.")
    text = _said(text, "Nobody is told how it went.")
    commitments.keep(kind=END, subject=found.about, at=at)
    _end(found, Announcement.State.FINISHED, text, by, at)
    _record(found, "finished", f"{by.name} finished the work: {text}", by, at)
    return found


@transaction.atomic
@process.held()
def cancel(*, announcement: int, text: str, by: Person, at: datetime) -> Announcement:
    """Call it off, before it begins or after; everybody who was told of it is told why."""
    found = _open(announcement)
    text = _said(text, "Nobody is told why it is called off.")
    commitments.withdraw_all(kinds=(START, END), subject=found.about, at=at)
    _end(found, Announcement.State.CANCELLED, text, by, at)
    _record(found, "cancelled", f"{by.name} called it off: {text}", by, at)
    return found


def _end(
    found: Announcement, state: Announcement.State, text: str, by: Person, at: datetime
) -> None:
    _keep_updates(found, at)
    for owed in broadcasts.open_promises(found):
        commitments.withdraw(kind=UPDATE, subject=owed.subject, at=at)
    planned_silences.end(found, by.name, at)
    found.state, found.over_at = state, at
    found.save(update_fields=["state", "over_at"])
    broadcasts.show(found, at)
    cancelled = state == Announcement.State.CANCELLED
    message = words.over(title=found.title, text=text, cancelled=cancelled)
    broadcasts.tell(found, text, message, by.name, at)


def _open(number: int) -> Announcement:
    """Give an announcement that is not over, locked until the flow is done."""
    found = Announcement.objects.select_for_update(of=("self",)).get(pk=number)
    if not found.open:
        raise AnnouncementRefused("This announcement is over.", "Make a new one.")
    return found


def _said(text: str, missing: str) -> str:
    """Give what is to be told, without what would call a whole channel; refuse an empty text."""
    said = without_notifiers(text).strip()
    if not said:
        raise AnnouncementRefused(missing, "Write a sentence or two.")
    return said


def _warn_before() -> timedelta:
    return process.in_force().incidents.warn_before


def _promise(kind: PromiseKind, subject: str, title: str, due_at: datetime, at: datetime) -> None:
    commitments.promise(
        kind=kind,
        subject=subject,
        owner=TEAM,
        text=kind.says(title=title),
        times=times(due_at, _warn_before()),
        at=at,
    )


def _promise_window(found: Announcement, window: Period, at: datetime) -> None:
    """Owe its start, unless it has begun, and its end."""
    if found.state == Announcement.State.PLANNED:
        _promise(START, found.about, found.title, max(window.start, at), at)
    _promise(END, found.about, found.title, window.end, at)


def _promise_updates(
    found: Announcement, due: Sequence[datetime], at: datetime
) -> Sequence[datetime]:
    """Owe an update at each of these times, a commitment each."""
    for one in due:
        row, _ = PromisedUpdate.objects.get_or_create(announcement=found, due_at=one)
        _promise(UPDATE, row.about, found.title, one, at)
    return due


def _keep_updates(found: Announcement, at: datetime) -> list[datetime]:
    """Settle the promised updates that one told at `at` keeps; give the times of the others."""
    owed = broadcasts.open_promises(found)
    kept = broadcast.kept_by([one.due_at for one in owed], at)
    for one in owed:
        if one.due_at in kept:
            commitments.keep(kind=UPDATE, subject=one.subject, at=at)
    return [one.due_at for one in owed if one.due_at not in kept]


def _drop_updates(found: Announcement, window: Period, at: datetime) -> list[datetime]:
    """Withdraw the updates promised for before the work begins; give those within `window`."""
    owed = broadcasts.open_promises(found)
    for one in owed:
        if found.state == Announcement.State.PLANNED and one.due_at < window.start:
            commitments.withdraw(kind=UPDATE, subject=one.subject, at=at)
    return [one.due_at for one in owed if window.start <= one.due_at <= window.end]


def _tell_update(found: Announcement, text: str, by: Person, at: datetime) -> None:
    zone = process.in_force().zone
    due = [one.due_at for one in broadcasts.open_promises(found)]
    following = when(due[0], zone, at) if due else ""
    message = words.update(title=found.title, text=text, next_due=following)
    broadcasts.tell(found, text, message, by.name, at)


def _record(found: Announcement, what: str, text: str, by: Person, at: datetime) -> None:
    journal.record(
        event=AnnouncementStep(found.pk, what),
        subject=found.about,
        text=text,
        at=at,
        actor=by.name,
        clause="announce.when",
    )
