"""PagerDuty beside a small world: set up as the settings would, with a page in it."""

import ssl
from typing import Any

from doubles.pagerduty import API_KEY, ROUTING_KEY, SECRET, PagerDuty
from dutydesk import wiring
from dutydesk.adapters.pagerduty import vendor
from dutydesk.adapters.pagerduty.account import PagerDutyAccount
from dutydesk.adapters.pagerduty.incidents import PagerDutyIncidents
from dutydesk.oncall.flows import escalation, pager_inbound, storms
from dutydesk.oncall.flows.escalation import PageRequest
from dutydesk.oncall.models import Page
from dutydesk.ports.pager import key_of
from testing.world import World


def account(double: PagerDuty, **other: str) -> PagerDutyAccount:
    given: dict[str, Any] = {
        "routing_key": ROUTING_KEY,
        "api_key": API_KEY,
        "webhook_secret": SECRET,
    } | other
    trusted = ssl.create_default_context(cadata=double.trusted)
    return PagerDutyAccount(**given, events_url=double.url, api_url=double.url, verify=trusted)


def connect(given: PagerDutyAccount) -> None:
    """Set PagerDuty up as the settings would, until the test is over."""
    wiring.build().take(vendor.connection(given, {}))


class PagedWorld(World):
    """A world with a page in it."""

    def page(self) -> Page:
        wanted = PageRequest("alarm:1", "Visits are down", "All of them", False, "alarm:1", None)
        found = escalation.page(wanted=wanted, at=self.at)
        self.settle()
        return found

    def over(self) -> None:
        storms.settle_all(abouts=["alarm:1"], at=self.at, because="it works again")
        self.settle()


def hear(desk: PagedWorld, sent: tuple[bytes, dict[str, str]]) -> None:
    body, headers = sent
    pager_inbound.hear_post(body=body, headers=headers, at=desk.at)
    desk.settle()


def status(double: PagerDuty, page: Page) -> str:
    return double.latest(key_of(page.pk)).status


def look(desk: PagedWorld, double: PagerDuty) -> int:
    """Look after PagerDuty as a worker does; give how many requests that took."""
    before = len(double.asked)
    pager_inbound.look_after(asker=PagerDutyIncidents(account(double)), at=desk.at)
    asked = len(double.asked) - before
    desk.settle()
    return asked
