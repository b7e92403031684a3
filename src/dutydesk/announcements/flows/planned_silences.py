"""Keeping the alarms of what is worked on quiet for as long as the work goes on."""

from datetime import datetime

from dutydesk.alarms.flows import silences
from dutydesk.alarms.flows.silences import SilenceDraft
from dutydesk.alarms.models import Silence
from dutydesk.announcements import words
from dutydesk.announcements.models import Announcement
from dutydesk.kernel.periods import Period


def begin(announcement: Announcement, window: Period, by: str, at: datetime) -> None:
    """Silence each service in `window`; each silence shows as such, and can be lifted by itself."""
    reason = words.mute_reason(announcement.title)
    announcement.silences = [
        silences.silence(
            wanted=SilenceDraft((), max(window.start, at), window.end, reason, service),
            by=by,
            at=at,
        ).pk
        for service in announcement.services.values_list("pk", flat=True)
    ]
    announcement.save(update_fields=["silences"])


def move(announcement: Announcement, window: Period, by: str, at: datetime) -> None:
    """Let the silences that still stand be as long as the work is now; one is made where it was."""
    if not announcement.silences:
        return
    end(announcement, by, at)
    begin(announcement, window, by, at)


def end(announcement: Announcement, by: str, at: datetime) -> None:
    """Lift those that still stand: what fires then pages."""
    standing = Silence.objects.filter(
        pk__in=announcement.silences, lifted_at=None, ends_at__gt=at
    ).order_by("pk")
    for number in standing.values_list("pk", flat=True):
        silences.lift(silence=number, by=by, at=at)
