"""Requests that were refused: counted by day, door, sender and reason, and kept for a week."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from dutydesk.inbox.models import RefusedRequest

KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RefusalReason:
    """Why a request was refused, and whose it was; `sender` is empty where no key opened."""

    door: str
    status: int
    reason: str
    sender: str = ""


@dataclass(frozen=True, slots=True)
class RefusalCount:
    """How often something was refused, and when it was the last time."""

    count: int
    last_at: datetime

    def plus(self, other: "RefusalCount") -> "RefusalCount":
        """Give both together."""
        return RefusalCount(self.count + other.count, max(self.last_at, other.last_at))


@transaction.atomic
def record(counts: Mapping[RefusalReason, RefusalCount]) -> None:
    """Add so many of each to those of the day of its last."""
    for refusal, counted in sorted(counts.items(), key=lambda pair: str(pair[0])):
        count, at = counted.count, counted.last_at
        row, new = RefusedRequest.objects.get_or_create(
            door=refusal.door,
            sender=refusal.sender[:100],
            status=refusal.status,
            reason=refusal.reason[:300],
            day=at.astimezone(UTC).date(),
            defaults={"count": count, "last_at": at},
        )
        if not new:
            mine = RefusedRequest.objects.filter(pk=row.pk)
            mine.update(count=F("count") + count, last_at=Greatest("last_at", at))


def lately(*, at: datetime, doors: Collection[str] = ()) -> list[RefusedRequest]:
    """Give what was refused within a week, the last first; at these doors, or at all."""
    found = RefusedRequest.objects.filter(last_at__gt=at - KEPT)
    return list(found.filter(door__in=doors) if doors else found)


def forget(*, at: datetime) -> None:
    """Forget what is older than a week."""
    RefusedRequest.objects.filter(last_at__lte=at - KEPT).delete()
