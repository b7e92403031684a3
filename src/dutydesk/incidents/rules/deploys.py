"""A deployment as a tool tells it: one small JSON object."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from dutydesk.kernel import bounds
from dutydesk.kernel.refusals import Refused

LARGEST_BODY = 16_384
AHEAD = timedelta(minutes=5)
"""How far a sender's clock may be ahead of ours."""
_LONGEST = {"service": 100, "version": 100, "by": 100, "url": 500}
_EXAMPLE = '{"service": "Prison visits", "version": "1.4.2", "at": "2026-11-24T10:58:00+00:00"}'


class NotADeploy(Refused):
    """What was sent is no deployment that the desk can keep."""


@dataclass(frozen=True, slots=True)
class ToldDeploy:
    """What a tool says of a deployment; `at` is None if it doesn't say when, which is now."""

    service: str
    version: str
    at: datetime | None = None
    url: str = ""
    by: str = ""


def read_deploy(body: bytes, at: datetime) -> ToldDeploy:
    """Read what was sent at `at`. Raises NotADeploy, which says what to send instead."""
    given = _object(body)
    unknown = sorted(given.keys() - _LONGEST.keys() - {"at"})
    if unknown:
        raise NotADeploy(
            f"“{unknown[0][:40]}” is nothing that a deployment has.",
            "Send service, version, and if you like at, url and by.",
        )
    texts = {name: _text(given, name) for name in _LONGEST}
    for name in ("service", "version"):
        if not texts[name]:
            raise NotADeploy(f"“{name}” is missing.", f"Send it, as in {_EXAMPLE}.")
    _check_url(texts["url"])
    return ToldDeploy(at=_moment(given.get("at"), at), **texts)


def _object(body: bytes) -> Mapping[str, Any]:
    if len(body) > LARGEST_BODY:
        raise NotADeploy(
            f"The body has {len(body)} bytes; {LARGEST_BODY} is the most.", "Send less."
        )
    try:
        given = json.loads(bounds.storable_json(body))
    except (ValueError, RecursionError) as error:
        raise NotADeploy("The body is not JSON.", f"Send an object, like {_EXAMPLE}.") from error
    if not isinstance(given, dict):
        raise NotADeploy("The body is not a JSON object.", f"Send one, like {_EXAMPLE}.")
    return given


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise NotADeploy(f"“{name}” is not a text.", f"Send it in quotes, as in {_EXAMPLE}.")
    text = str(value).strip()
    if len(text) > _LONGEST[name]:
        raise NotADeploy(
            f"“{name}” has {len(text)} characters; {_LONGEST[name]} is the most.",
            "Make it shorter.",
        )
    if not bounds.is_line(text):
        raise NotADeploy(f"“{name}” holds a character that can't be seen.", "Leave it out.")
    return text


def _check_url(url: str) -> None:
    if not url:
        return
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise NotADeploy("“url” is no address of the web.", "Send one that begins with https://.")


def _moment(given: object, now: datetime) -> datetime | None:
    if given is None:
        return None
    try:
        moment = bounds.local_time(given if isinstance(given, str) else "")
    except (ValueError, OverflowError) as error:
        raise NotADeploy(
            "“at” is not a time.", "Send it like 2026-11-24T10:58:00+00:00, or leave it out."
        ) from error
    if moment.tzinfo is None:
        raise NotADeploy(
            "“at” doesn't say of which zone it is.", "Send it with its offset, or Z for UTC."
        )
    if moment > now + AHEAD:
        raise NotADeploy("“at” is still to come.", "Tell of a deployment once it is done.")
    return min(moment, now)
