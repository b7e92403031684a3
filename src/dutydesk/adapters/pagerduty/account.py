"""Where PagerDuty is, and how its answers are read."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from dutydesk.ports.delivery import Undelivered

PATIENCE = 7.0


@dataclass(frozen=True)
class PagerDutyAccount:
    """Where PagerDuty is, what opens it, and how many seconds an answer is waited for.

    `verify`: which certificates are trusted.
    """

    routing_key: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    events_url: str = "https://events.pagerduty.com"
    api_url: str = "https://api.pagerduty.com"
    verify: ssl.SSLContext | bool = True
    patience: float = PATIENCE


@contextmanager
def reading() -> Iterator[None]:
    """Say so if an answer lacks what it should have."""
    try:
        yield
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise Undelivered(f"PagerDuty's answer is none ({type(error).__name__})") from error
