"""What the measures show of requests: those of a log that was taken in, and the desk's own."""

from collections import Counter
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from dutydesk.desk.models import ImportedRequests, Question
from dutydesk.desk.rules.kinds import kinds, respelt
from dutydesk.measures.rules.volumes import volumes
from dutydesk.process.rules.model import Process

UNKNOWN = "Kind not known"


def shown(current: Process) -> dict[str, Any]:
    """Give the volumes by kind and month, and which spellings were taken as one kind."""
    counted = _imported() + _asked(current)
    used: Counter[str] = Counter()
    for spelling, _, count in counted:
        used[spelling] += count
    known = kinds(used)
    return {
        "volumes": volumes((known[spelling], month, count) for spelling, month, count in counted),
        "respelt": respelt(used),
        "kinds_before": len(used),
    }


def _imported() -> list[Any]:
    by_month = ImportedRequests.objects.annotate(month=TruncMonth("on"))
    return list(by_month.values_list("action", "month").annotate(sum=Sum("count")))


def _asked(current: Process) -> list[Any]:
    titles = {kind.id: kind.title for kind in current.ask.kinds}
    asked = Question.objects.exclude(state=Question.State.WITHDRAWN)
    by_month = asked.annotate(month=TruncMonth("asked_at", tzinfo=current.zone))
    found = by_month.values_list("kind", "month").annotate(count=Count("pk"))
    return [
        (titles.get(kind, kind) or UNKNOWN, month.date(), count) for kind, month, count in found
    ]
