"""GitHub as a whole: built from what is set."""

from typing import Any

from dutydesk.adapters.github.account import GitHubAccount
from dutydesk.adapters.github.client import Client
from dutydesk.adapters.github.issues import GitHubAsker
from dutydesk.adapters.github.payloads import GitHubWebhooks
from dutydesk.adapters.github.projects import Projects
from dutydesk.adapters.github.pull_requests import PullRequestSender
from dutydesk.adapters.github.sender import TicketSender
from dutydesk.kernel.kinds import MessageKind
from dutydesk.ports.delivery import Sender
from dutydesk.ports.published_files import PULL_REQUEST, PullRequests
from dutydesk.ports.tracker import LOOK, TOLD, PlaceOf, TrackerEvents, TrackerQueries
from dutydesk.ports.vendor import Connection


def connection(account: GitHubAccount, place: PlaceOf) -> Connection:
    """Give what keeps tickets at `place` on GitHub, and asks for changes of files there."""
    offers: dict[object, Any] = {}
    if account.webhook_secret:
        offers[TrackerEvents] = GitHubWebhooks(account.webhook_secret, place)
    if not account.given:
        return Connection(offers=offers)
    client, projects = Client(account, place), Projects()
    senders: dict[MessageKind, Sender] = {
        kind: TicketSender(kind, client, projects) for kind in (*TOLD, LOOK)
    }
    pulls = PullRequestSender(account)
    senders[PULL_REQUEST] = pulls
    offers |= {TrackerQueries: GitHubAsker(client, projects), PullRequests: pulls}
    return Connection(senders, offers)
