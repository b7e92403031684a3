"""Taking in a log of requests that was kept elsewhere."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from dutydesk.database import rows
from dutydesk.desk.models import ImportedRequests
from dutydesk.desk.rules.requests import Request

_LOCK = "import requests"


@dataclass(frozen=True, slots=True)
class ImportedLog:
    """How many requests are new, how many were here, and how many the log no longer has."""

    new: int
    same: int
    gone: int


@transaction.atomic
def take_in(requests: Iterable[Request]) -> ImportedLog:
    """Keep the requests of a log, all or none.

    What it tells of a day replaces what was taken in for that day, so that a log can be taken in
    twice, longer, or corrected.
    """
    rows.lock([_LOCK])
    told = Counter((one.on, one.kind, one.action) for one in requests)
    days = {on for on, _, _ in told}
    known = _known(days)
    ImportedRequests.objects.filter(on__in=days).delete()
    ImportedRequests.objects.bulk_create(
        ImportedRequests(on=on, kind=kind, action=action, count=count)
        for (on, kind, action), count in sorted(told.items())
    )
    same = (told & known).total()
    return ImportedLog(told.total() - same, same, known.total() - same)


def _known(days: Iterable[date]) -> Counter[tuple[date, str, str]]:
    kept = ImportedRequests.objects.filter(on__in=days)
    return Counter({(one.on, one.kind, one.action): one.count for one in kept})


def spellings() -> Counter[str]:
    """Give how often each spelling of a kind stands in what was taken in."""
    counts: Counter[str] = Counter()
    for action, count in ImportedRequests.objects.values_list("action", "count"):
        counts[action] += count
    return counts
