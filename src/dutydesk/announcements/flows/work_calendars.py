"""Calendars of planned work: secret addresses, and one for everybody with a public status page."""

from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.announcements.flows.events import WorkCalendarChanged
from dutydesk.announcements.models import Announcement, WorkCalendar
from dutydesk.announcements.rules import work_ical
from dutydesk.announcements.rules.broadcast import AnnouncementRefused
from dutydesk.announcements.rules.work_ical import WorkEntry
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.people.flows import secret_addresses
from dutydesk.process.flows import process
from dutydesk.rota.flows.calendar_feeds import installation

_BACK = timedelta(days=60)


@transaction.atomic
def make(*, by: Person, at: datetime) -> str:
    """Make an address; give its secret, kept nowhere. It ends with the account of its maker."""
    rows = WorkCalendar.objects.all()
    token, made = secret_addresses.make(rows, by=by.name, maker=by.account, at=at)
    _record(made, f"{by.name} made a calendar of planned work", by, at)
    return token


@transaction.atomic
def revoke(*, number: int, by: Person, at: datetime) -> None:
    """Let an address stop working."""
    found = secret_addresses.revoke(WorkCalendar.objects.all(), number=number, at=at)
    if found is None:
        raise AnnouncementRefused("This calendar is gone.", "There is nothing to revoke.")
    _record(found, f"{by.name} revoked a calendar of planned work", by, at)


def calendar(*, token: str, at: datetime) -> str | None:
    """Give the planned work as iCalendar text, or None if there is no address that stands."""
    rows = WorkCalendar.objects.select_related("maker")
    found = secret_addresses.read(rows, token=token, at=at)
    return None if found is None else _write(at, public=False)


def public(*, at: datetime) -> str | None:
    """Give what users may see of it, or None unless the status page is public."""
    return _write(at, public=True) if process.in_force().status_page.shown == "public" else None


def _write(at: datetime, *, public: bool) -> str:
    current = process.in_force()
    here = installation()
    rows = Announcement.objects.filter(ends_at__gt=at - _BACK).order_by("starts_at", "id")
    entries = [_entry(row, here, public=public) for row in rows.prefetch_related("services")]
    title = f"{current.team.name}: planned work"
    return work_ical.write(title, [one for one in entries if one is not None], current.zone)


def _entry(row: Announcement, here: str, *, public: bool) -> WorkEntry | None:
    """Give the entry; None for what is not for users, on services that no user depends on."""
    services = [one for one in row.services.all() if one.user_facing or not public]
    if row.window is None or not services:
        return None
    facts = [
        row.text,
        row.impact,
        f"Services: {', '.join(one.name for one in services)}",
        f"Agreed with: {row.agreed_with}" if row.agreed_with and not public else "",
    ]
    return WorkEntry(
        uid=f"work-{row.pk}@{here}",
        summary=row.title,
        description="\n\n".join(filter(None, facts)),
        period=row.window,
        sequence=row.sequence,
        changed=row.changed_at or row.at,
        cancelled=row.state == Announcement.State.CANCELLED,
    )


def _record(of: WorkCalendar, text: str, by: Person, at: datetime) -> None:
    journal.record(
        event=WorkCalendarChanged(of.pk),
        subject="announcements",
        text=text,
        at=at,
        actor=by.name,
        clause="announce.when",
    )
