"""GitHub as a whole: built from what is set."""

from typing import Any

from dutydesk.adapters.github.account import GitHubAccount
from dutydesk.adapters.github.client import Client
from dutydesk.adapters.github.issues import GitHubAsker
from dutydesk.adapters.github.payloads import GitHubWebhooks
from dutydesk.adapters.github.projects import Projects
from dutydesk.adapters.github.sender import TicketSender
from dutydesk.ports.tracker import LOOK, TOLD, PlaceOf, TrackerEvents, TrackerQueries
from dutydesk.ports.vendor import Connection


def connection(account: GitHubAccount, place: PlaceOf) -> Connection:
    """Give what keeps tickets at `place` on GitHub, as far as it is set up."""
    offers: dict[object, Any] = {}
    if account.webhook_secret:
        offers[TrackerEvents] = GitHubWebhooks(account.webhook_secret, place)
    if not account.given:
        return Connection(offers=offers)
    client, projects = Client(account, place), Projects()
    senders = {kind: TicketSender(kind, client, projects) for kind in (*TOLD, LOOK)}
    return Connection(senders, offers | {TrackerQueries: GitHubAsker(client, projects)})
