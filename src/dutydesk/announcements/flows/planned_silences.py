"""Keeping the alarms of what is worked on quiet for as long as the work goes on."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from dutydesk.alarms.flows import active_silences, silences
from dutydesk.alarms.flows.silences import SilenceDraft
from dutydesk.alarms.models import Silence
from dutydesk.announcements import words
from dutydesk.announcements.models import Announcement
from dutydesk.kernel.periods import Period


def begin(announcement: Announcement, window: Period, by: str, at: datetime) -> None:
    """Silence each service in `window`; each silence shows as such, and can be lifted by itself."""
    _keep(announcement, _made(announcement, window, by, at))


def _made(
    announcement: Announcement,
    window: Period,
    by: str,
    at: datetime,
    besides: Collection[int | None] = (),
    replaces: Collection[int] = (),
) -> list[int]:
    reason = words.mute_reason(announcement.title)
    start = max(window.start, at)
    return [
        silences.silence(
            wanted=SilenceDraft((), start, window.end, reason, service),
            by=by,
            at=at,
            replaces=replaces,
        ).pk
        for service in announcement.services.values_list("pk", flat=True)
        if service not in besides
    ]


def _keep(announcement: Announcement, numbers: list[int]) -> None:
    announcement.silences = numbers
    announcement.save(update_fields=["silences"])


def move(announcement: Announcement, window: Period, by: str, at: datetime) -> None:
    """Let each service be quiet for as long as the work is now; not one that somebody lifted.

    The new silences are there before those of before are lifted: what fires calls nobody between.
    """
    if not announcement.silences:
        return
    active_silences.hold()  # Nobody lifts one between.
    there = Silence.objects.filter(pk__in=announcement.silences)
    lifted = dict(there.exclude(lifted_at=None).values_list("pk", "service"))
    before = list(_standing(announcement, at).values_list("pk", flat=True))
    made = _made(announcement, window, by, at, besides=set(lifted.values()), replaces=before)
    for number in before:
        silences.lift(silence=number, by=by, at=at)
    _keep(announcement, [*sorted(lifted), *made])


def end(announcement: Announcement, by: str, at: datetime) -> None:
    """Lift those that still stand: what fires then pages."""
    for number in _standing(announcement, at).values_list("pk", flat=True):
        silences.lift(silence=number, by=by, at=at)


def _standing(announcement: Announcement, at: datetime) -> QuerySet[Silence]:
    mine = Silence.objects.filter(pk__in=announcement.silences)
    return mine.filter(lifted_at=None, ends_at__gt=at).order_by("pk")
