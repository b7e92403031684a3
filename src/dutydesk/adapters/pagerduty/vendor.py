"""PagerDuty: told of pages, followed, and given our rotas; each as far as it is set up."""

from typing import Any

from dutydesk.adapters.pagerduty.client import PagerDutyAccount
from dutydesk.adapters.pagerduty.events import EventSender
from dutydesk.adapters.pagerduty.incidents import PagerDutyIncidents, PagerDutyWebhooks, WhoSender
from dutydesk.adapters.pagerduty.schedules import OverrideSender, PagerDutySchedules
from dutydesk.kernel.kinds import MessageKind
from dutydesk.ports.delivery import Sender
from dutydesk.ports.pager import EVENT, WHO, PagerEvents, PagerQueries
from dutydesk.ports.rota import OVERRIDE, Schedules
from dutydesk.ports.vendor import Connection, Settings, Surroundings, Vendor


def connect(desk: Surroundings) -> Connection:
    """Bring what is set up of it."""
    return connection(account(desk.settings), schedules(desk.settings))


def connection(account: PagerDutyAccount, schedules: dict[str, str]) -> Connection:
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

    def where(name: str, usual: str) -> str:
        return settings.read(f"DUTYDESK_PAGERDUTY_{name}").rstrip("/") or usual

    return PagerDutyAccount(
        routing_key=settings.secret("DUTYDESK_PAGERDUTY_ROUTING_KEY"),
        api_key=settings.secret("DUTYDESK_PAGERDUTY_API_KEY"),
        webhook_secret=settings.secret("DUTYDESK_PAGERDUTY_WEBHOOK_SECRET"),
        events_url=where("EVENTS_URL", PagerDutyAccount.events_url),
        api_url=where("API_URL", PagerDutyAccount.api_url),
    )


def schedules(settings: Settings) -> dict[str, str]:
    """Give the number of each duty's schedule there: `primary=PI7DH85,secondary=PJ1GD2X`."""
    given = settings.read("DUTYDESK_PAGERDUTY_SCHEDULES").split(",")
    pairs = (one.partition("=") for one in given)
    return {duty.strip(): number.strip() for duty, _, number in pairs if number.strip()}


VENDOR = Vendor("pagerduty", connect)
