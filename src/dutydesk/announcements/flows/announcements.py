"""Announcing work or news, and saying so when it begins, moves, is over or is called off."""

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from dutydesk.announcements import words
from dutydesk.announcements.flows import (
    broadcasts,
    changes,
    leader_letters,
    planned_silences,
    promised,
    repeats,
)
from dutydesk.announcements.flows.events import (
    AnnouncementMade,
    AnnouncementStep,
    AnnouncementUpdated,
)
from dutydesk.announcements.models import Announcement, AnnouncementSeries
from dutydesk.announcements.rules import broadcast
from dutydesk.announcements.rules.broadcast import AnnouncementRefused, Broadcast
from dutydesk.announcements.rules.promises import END, START
from dutydesk.chat.rules import without_notifiers
from dutydesk.commitments.flows import commitments
from dutydesk.database import rows
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.moments import when
from dutydesk.kernel.periods import Period
from dutydesk.people.models import Service
from dutydesk.process.flows import process

_BEGUN = "The work has begun."


@transaction.atomic
@process.held()
def announce(
    *,
    draft: Broadcast,
    by: Person,
    at: datetime,
    of: tuple[AnnouncementSeries, date] | None = None,
) -> Announcement:
    """Tell everybody concerned, and promise what was announced. Clause announce.content.

    What the same person announced in the very same words just now is given back instead. `of`:
    the recurring work that this is a time of, and its day; the desk itself announces it.
    """
    rows.lock([AnnouncementMade.kind])  # Of one form that is sent twice at once, one is the first.
    current = process.in_force()
    draft = plain(draft)
    if of is None and (earlier := repeats.sent_before(draft, by, at)) is not None:
        return earlier
    broadcast.check(draft, at, may_notify=current.announcements.notifiers != "never")
    made = _store(draft, by, at, *(of or ()))
    promised.promise_updates(made, draft.updates, at)
    if draft.window is not None:
        promised.promise_window(made, draft.window, at)
        if draft.mute:
            planned_silences.begin(made, draft.window, by.name, at)
    broadcasts.show(made, at)
    _tell_leaders(made, draft, at)
    journal.record(
        event=AnnouncementMade(made.pk),
        subject=made.about,
        text=_made(made, by),
        at=at,
        actor=by.name if of is None else "the desk",
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
        notify_reason=without_notifiers(draft.notify_reason).strip() if draft.notify else "",
        updates=tuple(sorted(set(draft.updates))),
    )


def _tell_leaders(made: Announcement, draft: Broadcast, at: datetime) -> None:
    title = broadcasts.words_of(made, [], draft.updates, at).title
    next_at = min(draft.updates, default=None)
    letter = leader_letters.letter(made, title=title, text=made.text, next_at=next_at, at=at)
    leader_letters.tell(made, f"{made.about}:announced", letter, at=at)


def _store(
    draft: Broadcast,
    by: Person,
    at: datetime,
    series: AnnouncementSeries | None = None,
    occurrence: date | None = None,
) -> Announcement:
    made = row_of(draft, by, at)
    made.series, made.occurrence = series, occurrence
    made.save()
    made.services.set(Service.objects.filter(pk__in=draft.services))
    return made


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
        changed_at=at,
    )


def _made(made: Announcement, by: Person) -> str:
    why = f", calling everybody {made.notify}: {made.notify_reason}" if made.notify else ""
    if made.series is not None:
        return f"“{made.title}” was announced, which {by.name} set up to come again and again"
    return f"{by.name} announced “{made.title}”{why}"


@transaction.atomic
@process.held()
def start(*, announcement: int, by: Person, at: datetime) -> Announcement:
    """Say that the planned work has begun."""
    found = changes.locked(announcement)
    if found.started_at is not None and changes.told_twice(found, _BEGUN, by, at):
        return found
    changes.check_open(found)
    if found.state != Announcement.State.PLANNED:
        raise AnnouncementRefused("It has begun already.", "Write an update instead.")
    commitments.keep(kind=START, subject=found.about, at=at)
    unconfirmed = found.unconfirmed
    found.state, found.started_at = Announcement.State.STARTED, at
    found.unconfirmed_at, found.changed_at = None, at
    found.save(update_fields=["state", "started_at", "unconfirmed_at", "changed_at"])
    if unconfirmed and found.window is not None:
        promised.promise_window(found, found.window, at)
    broadcasts.show(found, at)
    broadcasts.tell(found, _BEGUN, words.started(found.title), by.name, at)
    _record(found, "started", f"{by.name} started the work", by, at)
    return found


@transaction.atomic
@process.held()
def update(
    *,
    announcement: int,
    text: str,
    next_at: datetime | None,
    by: Person,
    at: datetime,
    seen: int | None = None,
) -> Announcement:
    """Tell how it goes; it keeps the promised times that have come. Clause announce.commitment.

    When nothing else is promised, `next_at` says when people hear next, or this is refused.
    """
    found = changes.locked(announcement)
    changes.check_open(found)
    text = _said(text, "The update says nothing.")
    if changes.told_twice(found, text, by, at):
        return found
    changes.check_seen(found, seen)
    left = promised.keep_updates(found, at)
    if next_at is not None:
        broadcast.check_updates([next_at], at)
        left = [*left, *promised.promise_updates(found, [next_at], at)]
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
def move(
    *,
    announcement: int,
    window: Period,
    text: str,
    by: Person,
    at: datetime,
    seen: int | None = None,
) -> Announcement:
    """Let the work be at another time, or take longer; everybody who was told is told why.

    Updates that were promised for before it now begins are owed no more. One is promised for its
    new end unless one is promised before that already.
    """
    found = changes.locked(announcement)
    changes.check_open(found)
    text = _said(text, "Nobody is told why it moves.")
    if found.window is None:
        raise AnnouncementRefused("News has no time to move.", "Write an update instead.")
    if found.window.end == window.end and changes.told_twice(found, text, by, at):
        return found
    changes.check_seen(found, seen)
    broadcast.check_window(window, at)
    _shift(found, window, by, at)
    _tell_update(found, text, by, at)
    until = words.window(found.window, process.in_force().zone)
    _record(found, "moved", f"{by.name} moved the work: {until}. {text}", by, at)
    return found


def _shift(found: Announcement, window: Period, by: Person, at: datetime) -> None:
    """Let it be in `window`, with all that is owed, quiet and shown because of it."""
    starts = found.starts_at if found.started_at and found.starts_at else window.start
    now = Period(starts, window.end)
    found.starts_at, found.ends_at, found.unconfirmed_at = now.start, now.end, None
    found.revise(at)
    found.save(update_fields=["starts_at", "ends_at", "unconfirmed_at", *found.REVISION])
    promised.promise_window(found, now, at)
    planned_silences.move(found, now, by.name, at)
    promised.keep_updates(found, at)
    if not promised.drop_early_updates(found, now, at):
        promised.promise_updates(found, [now.end], at)
    broadcasts.show(found, at)


@transaction.atomic
@process.held()
def finish(
    *, announcement: int, text: str, by: Person, at: datetime, seen: int | None = None
) -> Announcement:
    """Say that it is over, to everybody who was told of it; nothing more is owed."""
    found, text = changes.locked(announcement), _said(text, "Nobody is told how it went.")
    if found.state == Announcement.State.FINISHED and changes.told_twice(found, text, by, at):
        return found
    changes.check_open(found)
    changes.check_seen(found, seen)
    if found.state == Announcement.State.PLANNED:
        raise AnnouncementRefused("The work hasn't begun.", "Start it first, or call it off.")
    commitments.keep(kind=END, subject=found.about, at=at)
    _end(found, Announcement.State.FINISHED, text, by, at)
    _record(found, "finished", f"{by.name} finished the work: {text}", by, at)
    return found


@transaction.atomic
@process.held()
def cancel(
    *, announcement: int, text: str, by: Person, at: datetime, seen: int | None = None
) -> Announcement:
    """Call it off, before it begins or after; everybody who was told of it is told why."""
    found, text = changes.locked(announcement), _said(text, "Nobody is told why it is called off.")
    if found.state == Announcement.State.CANCELLED and changes.told_twice(found, text, by, at):
        return found
    changes.check_open(found)
    changes.check_seen(found, seen)
    commitments.withdraw_all(kinds=(START, END), subject=found.about, at=at)
    _end(found, Announcement.State.CANCELLED, text, by, at)
    _record(found, "cancelled", f"{by.name} called it off: {text}", by, at)
    return found


def _end(
    found: Announcement, state: Announcement.State, text: str, by: Person, at: datetime
) -> None:
    promised.keep_updates(found, at)
    promised.drop_updates(found, at)
    planned_silences.end(found, by.name, at)
    found.state, found.over_at = state, at
    found.revise(at)
    found.save(update_fields=["state", "over_at", *found.REVISION])
    broadcasts.show(found, at)
    cancelled = state == Announcement.State.CANCELLED
    message = words.over(title=found.title, text=text, cancelled=cancelled)
    broadcasts.tell(found, text, message, by.name, at)


def _said(text: str, missing: str) -> str:
    """Give what is to be told, without what would call a whole channel; refuse an empty text."""
    said = without_notifiers(text).strip()
    if not said:
        raise AnnouncementRefused(missing, "Write a sentence or two.")
    return said


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
