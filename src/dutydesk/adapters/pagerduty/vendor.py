"""PagerDuty: told of pages, followed, and given our rotas; each as far as it is set up."""

from collections.abc import Mapping
from typing import Any

from dutydesk.adapters.pagerduty.account import PagerDutyAccount
from dutydesk.adapters.pagerduty.events import EventSender
from dutydesk.adapters.pagerduty.incidents import PagerDutyIncidents, PagerDutyWebhooks, WhoSender
from dutydesk.adapters.pagerduty.schedules import OverrideSender, PagerDutySchedules
from dutydesk.kernel.kinds import MessageKind
from dutydesk.ports.delivery import Sender
from dutydesk.ports.pager import EVENT, WHO, PagerEvents, PagerQueries
from dutydesk.ports.rota import OVERRIDE, Schedules
from dutydesk.ports.vendor import Connection, Surroundings, Vendor
from dutydesk.settings import Settings


def connect(desk: Surroundings) -> Connection:
    """Bring what is set up of it."""
    return connection(account(desk.settings), desk.settings.pagerduty.schedules)


def connection(account: PagerDutyAccount, schedules: Mapping[str, str]) -> Connection:
    """Give what this account, with the numbers of these duties' schedules, makes possible."""
    senders: dict[MessageKind, Sender] = {WHO: WhoSender(account)}
    offers: dict[object, Any] = {}
    if account.routing_key:
        senders[EVENT] = EventSender(account)
    if account.webhook_secret:
        offers[PagerEvents] = PagerDutyWebhooks(account.webhook_secret)
    if account.routing_key and account.api_key:
        offers[PagerQueries] = PagerDutyIncidents(account)
    if account.api_key and schedules:
        senders[OVERRIDE] = OverrideSender(account, schedules)
        offers[Schedules] = PagerDutySchedules(account, schedules)
    return Connection(senders, offers)


def account(settings: Settings) -> PagerDutyAccount:
    """Give where PagerDuty is and what opens it, as it is set; empty if it is not."""
    given = settings.pagerduty
    return PagerDutyAccount(
        routing_key=given.routing_key.get_secret_value(),
        api_key=given.api_key.get_secret_value(),
        webhook_secret=given.webhook_secret.get_secret_value(),
        events_url=given.events_url,
        api_url=given.api_url,
    )


VENDOR = Vendor("pagerduty", connect)
