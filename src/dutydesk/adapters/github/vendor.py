"""GitHub: keeps tickets and takes pull requests, if a token, an app or a webhook's secret is set.

Else its client, 30 MiB, is not loaded.
"""

from importlib import import_module

from dutydesk.adapters.github.account import GitHubAccount
from dutydesk.ports.tracker import PlaceOf
from dutydesk.ports.vendor import Connection, Surroundings, Vendor
from dutydesk.settings import Settings


def connect(desk: Surroundings) -> Connection:
    """Bring what keeps tickets there. The process file says in which repository."""
    given = account(desk.settings)
    if not given.given and not given.webhook_secret:
        return Connection()
    made: Connection = import_module("dutydesk.adapters.github.app").connection(
        given, desk.gives[PlaceOf]
    )
    return made


def account(settings: Settings) -> GitHubAccount:
    """Give where GitHub is and what opens it, as it is set; empty if it is not."""
    given = settings.github
    return GitHubAccount(
        token=given.token.get_secret_value(),
        app=given.app,
        private_key=given.private_key.get_secret_value(),
        webhook_secret=given.webhook_secret.get_secret_value(),
        api_url=given.api_url,
    )


VENDOR = Vendor("github", connect)
