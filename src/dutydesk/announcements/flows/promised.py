"""What is owed because of an announcement: its start, the updates that it promises, its end."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from dutydesk.announcements.flows import broadcasts
from dutydesk.announcements.models import Announcement, PromisedUpdate
from dutydesk.announcements.rules import broadcast
from dutydesk.announcements.rules.promises import END, START, UPDATE, times
from dutydesk.commitments.flows import commitments, wordings
from dutydesk.incidents.rules.owners import TEAM
from dutydesk.kernel.kinds import PromiseKind
from dutydesk.kernel.periods import Period
from dutydesk.process.flows import process


def _warn_before(kind: PromiseKind) -> timedelta:
    current = process.in_force()
    return current.announcements.remind_before if kind == START else current.incidents.warn_before


def _promise(kind: PromiseKind, subject: str, title: str, due_at: datetime, at: datetime) -> None:
    chase_every = 2 * process.in_force().incidents.warn_before
    commitments.promise(
        kind=kind,
        subject=subject,
        owner=TEAM,
        text=kind.says(title=title),
        times=times(due_at, _warn_before(kind), chase_every),
        at=at,
    )


def promise_window(found: Announcement, window: Period, at: datetime) -> None:
    """Owe its start, unless it has begun, and its end."""
    if found.state == Announcement.State.PLANNED:
        _promise(START, found.about, found.title, max(window.start, at), at)
    _promise(END, found.about, found.title, window.end, at)


def promise_updates(
    found: Announcement, due: Sequence[datetime], at: datetime
) -> Sequence[datetime]:
    """Owe an update at each of these times, a commitment each."""
    for one in due:
        row, _ = PromisedUpdate.objects.get_or_create(announcement=found, due_at=one)
        _promise(UPDATE, row.about, found.title, one, at)
    return due


def keep_updates(found: Announcement, at: datetime) -> list[datetime]:
    """Settle the promised updates that one told at `at` keeps; give the times of the others."""
    owed = broadcasts.open_promises(found)
    kept = broadcast.kept_by([one.due_at for one in owed], at)
    for one in owed:
        if one.due_at in kept:
            commitments.keep(kind=UPDATE, subject=one.subject, at=at)
    return [one.due_at for one in owed if one.due_at not in kept]


def drop_early_updates(found: Announcement, window: Period, at: datetime) -> list[datetime]:
    """Withdraw the updates promised for before the work begins; give those within `window`."""
    owed = broadcasts.open_promises(found)
    for one in owed:
        if found.state == Announcement.State.PLANNED and one.due_at < window.start:
            commitments.withdraw(kind=UPDATE, subject=one.subject, at=at)
    return [one.due_at for one in owed if window.start <= one.due_at <= window.end]


def drop_updates(found: Announcement, at: datetime, *, but: Collection[datetime] = ()) -> None:
    """Owe no more updates of it, `but` those at these times."""
    for one in broadcasts.open_promises(found):
        if one.due_at not in but:
            commitments.withdraw(kind=UPDATE, subject=one.subject, at=at)


def reword(found: Announcement) -> None:
    """Let what is owed name the work as it is called now."""
    texts = {kind: kind.says(title=found.title) for kind in (START, END)}
    wordings.reword(subject=found.about, texts=texts)
    for one in broadcasts.open_promises(found):
        wordings.reword(subject=one.subject, texts={UPDATE: UPDATE.says(title=found.title)})
