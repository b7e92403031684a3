"""Asks Prometheus for the values of a query over a range.

Source: https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
"""

import logging
import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx

from dutydesk.adapters.trusted import authorities
from dutydesk.ports.time_series import SeriesTrouble

PATIENCE = 20.0
LARGEST = 10_000_000
_HINTS = {
    400: "Correct the query in the process file.",
    401: "See to DUTYDESK_PROMETHEUS_TOKEN.",
    403: "See to DUTYDESK_PROMETHEUS_TOKEN.",
    404: "See to DUTYDESK_PROMETHEUS_URL.",
    422: "Correct the query in the process file.",
}
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class PrometheusSeries:
    """Gives the values of queries. `token` gives what opens it, or nothing."""

    def __init__(self, url: str, token: Callable[[], str], patience: float = PATIENCE) -> None:
        """Ask at this address, and wait so many seconds for a part of an answer."""
        self._url, self._token, self._patience = url, token, patience

    def values(
        self, query: str, *, start: datetime, end: datetime, step: timedelta
    ) -> Sequence[tuple[datetime, float]]:
        """Give the values at `start` and each `step` later, up to `end`; NaN is none."""
        asked = {
            "query": query,
            "start": f"{start.timestamp():.3f}",
            "end": f"{end.timestamp():.3f}",
            "step": f"{step.total_seconds():.3f}",
        }
        found = self._data(self._ask(asked))
        if len(found) > 1:
            raise SeriesTrouble(
                f"The query gives {len(found)} series.",
                "Make them one in the process file, with min(), max() or avg() around.",
            )
        try:
            listed = [(float(at), float(value)) for one in found for at, value in one["values"]]
        except (KeyError, TypeError, ValueError) as error:
            raise _strange() from error
        begun, each = start.timestamp(), step.total_seconds()
        return [  # On the times that were asked for: the answer's are cut to milliseconds.
            (start + round((at - begun) / each) * step, value)
            for at, value in listed
            if not math.isnan(value)
        ]

    def _ask(self, asked: dict[str, str]) -> Any:
        try:
            token = self._token()
        except (OSError, UnicodeDecodeError):
            raise SeriesTrouble(
                "DUTYDESK_PROMETHEUS_TOKEN_FILE can't be read.", "Put the file there."
            ) from None
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        address = f"{self._url}/api/v1/query_range"
        try:
            with (
                httpx.Client(
                    timeout=self._patience, trust_env=False, verify=authorities()
                ) as client,
                client.stream("POST", address, data=asked, headers=headers) as answer,
            ):
                return self._read(answer)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            # Its text may name the address, and the address may hold a secret.
            raise SeriesTrouble(
                f"Prometheus can't be reached ({type(error).__name__}).",
                "See whether it runs, and to DUTYDESK_PROMETHEUS_URL.",
            ) from None

    def _read(self, answer: httpx.Response) -> Any:
        body = bytearray()
        for part in answer.iter_bytes():
            body += part
            if len(body) > LARGEST:
                raise SeriesTrouble(
                    "Prometheus answers more than is read.", "Let the query give one series."
                )
        try:
            said = httpx.Response(200, content=bytes(body)).json()
        except ValueError:
            said = None
        if answer.status_code != 200:
            why = said.get("error", "") if isinstance(said, dict) else ""
            raise SeriesTrouble(
                f"Prometheus answered {answer.status_code}"
                + (f": {str(why)[:300].rstrip('.')}." if why else "."),
                _HINTS.get(answer.status_code, "See what is wrong with Prometheus."),
            )
        return said

    def _data(self, said: Any) -> list[Any]:
        try:
            data = said["data"]
            if said["status"] != "success" or data["resultType"] != "matrix":
                raise _strange()
            found: list[Any] = list(data["result"])
        except (KeyError, TypeError) as error:
            raise _strange() from error
        return found


def _strange() -> SeriesTrouble:
    return SeriesTrouble(
        "What answered is no Prometheus.", "See to DUTYDESK_PROMETHEUS_URL, and what is before it."
    )
