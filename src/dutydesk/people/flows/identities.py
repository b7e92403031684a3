"""Who people in a chat outside are: matched by address, or connected by a link of their own."""

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction

from dutydesk.database import rows
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows import accounts, names
from dutydesk.people.models import Account, Identity

CONNECT_LASTS = timedelta(minutes=30)
_SALT = "dutydesk.people.connect"


class ConnectGone(Refused):
    """The link that connects somebody in a chat outside with an account doesn't work any more."""

    def __init__(self) -> None:
        """Say so without telling why."""
        super().__init__(
            "This link has expired, or never was one.", "Ask for a new one where you got it."
        )


class SomebodyElses(Refused):
    """Somebody in a chat outside has another account already."""


def identity(outside: str) -> Identity | None:
    """Give somebody in a chat outside, if we know them, with the account that is theirs by now."""
    found = Identity.objects.select_related("account").filter(outside=outside).first()
    if found is not None and found.account is None and found.email:
        found.account = Account.objects.filter(email__iexact=found.email, is_active=True).first()
        if found.account is not None:
            found.save(update_fields=["account"])
    return found


def account_of(found: Identity | None) -> Account | None:
    """Give the account that acts for somebody; None if they have none, or it was shut."""
    account = found.account if found else None
    return account if account is not None and account.is_active else None


@transaction.atomic
def recognise(*, outside: str, name: str, email: str, at: datetime) -> Identity:
    """Keep who somebody in a chat outside is, by what that chat says.

    `email` must be one that the chat vouches for: whoever has that account here is them. If nobody
    has, they get one, by which they can be asked and press buttons there, and cannot sign in.
    """
    values = {"name": name[:100], "email": email.strip().lower(), "looked_at": at}
    found, _ = Identity.objects.update_or_create(outside=outside, defaults=values)
    found = identity(outside) or found
    if found.account is None and found.email and not _known(found.email):
        found.account = Account.objects.create_user(email=found.email, name=_name_of(found))
        found.save(update_fields=["account"])
        accounts.join(account=found.account, at=at, by=accounts.owner(found.account))
    return found


def _name_of(found: Identity) -> str:
    """Give the name they have in that chat, or their address if it is another's or can't be read.

    Anybody may be called anything there.
    """
    try:
        return names.own(name=found.name, email=found.email)
    except Refused:
        return found.email[:100]


def _known(email: str) -> bool:
    return Account.objects.filter(email__iexact=email).exists()


@transaction.atomic
def may_offer(*, outside: str, at: datetime, again: timedelta) -> bool:
    """Say whether to offer somebody to connect, once within `again`; not if they did."""
    found = Identity.objects.select_for_update().filter(outside=outside, account=None).first()
    if found is None or (found.offered_at is not None and at - found.offered_at < again):
        return False
    found.offered_at = at
    found.save(update_fields=["offered_at"])
    return True


def connect_token(*, outside: str, at: datetime) -> str:
    """Give the secret of a link by which somebody in a chat outside connects with an account."""
    until = int((at + CONNECT_LASTS).timestamp())
    return signing.dumps([outside, until], salt=_SALT)


def to_connect(*, token: str, at: datetime) -> Identity:
    """Give whom a link connects. Raises ConnectGone."""
    try:
        outside, until = signing.loads(token, salt=_SALT)
    except signing.BadSignature as error:
        raise ConnectGone from error
    found = identity(outside)
    if found is None or at.timestamp() > until:
        raise ConnectGone
    return found


@transaction.atomic
def connect(*, token: str, account: int, at: datetime) -> Identity:
    """Let an account act for somebody in a chat outside, as whoever is signed in with it says.

    Raises ConnectGone and SomebodyElses.
    """
    found = to_connect(token=token, at=at)
    if found.account_id not in (None, account):
        raise SomebodyElses(
            f"{found.name} is connected with another account.", "Sign in with that one."
        )
    found.account = Account.objects.get(pk=account)
    found.save(update_fields=["account"])
    return found


def outside_of(account: int, chat: str) -> str:
    """Give who an account is in that chat, such as `slack`; empty if nobody whom we know."""
    found = Identity.objects.filter(account=account, outside__startswith=f"{chat}:")
    return found.order_by("-looked_at", "-id").values_list("outside", flat=True).first() or ""


def all_outside(account: int) -> list[str]:
    """Give all names by which an account is known in chats outside."""
    found = rows.run(
        "SELECT outside FROM people_identity WHERE account_id = %s ORDER BY id", [account]
    )
    return [outside for (outside,) in found.fetchall()]
