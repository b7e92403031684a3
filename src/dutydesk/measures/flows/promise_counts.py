"""How people's promises ended, by kind and by period, out of tallies and one index."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from dutydesk.commitments.models import Commitment
from dutydesk.kernel.periods import Period
from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.measures.flows.statements import read
from dutydesk.measures.flows.tally_series import PROMISES
from dutydesk.measures.rules.promise_outcomes import PromiseOutcomes

_OVERDUE = """
SELECT kind, count(*) FROM commitments_commitment
WHERE state = 'open' AND NOT (owner = '')
  AND due_at >= %(start)s AND due_at < least(%(end)s, %(at)s)
GROUP BY kind
"""


def settled(tallies: DayTallies, periods: Sequence[Period]) -> list[dict[str, PromiseOutcomes]]:
    """Give for each of these periods, which touch and rise, how promises of each kind ended in it.

    A promise counts where it was settled. What only the desk itself owes is left out.
    """
    found = tallies.counts(PROMISES, periods)
    return [{kind: PromiseOutcomes(*counts) for kind, counts in one.items()} for one in found]


def overdue(span: Period, at: datetime) -> dict[str, int]:
    """Give how many promises of each kind are open at `at` and were due in `span` before that."""
    return dict(read(_OVERDUE, {"start": span.start, "end": span.end, "at": at}))


def rows(span: Period, states: Sequence[str]) -> QuerySet[Commitment]:
    """Give people's promises that ended so in `span`, the last first."""
    found = Commitment.objects.filter(settled_at__gte=span.start, settled_at__lt=span.end)
    return found.exclude(owner="").filter(state__in=states).order_by("-settled_at", "-id")


def overdue_rows(span: Period, at: datetime) -> QuerySet[Commitment]:
    """Give the promises that are open at `at` and were due in `span` before that, oldest first."""
    found = Commitment.objects.filter(state=Commitment.State.OPEN, due_at__gte=span.start)
    return found.exclude(owner="").filter(due_at__lt=min(span.end, at)).order_by("due_at", "id")
