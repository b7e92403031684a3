"""What PagerDuty says of our pages: by signed webhooks, and when asked.

Sources: https://developer.pagerduty.com/docs/webhooks-overview, /docs/verifying-webhook-signatures
and the REST reference of incidents and users.
"""

import hashlib
import hmac
import json
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dutydesk.adapters.pagerduty.account import PagerDutyAccount, reading
from dutydesk.kernel import bounds
from dutydesk.kernel.late import library
from dutydesk.ports.delivery import Delivery, Undelivered
from dutydesk.ports.pager import Does, PagerEvent, key_of, page_of
from dutydesk.ports.webhooks import Forged

if TYPE_CHECKING:
    from dutydesk.adapters.pagerduty import client as calls
else:
    calls = library("dutydesk.adapters.pagerduty.client")

_DOES: Mapping[str, Does] = {
    "incident.acknowledged": "acknowledged",
    "incident.resolved": "resolved",
}
_PERSON = ("user", "user_reference")


def _person(found: Any) -> tuple[str, str]:
    """Give somebody's number and name; nothing for a service, an integration or nobody."""
    if not isinstance(found, Mapping) or found.get("type") not in _PERSON:
        return "", ""
    return str(found.get("id") or ""), str(found.get("summary") or found.get("name") or "")


def _at(text: str) -> datetime:
    """Read a time; PagerDuty's have an offset, and one that lacks it is taken for UTC."""
    found = bounds.local_time(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class PagerDutyWebhooks:
    """Reads webhooks of version 3, if they bear a signature made with our secret."""

    def __init__(self, secret: str) -> None:
        """Trust what is signed with `secret`."""
        self._secret = secret.encode()

    def check(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Let it pass if one of its signatures is ours. Raises Forged."""
        expected = "v1=" + hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        given = headers.get("X-PagerDuty-Signature", "").split(",")
        if not any(hmac.compare_digest(one.strip().encode(), expected.encode()) for one in given):
            raise Forged(
                "This is not signed with the webhook's secret.",
                "Set DUTYDESK_PAGERDUTY_WEBHOOK_SECRET to the one of the subscription.",
            )

    def read(self, body: bytes) -> PagerEvent | None:
        """Give what it says of a page of ours; None for every other event."""
        try:
            return self._read(json.loads(bounds.storable_json(body))["event"])
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError):
            return None  # Signed, but nothing that tells of a page: it is taken all the same.

    def _read(self, event: Mapping[str, Any]) -> PagerEvent | None:
        """Read the event. Its number is signed, unlike X-Webhook-Id, and as lasting."""
        page = page_of(str(event["data"].get("incident_key") or ""))
        if page is None:
            return None
        kind = str(event["event_type"])
        by, name = _person(event.get("agent"))
        return PagerEvent(
            key=str(event["id"]),
            page=page,
            what=kind,
            does=_DOES.get(kind, ""),
            by=by,
            name=name,
            at=_at(event["occurred_at"]),
        )


class PagerDutyIncidents:
    """Asks for the incidents of our pages."""

    def __init__(self, account: PagerDutyAccount) -> None:
        """Ask with the account's API key."""
        self._account = account

    def ask(self, pages: Collection[int]) -> list[PagerEvent]:
        """Give who acknowledged or resolved them, in order of time. One request for each page."""
        words = [word for page in pages for word in self._of(page)]
        return sorted(words, key=lambda word: word.at)

    def _of(self, page: int) -> list[PagerEvent]:
        asked = {"incident_key": key_of(page), "date_range": "all"}
        found = calls.with_rest(
            self._account, lambda client: client.get("/incidents", params=asked).json()
        )
        with reading():
            return [word for one in found["incidents"] for word in _words(page, one)]


def _words(page: int, incident: Mapping[str, Any]) -> Iterator[PagerEvent]:
    number = incident["id"]
    for one in incident.get("acknowledgements") or ():
        by, name = _person(one["acknowledger"])
        key, at = f"{number}:acknowledged:{one['at']}", _at(one["at"])
        yield PagerEvent(key, page, "incident.acknowledged", "acknowledged", by, name, at)
    if incident["status"] == "resolved":
        by, name = _person(incident.get("last_status_change_by"))
        changed = incident["last_status_change_at"]
        at = _at(changed)
        key = f"{number}:resolved:{changed}"
        yield PagerEvent(key, page, "incident.resolved", "resolved", by, name, at)


class WhoSender:
    """Finds the address of whoever did something there: the message's reference is the address.

    Nobody waits long for it: from the second try on, an empty address will do.
    """

    def __init__(self, account: PagerDutyAccount) -> None:
        """Ask with the account's API key; without one, no address is known."""
        self._account = account

    def deliver(self, parcel: Delivery) -> str:
        """Give the person's address, or an empty one."""
        by, does = parcel.payload["by"], parcel.payload["does"]
        if not by or not does or not self._account.api_key:
            return ""
        try:
            user = calls.with_rest(self._account, lambda client: client.get(f"/users/{by}").json())
            return str(user["user"]["email"])
        except (LookupError, TypeError):
            return ""
        except Undelivered as failure:
            if failure.permanent or parcel.attempt > 1:
                return ""
            raise
