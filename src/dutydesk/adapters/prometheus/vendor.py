"""Prometheus: asked how services were, if DUTYDESK_PROMETHEUS_URL is set."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from importlib import import_module

from dutydesk.ports.time_series import SeriesSource
from dutydesk.ports.vendor import Connection, Surroundings, Vendor
from dutydesk.settings import Settings


class Queries:
    """Loads the library that asks, some 10 MiB, once there is something to ask."""

    def __init__(self, settings: Settings) -> None:
        """Load nothing yet."""
        self._settings = settings

    def _token(self) -> str:
        """Give the token; a file is read anew each time, since tokens are renewed."""
        file = self._settings.files.get("DUTYDESK_PROMETHEUS_TOKEN")
        given = self._settings.prometheus.token.get_secret_value()
        return file.read_text().strip() if file else given

    @cached_property
    def _source(self) -> SeriesSource:
        client = import_module("dutydesk.adapters.prometheus.client")
        made: SeriesSource = client.PrometheusSeries(self._settings.prometheus.url, self._token)
        return made

    def values(
        self, query: str, *, start: datetime, end: datetime, step: timedelta
    ) -> Sequence[tuple[datetime, float]]:
        """Give the values of a query."""
        return self._source.values(query, start=start, end=end, step=step)


def connect(desk: Surroundings) -> Connection:
    """Bring what asks Prometheus."""
    if not desk.settings.prometheus.url:
        return Connection()
    return Connection(offers={SeriesSource: Queries(desk.settings)})


VENDOR = Vendor("prometheus", connect)
