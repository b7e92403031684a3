"""What became of promises: how many were kept, late or missed, by week and kind."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import TruncWeek

from dutydesk.commitments.models import Commitment
from dutydesk.commitments.rules import Outcomes, first_moment, outcomes

_KEPT_OR_NOT = Q(state__in=["kept", "late", "missed"]) & ~Q(owner="")


def lately(*, zone: ZoneInfo, at: datetime, kinds: Collection[str] | None = None) -> Outcomes:
    """Give what became of people's promises in the last weeks on the clock of `zone`. One query.

    Of these kinds only, if given. What was withdrawn was no longer owed and is left out.
    """
    settled = Commitment.objects.filter(_KEPT_OR_NOT, settled_at__gte=first_moment(at, zone))
    if kinds is not None:
        settled = settled.filter(kind__in=kinds)
    counted = (
        settled.annotate(week=TruncWeek("settled_at", tzinfo=zone))
        .order_by()
        .values_list("week", "kind", "state")
        .annotate(Count("pk"))
    )
    rows = [(week.date(), kind, state, number) for week, kind, state, number in counted]
    return outcomes(rows, at=at, zone=zone)
