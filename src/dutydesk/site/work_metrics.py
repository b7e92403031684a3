"""The team's work in numbers, for Prometheus: what waits, and how long things took.

What waits is asked each time. What is over only grows, so it is remembered up to a moment, and only
what came since is asked for: a scrape costs the same after ten years. Where there is nothing to
measure there is no series, since a 0 would say that it took no time.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from django.db.models import Avg, Count, Min, Q
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from dutydesk.commitments.models import Commitment
from dutydesk.database import rows
from dutydesk.desk.models import Question
from dutydesk.handovers.models import Handover
from dutydesk.incidents.models import REAL, Incident
from dutydesk.oncall.models import Page
from dutydesk.postmortems.models import Improvement

AGES = (
    ("under 15 minutes", timedelta(0)),
    ("under 1 hour", timedelta(minutes=15)),
    ("under 1 day", timedelta(hours=1)),
    ("1 day or more", timedelta(days=1)),
)
HAPPINESS = timedelta(days=30)
_SETTLING = timedelta(minutes=10)
"""An earlier moment may be written so much later: a chat outside tells late of what was said."""
_LONGEST = timedelta(days=31)
"""A first answer or acknowledgement that took longer is not counted once it comes."""


@dataclass
class Durations:
    """How long things of a kind took, up to `until`: how many within each bound, and the sum."""

    says: str
    statement: str
    bounds: tuple[float, ...]
    until: datetime | None = None
    counts: list[int] = field(default_factory=list)
    total: float = 0.0

    def follow(self, to: datetime) -> None:
        """Add what came since."""
        since = self.until or datetime.min.replace(tzinfo=to.tzinfo)
        oldest = since - _LONGEST if self.until else since
        values = {"bounds": list(self.bounds), "since": since, "to": to, "oldest": oldest}
        counts = self.counts or [0] * (len(self.bounds) + 1)
        for place, many, took in rows.run(self.statement, values).fetchall():
            counts[place] += many
            self.total += took
        self.counts, self.until = counts, to

    def family(self, name: str) -> Metric | None:
        """Give it as a histogram; nothing if nothing of the kind came yet."""
        if not sum(self.counts):
            return None
        within, buckets = 0, []
        for bound, many in zip((*map(str, self.bounds), "+Inf"), self.counts, strict=True):
            within += many
            buckets.append((bound, within))
        found = HistogramMetricFamily(f"dutydesk_{name}", self.says)
        found.add_metric([], buckets, self.total)
        return found


_TOOK = """
    SELECT width_bucket(took - 1e-9, %(bounds)s::float8[]), count(*), sum(took)
    FROM (
        SELECT extract(epoch FROM {ended} - {began})::float8 AS took FROM {table}
        WHERE {ended} > %(since)s AND {ended} <= %(to)s AND {began} > %(oldest)s {also}
    ) AS each GROUP BY 1
"""


@dataclass
class WorkMemory:
    """What this process remembers of what is over."""

    tallies: dict[str, Durations]
    kept: Counter[tuple[str, str]] = field(default_factory=Counter)
    until: datetime | None = None

    def follow(self, at: datetime) -> None:
        """Bring all of it up to date."""
        to = at - _SETTLING
        if self.until is not None and to <= self.until:
            return
        for tally in self.tallies.values():
            tally.follow(to)
        self.kept += _settled(Q(settled_at__lte=to) & self._since())
        self.until = to

    def _since(self) -> Q:
        return Q() if self.until is None else Q(settled_at__gt=self.until)

    def settled(self) -> Counter[tuple[str, str]]:
        """Give how many promises of each kind are kept, late and missed by now."""
        return self.kept + _settled(self._since())


def _settled(which: Q) -> Counter[tuple[str, str]]:
    over = Commitment.objects.filter(which, state__in=["kept", "late", "missed"]).exclude(owner="")
    found = over.order_by().values_list("kind", "state").annotate(n=Count("id"))
    return Counter({(kind, state): many for kind, state, many in found})


def nothing_yet() -> WorkMemory:
    """Give the memory of a process that was never asked."""
    answer = _TOOK.format(
        began="asked_at",
        ended="answered_at",
        table="desk_question",
        also="AND state <> 'withdrawn'",
    )
    acknowledge = _TOOK.format(
        began="raised_at",
        ended="first_acknowledged_at",
        table="oncall_page",
        also="AND only_id IS NULL",
    )
    return WorkMemory(
        {
            "question_first_answer_seconds": Durations(
                "How long questions waited for their first answer, at any hour", answer,
                (60.0, 300.0, 900.0, 1800.0, 3600.0, 14400.0, 86400.0),
            ),
            "page_acknowledge_seconds": Durations(
                "How long pages called until somebody acknowledged them", acknowledge,
                (30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0),
            ),
        }
    )  # fmt: skip


_remembered = nothing_yet()
_turn = Lock()


def collect(at: datetime) -> Iterator[Metric]:
    """Give each metric of the work as it stands at `at`. Raises DatabaseError."""
    yield from _waiting(at)
    yield from _going_on(at)
    with _turn:
        _remembered.follow(at)
        found = [tally.family(name) for name, tally in _remembered.tallies.items()]
    yield from filter(None, found)


def settled(at: datetime) -> Counter[tuple[str, str]]:
    """Give how many promises of each kind and outcome are settled. Raises DatabaseError."""
    with _turn:
        _remembered.follow(at)
        return _remembered.settled()


def promises(kept: Counter[tuple[str, str]]) -> Iterator[Metric]:
    """Give how many promises were kept, late and missed; nothing before the first."""
    if kept:
        family = CounterMetricFamily(
            "dutydesk_commitments", "Promises that are settled", labels=["kind", "outcome"]
        )
        for (kind, outcome), many in sorted(kept.items()):
            family.add_metric([kind, outcome], many)
        yield family


def _waiting(at: datetime) -> Iterator[Metric]:
    bounds = [at - age for _, age in AGES]
    ranges = [
        Q(unanswered_since__lte=newest)
        & (Q(unanswered_since__gt=bounds[n + 1]) if n + 1 < len(bounds) else Q())
        for n, newest in enumerate(bounds)
    ]
    ages = {f"age{n}": Count("id", filter=each) for n, each in enumerate(ranges)}
    unanswered = Question.objects.filter(state=Question.State.OPEN)
    found = unanswered.aggregate(oldest=Min("unanswered_since"), **ages)
    family = GaugeMetricFamily(
        "dutydesk_questions_waiting", "Questions without an answer, by their age", labels=["age"]
    )
    for n, (age, _) in enumerate(AGES):
        family.add_metric([age], found[f"age{n}"])
    yield family
    yield from _ages(
        "question_oldest_waiting_seconds", "Age of the oldest question without an answer",
        [("", found["oldest"])], at,
    )  # fmt: skip
    scores = Question.objects.filter(happiness_at__gt=at - HAPPINESS, happiness_at__lte=at)
    happy = scores.aggregate(mean=Avg("happiness"))["mean"]
    if happy is not None:
        says = "Mean happiness with support over 30 days, from 1 to 5"
        yield GaugeMetricFamily("dutydesk_happiness_score", says, value=float(happy))


def _going_on(at: datetime) -> Iterator[Metric]:
    incidents = Incident.objects.filter(REAL, state="open").order_by()
    began = incidents.values_list("priority").annotate(first=Min("declared"))
    says = "Age of the oldest open incident"
    yield from _ages("incident_oldest_open_seconds", says, began, at, label="priority")
    pages = Page.objects.filter(state=Page.State.CALLING, only=None)
    first = pages.aggregate(first=Min("raised_at"))["first"]
    says = "For how long the oldest page calls"
    yield from _ages("page_oldest_calling_seconds", says, [("", first)], at)
    given = Handover.objects.filter(state=Handover.State.GIVEN).aggregate(first=Min("given_at"))
    says = "For how long the oldest handover waits for somebody to accept it"
    yield from _ages("handover_oldest_given_seconds", says, [("", given["first"])], at)
    improvements = Improvement.objects.filter(state=Improvement.State.OPEN).aggregate(
        late=Count("id", filter=Q(due_at__lt=at)), n=Count("id")
    )
    family = GaugeMetricFamily(
        "dutydesk_improvements_open", "Improvements still to be made", labels=["overdue"]
    )
    family.add_metric(["yes"], improvements["late"])
    family.add_metric(["no"], improvements["n"] - improvements["late"])
    yield family


def _ages(
    name: str,
    says: str,
    began: Iterable[tuple[str, datetime | None]],
    at: datetime,
    label: str = "",
) -> Iterator[Metric]:
    """Give how long each goes on; nothing of what there is none of."""
    family = GaugeMetricFamily(f"dutydesk_{name}", says, labels=[label] if label else [])
    for value, first in began:
        if first is not None:
            age = max(0.0, (at - first).total_seconds())
            family.add_metric([value] if label else [], age)
    if family.samples:
        yield family
