"""What became of promises: how many were kept, late or missed, by week and kind."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from dutydesk.commitments.models import Commitment
from dutydesk.commitments.rules import Outcomes, last_weeks, outcomes
from dutydesk.database.local_years import PlaceAmong
from dutydesk.kernel.periods import midnight

_KEPT_OR_NOT = Q(state__in=["kept", "late", "missed"]) & ~Q(owner="")


def lately(*, zone: ZoneInfo, at: datetime, kinds: Collection[str] | None = None) -> Outcomes:
    """Give what became of people's promises in the last weeks on the clock of `zone`. One query.

    Of these kinds only, if given. What was withdrawn was no longer owed and is left out.
    """
    weeks = last_weeks(at, zone)
    begins = [midnight(monday, zone) for monday in weeks]
    settled = Commitment.objects.filter(_KEPT_OR_NOT, settled_at__gte=begins[0])
    if kinds is not None:
        settled = settled.filter(kind__in=kinds)
    counted = (
        settled.annotate(week=PlaceAmong("settled_at", begins))
        .order_by()
        .values_list("week", "kind", "state")
        .annotate(Count("pk"))
    )
    return outcomes([(weeks[week - 1], *rest) for week, *rest in counted], weeks)
