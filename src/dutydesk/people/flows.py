"""Letting people in."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import Account, Engineer, Invitation

FIRST_LINK_LASTS = timedelta(days=1)


class InvitationGone(Refused):
    """The link was used, has expired, or never was one."""

    def __init__(self) -> None:
        """Say so without telling which."""
        super().__init__(
            "This sign-in link has been used or has expired.",
            "Ask an administrator for a new one; the first one is made by `dutydesk prepare`.",
        )


class AddressTaken(Refused):
    """There is an account with this address."""


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(
    *,
    at: datetime,
    name: str = "",
    email: str = "",
    administrator: bool = False,
    lasts: timedelta = FIRST_LINK_LASTS,
) -> str:
    """Make a link that makes one account, once; give its secret, which is kept nowhere."""
    token = secrets.token_urlsafe(24)
    Invitation.objects.create(
        token_hash=_hash(token),
        made_at=at,
        expires_at=at + lasts,
        name=name,
        email=email,
        administrator=administrator,
    )
    return token


@transaction.atomic
def first_invitation(*, at: datetime) -> str | None:
    """Give the secret of a link for the first administrator; None once there is one.

    A link that was given before stops working.
    """
    if Account.objects.filter(is_administrator=True).exists():
        return None
    Invitation.objects.filter(administrator=True, used_at__isnull=True).delete()
    return invite(at=at, administrator=True)


def invitation(*, token: str, at: datetime) -> Invitation:
    """Give the invitation behind a link's secret, or refuse."""
    found = Invitation.objects.filter(
        token_hash=_hash(token), used_at__isnull=True, expires_at__gt=at
    ).first()
    if found is None:
        raise InvitationGone
    return found


@transaction.atomic
def accept(*, token: str, name: str, email: str, password: str, at: datetime) -> Account:
    """Make the account that a link invites to, and spend the link.

    An administrator's account is an engineer's too, so that the first one can begin at once.
    """
    taken = Invitation.objects.select_for_update().filter(
        token_hash=_hash(token), used_at__isnull=True, expires_at__gt=at
    )
    found = taken.first()
    if found is None:
        raise InvitationGone
    email = email.strip().lower()
    if Account.objects.filter(email__iexact=email).exists():
        raise AddressTaken(f"There is an account for {email} already.", "Sign in with it.")
    account = Account.objects.create_user(
        email=email, name=name, password=password, administrator=found.administrator
    )
    engineer = Engineer.objects.filter(email__iexact=email, account__isnull=True).first()
    if engineer is not None:
        engineer.account = account
        engineer.save(update_fields=["account"])
    elif found.administrator:
        Engineer.objects.create(name=name, email=email, account=account)
    found.used_at = at
    found.save(update_fields=["used_at"])
    return account
