"""Writing to one person alone in the chat outside, where they are known there."""

from collections.abc import Collection
from datetime import datetime

from dutydesk.chat.flows import post_mirror
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import Owing
from dutydesk.people.models import Identity
from dutydesk.ports.direct_messages import DIRECT


def reached(accounts: Collection[int]) -> set[int]:
    """Give those of the accounts that can be written to so. One query; none without a chat."""
    chat = post_mirror.chat()
    if not chat or not accounts or not outbox.can_deliver(DIRECT):
        return set()
    known = Identity.objects.filter(account__in=accounts, account__is_active=True)
    return set(known.filter(outside__startswith=f"{chat}:").values_list("account_id", flat=True))


def owing(
    *, key: str, about: str, account: int, name: str, title: str, body: str, replaces: str = ""
) -> Owing:
    """Give a direct message to owe. One that `replaces` another changes it where it stands."""
    payload = {
        "account": account,
        "name": name,
        "what": f"The direct message to {name}",
        "subject": title,
        "body": body,
        "replaces": replaces,
    }
    return Owing(key, DIRECT, about, payload)


def write(
    *,
    key: str,
    about: str,
    account: int,
    name: str,
    title: str,
    body: str,
    at: datetime,
    replaces: str = "",
) -> None:
    """Owe one direct message, once for each key."""
    one = owing(
        key=key, about=about, account=account, name=name, title=title, body=body, replaces=replaces
    )
    outbox.enqueue_all([one], at=at)
