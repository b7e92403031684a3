"""GitHub as a whole: built from what is set, ready to be connected."""

from collections.abc import Callable, Mapping
from functools import partial

from dutydesk.adapters.github.account import GitHubAccount
from dutydesk.adapters.github.client import Client
from dutydesk.adapters.github.issues import GitHubAsker
from dutydesk.adapters.github.payloads import GitHubWebhooks
from dutydesk.adapters.github.projects import Projects
from dutydesk.adapters.github.sender import TicketSender
from dutydesk.database import rows
from dutydesk.desk.flows import tracker_inbound, tracker_outbound, tracker_reconciliation
from dutydesk.outbox.flows import outbox


def connect(account: GitHubAccount) -> Mapping[str, Callable[..., None]]:
    """Keep tickets on GitHub, as far as it is set up; give what a worker does every half minute.

    The process file says in which repository.
    """
    if account.webhook_secret:
        tracker_inbound.listen_with(GitHubWebhooks(account.webhook_secret, tracker_outbound.place))
    if not account.given:
        return {}
    client, projects = Client(account, rows.released(tracker_outbound.place)), Projects()
    for kind in (*tracker_outbound.KINDS, tracker_outbound.LOOK):
        sender = TicketSender(kind.partition(".")[2], client, projects)
        outbox.deliver_with(kind, sender, latest_only=kind in tracker_outbound.LATEST_ONLY)
    asker = GitHubAsker(client, projects)
    return {"github": partial(tracker_reconciliation.look_after, asker=asker)}
