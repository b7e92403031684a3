"""The vendor's client, made to try once, in a bounded time, and to keep secrets.

It would try again by itself, without end when PagerDuty is busy; outbox messages do that here.
It is loaded when it is first called: it holds 2 MiB in each process.
Sources: https://github.com/PagerDuty/python-pagerduty, and for which answers pass
https://developer.pagerduty.com/docs/events-api-v2-overview and /docs/rest-api-rate-limits.
"""

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

import httpx2
import pagerduty

from dutydesk.adapters.pagerduty.account import PagerDutyAccount
from dutydesk.ports.delivery import Undelivered

for _name in ("pagerduty", "httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

T = TypeVar("T")
_LONGEST = 3600


class _Events(pagerduty.EventsApiV2Client):
    max_network_attempts = 0

    def postprocess(self, response: httpx2.Response) -> None:
        """Judge each answer at once, before the client would try again."""
        judge(response)


class _Rest(pagerduty.RestApiV2Client):
    max_network_attempts = 0

    def postprocess(self, response: httpx2.Response, suffix: str | None = None) -> None:
        """Judge each answer at once, before the client would try again."""
        judge(response)


def judge(response: httpx2.Response) -> None:
    """Say in our words what is wrong with an answer. Its text may repeat a key, so it stays out."""
    status = response.status_code
    if response.is_success:
        return
    if status == 429:
        raise Undelivered("PagerDuty is busy (429)", retry_after=_wait(response.headers))
    if status >= 500 or status in (408, 425) or 300 <= status < 400:
        raise Undelivered(f"PagerDuty is ailing ({status})")
    hint = ": see to its key" if status in (401, 403) else ""
    raise Undelivered(f"PagerDuty refused it ({status}){hint}", permanent=True)


def _wait(headers: Mapping[str, str]) -> timedelta | None:
    for name in ("retry-after", "ratelimit-reset"):
        seconds = headers.get(name, "")
        if seconds.isdecimal():
            return timedelta(seconds=min(int(seconds), _LONGEST))
    return None


def with_events(account: PagerDutyAccount, do: Callable[[Any], T]) -> T:
    """Let `do` use a client of the Events API; Undelivered says what went wrong."""
    where, trusted = account.events_url, account.verify
    return _within(
        lambda: _Events(account.routing_key, base_url=where, verify=trusted), do, account.patience
    )


def with_rest(
    account: PagerDutyAccount, do: Callable[[Any], T], patience: float | None = None
) -> T:
    """Let `do` use a client of the REST API; Undelivered says what went wrong."""
    where, trusted, seconds = account.api_url, account.verify, patience or account.patience
    return _within(lambda: _Rest(account.api_key, base_url=where, verify=trusted), do, seconds)


def _within(make: Callable[[], Any], do: Callable[[Any], T], seconds: float) -> T:
    """Do it in a thread of its own: a server that answers byte by byte holds up nobody."""
    answers: queue.SimpleQueue[T | Undelivered] = queue.SimpleQueue()

    def run() -> None:
        try:
            with make() as client:
                client.timeout = seconds
                answers.put(do(client))
        except Undelivered as failure:
            answers.put(failure)
        except pagerduty.UrlError:
            answers.put(Undelivered("PagerDuty's address isn't https://", permanent=True))
        except pagerduty.Error as error:
            name = type(error.__cause__ or error).__name__
            answers.put(Undelivered(f"PagerDuty can't be reached ({name})"))
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError, LookupError) as error:
            answers.put(Undelivered(f"PagerDuty's answer is none ({type(error).__name__})"))

    threading.Thread(target=run, name="pagerduty", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise Undelivered("PagerDuty did not answer in time") from None
    if isinstance(answer, Undelivered):
        raise answer
    return answer
