"""One form that is sent twice is one announcement."""

from datetime import datetime

from dutydesk.announcements.models import Announcement
from dutydesk.announcements.rules.broadcast import Broadcast
from dutydesk.announcements.rules.repeats import TWICE, Announced, sent_twice
from dutydesk.kernel.actions import Person


def sent_before(draft: Broadcast, by: Person, at: datetime) -> Announcement | None:
    """Give the announcement that this very form made already; not one that was called off."""
    lately = Announcement.objects.filter(by=by.name, at__gt=at - TWICE, title=draft.title)
    standing = lately.exclude(state=Announcement.State.CANCELLED)
    known = {row.pk: row for row in standing.prefetch_related("services", "promised")}
    services, updates = frozenset(draft.services), frozenset(draft.updates)
    said = (by.name, draft.title, draft.text, services, draft.window, updates)
    new = Announced(0, *said, at=at)
    found = sent_twice(new, [_announced(row) for row in known.values()])
    return known[found.number] if found is not None else None


def _announced(row: Announcement) -> Announced:
    services = frozenset(one.pk for one in row.services.all())
    updates = frozenset(one.due_at for one in row.promised.all())
    said = (row.by, row.title, row.text, services, row.window, updates)
    return Announced(row.pk, *said, at=row.at)
