"""The desk in numbers, for Prometheus: asked of the database when they are asked for.

Source of the format and of the names' endings:
https://prometheus.io/docs/instrumenting/exposition_formats/ and /docs/practices/naming/.
"""

import hmac
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import DatabaseError, connection
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from dutydesk.alarms.models import Alarm, Alert
from dutydesk.commitments.models import Commitment
from dutydesk.data_folder import home, metrics_token
from dutydesk.database.postgresql import standing
from dutydesk.incidents.models import REAL, Incident
from dutydesk.oncall.models import OPEN, Call, Page
from dutydesk.oncall.rules.promises import ACKNOWLEDGE
from dutydesk.outbox.models import OutboxMessage
from dutydesk.site import work_metrics
from dutydesk.site.health import WORKER_SILENT
from dutydesk.site.lag import overdue, workers
from dutydesk.site.storage import TRIALS, room
from dutydesk.web.live import listener
from dutydesk.web.screens import rule
from dutydesk.wiring import clock


@rule("public")
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the metrics to whoever sends the token, wherever they seem to come from.

    A proxy that adds nothing can't be told from somebody on this machine.
    """
    if not _may_read(request):
        return HttpResponse(
            "Metrics are for whoever sends the token as “Authorization: Bearer …”. It is in the "
            "file metrics-token of the data folder, or what DUTYDESK_METRICS_TOKEN says.\n",
            status=401,
            content_type="text/plain; charset=utf-8",
            headers={"WWW-Authenticate": "Bearer"},
        )
    registry = CollectorRegistry()
    try:
        registry.register(DeskCollector(clock().now()))
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    except DatabaseError as error:
        connection.close()
        says = f"The database can't be reached ({type(error).__name__}).\n"
        plain, again = "text/plain; charset=utf-8", {"Retry-After": "1"}
        return HttpResponse(says, status=503, content_type=plain, headers=again)


def _may_read(request: HttpRequest) -> bool:
    token, given = metrics_token(), request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _gauge(name: str, says: str, label: str, rows: Iterable[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(f"dutydesk_{name}", says, labels=[label])
    for value, number in rows:
        family.add_metric([value], number)
    return family


def _counts(counted: Iterable[tuple[str, int]], values: Iterable[str]) -> list[tuple[str, int]]:
    """Give the number of each value, 0 for what there is none of: a series must not vanish."""
    found = dict(counted)
    return [(value, found.get(value, 0)) for value in values]


class DeskCollector(Collector):
    """Asks a handful of questions of the database, at one moment."""

    def __init__(self, at: datetime) -> None:
        """Tell how things stand at `at`."""
        self._at = at

    def describe(self) -> Iterable[Metric]:
        """Give nothing: what there is, is found when it is collected."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Give each metric. Raises DatabaseError if the database is away."""
        late = [(kind, by.total_seconds()) for kind, by in overdue().late(self._at)]
        yield _gauge("oldest_overdue_seconds", "How late the oldest of each kind is", "kind", late)
        yield GaugeMetricFamily(
            "dutydesk_workers", "Workers heard of just now", value=workers(WORKER_SILENT)
        )
        yield from self._held()
        yield from self._open()
        yield from self._owed()
        yield from self._ever()
        yield from work_metrics.collect(self._at)

    def _held(self) -> Iterator[Metric]:
        pool = standing()
        rows = [*vars(pool).items(), ("listening", int(listener.listens))]
        says = "Connections of this web process to the database: the pool's size, taken, "
        says += "waited for; listening: one beside the pool"
        yield _gauge("database_connections", says, "what", rows)
        stores = not TRIALS.trouble(self._at)
        yield GaugeMetricFamily(
            "dutydesk_stores", "Whether the database stores what is written", value=stores
        )
        found = room(home())
        if found is not None:
            rows = [("free", found.free), ("size", found.size)]
            yield _gauge("disk_bytes", "The disk of the data folder", "what", rows)

    def _open(self) -> Iterator[Metric]:
        incidents = Incident.objects.filter(REAL, state="open").order_by().values_list("priority")
        rows = _counts(incidents.annotate(n=Count("id")), Incident.Priority.values)
        yield _gauge("open_incidents", "Incidents that are open", "priority", rows)
        alarms = Alarm.objects.filter(state="firing").order_by().values_list("severity")
        rows = _counts(alarms.annotate(n=Count("id")), Alarm.Severity.values)
        yield _gauge("firing_alarms", "Alarms that fire", "severity", rows)
        pages = Page.objects.filter(state__in=OPEN).order_by().values_list("state")
        rows = _counts(pages.annotate(n=Count("id")), OPEN)
        yield _gauge("open_pages", "Pages that nobody has settled", "state", rows)

    def _owed(self) -> Iterator[Metric]:
        owed = Q(state=OutboxMessage.State.OWED)
        messages = OutboxMessage.objects.aggregate(
            owed=Count("id", filter=owed),
            failing=Count("id", filter=owed & ~Q(reason="")),
            failed=Count("id", filter=Q(state=OutboxMessage.State.FAILED)),
        )
        rows = [(name, messages[name]) for name in ("owed", "failing")]
        yield _gauge("outbox", "Outbox messages owed; failing: tried in vain so far", "state", rows)
        yield CounterMetricFamily(
            "dutydesk_outbox_failed", "Outbox messages given up for good", value=messages["failed"]
        )
        late = Commitment.objects.filter(state=Commitment.State.OPEN, due_at__lte=self._at)
        yield GaugeMetricFamily(
            "dutydesk_promises_late", "Promises of people that are due and open", value=late.count()
        )

    def _ever(self) -> Iterator[Metric]:
        heard = Alert.objects.aggregate(n=Sum("count"))["n"] or 0
        yield CounterMetricFamily("dutydesk_alerts_received", "Alerts received", value=heard)
        yield CounterMetricFamily(
            "dutydesk_pages_sent", "Calls of one person for a page", value=Call.objects.count()
        )
        settled = work_metrics.settled(self._at)
        answered = {
            "yes": settled[ACKNOWLEDGE, Commitment.State.KEPT],
            "no": settled[ACKNOWLEDGE, Commitment.State.LATE]
            + settled[ACKNOWLEDGE, Commitment.State.MISSED],
        }
        family = CounterMetricFamily(
            "dutydesk_pages_answered", "Calls answered in time, or not", labels=["in_time"]
        )
        for value in ("yes", "no"):
            family.add_metric([value], answered[value])
        yield family
        yield from work_metrics.promises(settled)
