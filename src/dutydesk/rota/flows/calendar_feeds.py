"""Calendars: secret addresses under which people's and rotas' shifts are to be had."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q

from dutydesk.journal.flows import journal
from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.tokens import digest_of
from dutydesk.people.flows import secret_addresses
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota.flows.shift_build import EditRefused, RotaChanged
from dutydesk.rota.models import (
    CalendarFeed,
    CoverNomination,
    Duty,
    Installation,
    Outlook,
    Shift,
)
from dutydesk.rota.rules import ical
from dutydesk.rota.rules.duty import why

_BACK = timedelta(days=60)
_GHOSTS = timedelta(days=3)
_ALARMS = (timedelta(days=1), timedelta(minutes=30))


@transaction.atomic
def make(
    *,
    engineer: int | None,
    duty: str,
    by: str,
    at: datetime,
    maker: int | None = None,
    busy: bool = False,
) -> str:
    """Make a calendar of one person's shifts, or of a duty's; give its secret, kept nowhere.

    `busy`: its shifts take up the time of whoever looks at them; else they only stand there. A
    person's earlier calendar goes on working until it is revoked. It ends with the account of
    its `maker`, and is back with it.
    """
    if engineer is None and duty not in Duty.values:
        raise EditRefused("Nothing was chosen.", "Choose a person or a rota.")
    token, feed = secret_addresses.make(
        CalendarFeed.objects.all(),
        by=by,
        maker=maker,
        at=at,
        engineer_id=engineer,
        duty=duty,
        busy=busy,
    )
    _record(f"A calendar of {_of(feed)} was made", at, by)
    return token


@transaction.atomic
def revoke(*, number: int, by: str, at: datetime) -> str:
    """Let a calendar's address stop working; say of what it was."""
    feed = secret_addresses.revoke(CalendarFeed.objects.all(), number=number, at=at)
    if feed is None:
        raise EditRefused("This calendar is gone.", "There is nothing to revoke.")
    _record(f"A calendar of {_of(feed)} was revoked", at, by)
    return f"The calendar of {_of(feed)} no longer works."


def _of(feed: CalendarFeed) -> str:
    return f"{feed.engineer.name}'s shifts" if feed.engineer else f"the {feed.duty} rota"


def _record(text: str, at: datetime, by: str) -> None:
    journal.record(
        event=RotaChanged([], 0), subject="rota", text=text, at=at, actor=by, clause="oncall.rota"
    )


class AddressStopped(Refused):
    """An address was good once, and is no more, since whoever it was of or from has left."""


@dataclass(frozen=True)
class ServedCalendar:
    """A calendar as it is now: a mark of what is in it, and since when that is so."""

    text: str
    mark: str
    since: datetime


def calendar(*, token: str, at: datetime) -> str | None:
    """Give what is in a calendar as iCalendar text, or None if no address stands."""
    try:
        found = served(token=token, at=at)
    except AddressStopped:
        return None
    return found.text if found else None


def served(*, token: str, at: datetime) -> ServedCalendar | None:
    """Give a calendar with its mark, or None if there is no such address, or it was revoked.

    From two months back to the horizon. A shift that was taken away is sent as cancelled for a few
    days. AddressStopped once who made it, or whose shifts it shows, has left.
    """
    feeds = CalendarFeed.objects.select_related("engineer__account", "maker")
    feed = secret_addresses.read(feeds, token=token, at=at)
    if feed is None:
        stopped = feeds.filter(token_hash=digest_of(token), revoked_at=None).first()
        if stopped is not None and _left(stopped):
            raise AddressStopped(
                f"This calendar of {_of(stopped)} has stopped: who made it has left.",
                "Make an address of your own under Calendars.",
            )
        return None
    text = _text(feed, at)
    mark = sha256(text.encode()).hexdigest()
    since = feed.marked_at
    if mark != feed.mark or since is None:
        since = at
        CalendarFeed.objects.filter(pk=feed.pk).update(mark=mark, marked_at=at)
    return ServedCalendar(text, mark, since)


def _left(feed: CalendarFeed) -> bool:
    """Say whether who made it, or whose shifts it shows, has left; a closed account may reopen."""
    if feed.engineer is not None and not feed.engineer.active:
        return True
    theirs = Engineer.objects.filter(account=feed.maker_id, active=False)
    return feed.maker_id is not None and theirs.exists()


def _text(feed: CalendarFeed, at: datetime) -> str:
    chosen = Q(engineer=feed.engineer) if feed.engineer else Q(duty=feed.duty)
    shifts = Shift.objects.filter(chosen, _shown(at), end__gt=at - _BACK).select_related("engineer")
    horizon = dict(Outlook.objects.values_list("duty", "built_until"))
    here = installation()
    entries = [
        _entry(shift, horizon.get(shift.duty), here) for shift in shifts.order_by("start", "id")
    ]
    if feed.engineer or feed.duty == Duty.SUPPORT:
        entries += _nominations(feed.engineer, at, here)
    team = process.in_force().team.name
    alarms = _ALARMS if feed.engineer else ()
    return ical.write(f"{team}: {_of(feed)}", entries, alarms=alarms, busy=feed.busy)


def _shown(at: datetime) -> Q:
    """Choose what stands, and what was taken away so lately that calendars may not know it."""
    return Q(cancelled_at=None) | Q(cancelled_at__gt=at - _GHOSTS)


def installation() -> str:
    """Give this desk's own name, the same for ever: two desks' entries share no UID. RFC 7986."""
    with transaction.atomic():
        found, _ = Installation.objects.get_or_create(pk=1)
    return f"{found.name}.dutydesk"


def _nominations(engineer: Engineer | None, at: datetime, here: str) -> list[ical.CalendarEntry]:
    """Give who answers the ask channel when; what was handed back is sent as cancelled."""
    found = CoverNomination.objects.filter(_shown(at), end__gt=at - _BACK)
    rows = found.select_related("engineer").order_by("start", "id")
    titles = {part.id: part.title for part in process.in_force().ask.cover.parts}
    return [
        ical.CalendarEntry(
            uid=f"cover-{row.pk}@{here}",
            summary=f"Answering, {titles.get(row.part, row.part).lower()}: {row.engineer.name}",
            period=row.period,
            changed=row.changed_at,
            description=f"{row.engineer.name} {why('support', 'cover')}.",
            sequence=row.sequence,
            cancelled=row.cancelled_at is not None,
        )
        for row in (rows.filter(engineer=engineer) if engineer else rows)
    ]


def _entry(shift: Shift, horizon: datetime | None, here: str) -> ical.CalendarEntry:
    return ical.CalendarEntry(
        uid=f"shift-{shift.pk}@{here}",
        summary=f"{shift.get_duty_display()}: {shift.engineer.name}",
        period=Period(shift.start, shift.end),
        changed=shift.changed_at or shift.start,
        description=f"{shift.engineer.name} {why(shift.duty, shift.kind)}.",
        sequence=shift.sequence + (shift.cancelled_at is not None),
        cancelled=shift.cancelled_at is not None,
        truncated=horizon is not None and shift.end >= horizon,
    )
