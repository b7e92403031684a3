"""Asking Slack's Web API: once, in a bounded time, with errors in our words.

Source: https://docs.slack.dev/apis/web-api/ (rate limits: /apis/web-api/rate-limits).
"""

import json
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from dutydesk.ports.delivery import Undelivered

logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)
URL = "https://slack.com/api/"
PATIENCE = 7
_LONGEST = 3600
# What passes by itself, of the errors that Slack answers with 200.
_PASSING = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}


class SlackCall(Protocol):
    """Calls one method of the Web API and gives what it answers. Raises Undelivered."""

    def __call__(self, method: str, /, **values: Any) -> Mapping[str, Any]:
        """Call it with these values; those that are None are left out."""
        ...


class Api:
    """The Web API, opened by a bot's token or an app's."""

    def __init__(self, token: str, url: str = URL, patience: int = PATIENCE) -> None:
        """Ask at `url`, and wait `patience` seconds for each answer."""
        address = url.rstrip("/") + "/"
        self._client = WebClient(token, base_url=address, timeout=patience, retry_handlers=[])

    def __call__(self, method: str, /, **values: Any) -> Mapping[str, Any]:
        """Call it once; lists and mappings are sent as JSON, as every method understands them."""
        sent = {
            name: json.dumps(value) if isinstance(value, list | Mapping) else value
            for name, value in values.items()
            if value is not None
        }
        try:
            answer = self._client.api_call(method, data=sent)
        except SlackApiError as error:
            raise _judged(method, error) from error
        except (SlackClientError, OSError, ValueError) as error:
            raise Undelivered(f"Slack can't be reached ({type(error).__name__})") from error
        return answer.data if isinstance(answer.data, Mapping) else {}


def _judged(method: str, error: SlackApiError) -> Undelivered:
    """Say in our words what is wrong. The answer's text may repeat what was sent; it stays out."""
    answer = error.response
    status = int(getattr(answer, "status_code", 0))
    data = getattr(answer, "data", None)
    says = str(data.get("error", "")) if isinstance(data, Mapping) else ""
    if status == 429 or says == "ratelimited":
        wait = str(answer.headers.get("Retry-After") or answer.headers.get("retry-after") or "")
        seconds = int(wait) if wait.isdecimal() else 30
        again = timedelta(seconds=min(seconds, _LONGEST))
        return Undelivered(f"Slack is busy ({method})", retry_after=again)
    if not says or status >= 500 or says in _PASSING:
        return Undelivered(f"Slack is ailing ({method}: {status} {says})")
    return Undelivered(f"Slack refused {method}: {says[:60]}", permanent=True)
