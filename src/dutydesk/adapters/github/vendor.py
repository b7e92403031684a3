"""GitHub: keeps tickets, if a token, an app or a webhook's secret is set.

Else its client, 30 MiB, is not loaded.
"""

from importlib import import_module

from dutydesk.adapters.github.account import GitHubAccount
from dutydesk.ports.tracker import PlaceOf
from dutydesk.ports.vendor import Connection, Settings, Surroundings, Vendor


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
    return GitHubAccount(
        token=settings.secret("DUTYDESK_GITHUB_TOKEN"),
        app=settings.read("DUTYDESK_GITHUB_APP").strip(),
        private_key=settings.text("DUTYDESK_GITHUB_PRIVATE_KEY_FILE"),
        webhook_secret=settings.secret("DUTYDESK_GITHUB_WEBHOOK_SECRET"),
        api_url=settings.read("DUTYDESK_GITHUB_API_URL").strip() or GitHubAccount.api_url,
    )


VENDOR = Vendor("github", connect)
