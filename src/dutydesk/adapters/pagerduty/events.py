"""Pushes pages as events. Source: https://developer.pagerduty.com/docs/send-alert-event."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dutydesk.adapters.pagerduty.account import PagerDutyAccount
from dutydesk.kernel.late import library
from dutydesk.ports.delivery import Delivery

if TYPE_CHECKING:
    from dutydesk.adapters.pagerduty import client as calls
else:
    calls = library("dutydesk.adapters.pagerduty.client")

SUMMARY = 1024
DETAILS = 100_000


class EventSender:
    """Delivers outbox messages that say what became of a page; see `oncall.flows.pager_outbound`.

    The same event twice changes nothing there: its `dedup_key` is the page's for good.
    """

    def __init__(self, account: PagerDutyAccount) -> None:
        """Push to the service whose routing key the account has."""
        self._account = account

    def deliver(self, parcel: Delivery) -> str:
        """Push one event; give the key that PagerDuty confirms."""
        given = parcel.payload
        more = _event(given) if given["action"] == "trigger" else {}
        return calls.with_events(
            self._account,
            lambda client: str(client.send_event(given["action"], given["key"], **more)),
        )


def _event(given: Mapping[str, Any]) -> dict[str, Any]:
    event: dict[str, Any] = {
        "payload": {
            "summary": given["title"][:SUMMARY],
            "source": given["service"] or "Duty Desk",
            "severity": "critical",
            "timestamp": given["since"],
            "custom_details": {
                "details": given["details"][:DETAILS],
                "called by the desk": given["who"],
            },
        },
        "client": "Duty Desk",
    }
    if given["link"].startswith("http"):  # A desk that doesn't know its address has none.
        event["client_url"] = given["link"]
        event["links"] = [{"href": given["link"], "text": "The page on the desk"}]
    return event
