"""GitHub as a whole: built from what is set, ready to be connected."""

from collections.abc import Callable, Mapping
from functools import partial

from dutydesk.adapters.github.account import Account
from dutydesk.adapters.github.asking import GitHubAsker
from dutydesk.adapters.github.client import Client
from dutydesk.adapters.github.courier import TicketCourier
from dutydesk.adapters.github.projects import Projects
from dutydesk.adapters.github.reading import Webhooks
from dutydesk.desk.flows import catching_up, following, mirroring
from dutydesk.errands import flows as errands


def connect(account: Account) -> Mapping[str, Callable[..., None]]:
    """Keep tickets on GitHub, as far as it is set up; give what a worker does every half minute.

    The process file says in which repository.
    """
    if account.webhook_secret:
        following.listen_with(Webhooks(account.webhook_secret, mirroring.place))
    if not account.given:
        return {}
    client, projects = Client(account, mirroring.place), Projects()
    for kind in (*mirroring.KINDS, mirroring.LOOK):
        courier = TicketCourier(kind.partition(".")[2], client, projects)
        errands.deliver_with(kind, courier, latest_only=kind in mirroring.LATEST_ONLY)
    asker = GitHubAsker(client, projects)
    return {"github": partial(catching_up.look_after, asker=asker)}
