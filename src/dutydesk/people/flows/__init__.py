"""Letting people in."""

import base64
import hashlib
import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from dutydesk import rows
from dutydesk.kernel.actions import Person
from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import (
    Account,
    Engineer,
    Invitation,
    LeadershipContact,
    Service,
    Team,
)
from dutydesk.people.rules import PeopleFile, ServiceRow, TeamRow, WebhookRow, read_row

SECRET_MARK = "whsec_"  # How Standard Webhooks marks a secret.
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
    """Make a link that makes one account, once; give its secret, which is kept nowhere.

    For an address that has an account with a password it sets a new one, and links that were made
    for that before stop working.
    """
    token = secrets.token_urlsafe(24)
    known = Account.objects.filter(email__iexact=email.strip(), is_active=True).first()
    account = known if known is not None and known.has_usable_password() else None
    if account is not None:
        Invitation.objects.filter(account=account, used_at=None).delete()
    Invitation.objects.create(
        token_hash=_hash(token),
        made_at=at,
        expires_at=at + lasts,
        name=name,
        email=email,
        administrator=administrator,
        account=account,
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
    """Make the account that a link invites to, and spend the link. Raises AddressTaken.

    A link for somebody who has an account sets its password, and changes nothing else; sessions
    that were opened with the old one end.

    Whoever was known from a chat outside only gets a password for the account they have.

    An administrator's account is an engineer's too, so that the first one can begin at once.
    """
    taken = Invitation.objects.select_for_update().filter(
        token_hash=_hash(token), used_at__isnull=True, expires_at__gt=at
    )
    found = taken.first()
    if found is None or (found.account is not None and not found.account.is_active):
        raise InvitationGone
    account = found.account or _account(found, name, email)
    account.set_password(password)
    account.save()
    if found.account is None:
        _let_in(account, found)
    found.used_at = at
    found.save(update_fields=["used_at"])
    return account


def _account(found: Invitation, name: str, email: str) -> Account:
    """Give the account to make, or the one without a password that a chat outside made."""
    email = email.strip().lower()
    known = Account.objects.filter(email__iexact=email).first()
    if known is not None and (known.has_usable_password() or not known.is_active):
        raise AddressTaken(f"There is an account for {email} already.", "Sign in with it.")
    account = known or Account(email=email)
    account.name, account.is_administrator = name, found.administrator
    return account


def _let_in(account: Account, found: Invitation) -> None:
    """Let a new account be its engineer's; an administrator's is always one."""
    if not join(account) and found.administrator and engineer_of(account.pk) is None:
        Engineer.objects.create(name=account.name, email=account.email, account=account)


def join(account: Account) -> bool:
    """Let an account be that of the engineer with its address; say whether there was one."""
    waiting = Engineer.objects.filter(email__iexact=account.email, account__isnull=True)
    return bool(waiting.update(account=account))


def person(account: Account) -> Person:
    """Give the person behind an account, as actions know people."""
    engineer = engineer_of(account.pk)
    return Person(
        account=account.pk,
        name=account.name,
        email=account.email,
        engineer=engineer.pk if engineer else None,
        administrator=account.is_administrator,
    )


def engineer_of(account: int | None) -> Engineer | None:
    """Give who of the team an account belongs to; None for users, leavers, and no account."""
    if account is None:
        return None
    return Engineer.objects.filter(account=account, active=True).order_by().first()


@transaction.atomic
def load(*, file: PeopleFile) -> dict[str, int]:
    """Add or change everybody and everything in the file; give how many of each.

    Known by name; nobody is removed. Safe to run twice.
    """
    for engineer in file.engineers:
        save_engineer(name=engineer.name, email=engineer.email)
    for team in file.teams:
        owner, _ = Team.objects.update_or_create(name=team.name, defaults={"channel": team.channel})
        for service in team.services:
            _save_service(service, owner)
    for service in file.services:
        _save_service(service, None)
    for contact in file.leadership:
        save_contact(name=contact.name, email=contact.email)
    return {
        "engineer": len(file.engineers),
        "team": len(file.teams),
        "service": len(file.services) + sum(len(team.services) for team in file.teams),
        "leadership contact": len(file.leadership),
    }


def _save_service(row: ServiceRow, team: Team | None) -> None:
    save_service(
        name=row.name,
        team=team.pk if team else None,
        user_facing=row.user_facing,
        page_anyway=row.page_anyway,
    )


@transaction.atomic
def save_engineer(*, name: str, email: str) -> Engineer:
    """Add an engineer, or change the address of the one with that name; join their account."""
    email = email.strip().lower()
    taken = Engineer.objects.filter(email__iexact=email).exclude(name=name).first()
    if taken is not None:
        raise AddressTaken(f"{email} is {taken.name}'s address.", "Give another address.")
    engineer, _ = Engineer.objects.update_or_create(
        name=name.strip(), defaults={"email": email, "active": True}
    )
    if engineer.account is None:
        engineer.account = Account.objects.filter(email__iexact=email, engineer=None).first()
        engineer.save(update_fields=["account"])
    return engineer


@transaction.atomic
def set_active(*, engineer: int, active: bool) -> Engineer:
    """Mark that an engineer left, or is back. Their shifts and what they did stay."""
    found = Engineer.objects.select_for_update(of=("self",)).filter(pk=engineer).first()
    if found is None:
        raise Refused("That engineer isn't there.", "Open the page again.")
    found.active = active
    found.save(update_fields=["active"])
    return found


def save_team(*, name: str, channel: str) -> Team:
    """Add a user team, or change the channel of the one with that name."""
    row = read_row(TeamRow, name=name, channel=channel)
    team, _ = Team.objects.update_or_create(name=row.name, defaults={"channel": row.channel})
    return team


def save_service(*, name: str, team: int | None, user_facing: bool, page_anyway: bool) -> Service:
    """Add a service, or change the one with that name."""
    if team is not None and not Team.objects.filter(pk=team).exists():
        raise Refused("That team isn't there.", "Open the page again, and choose one.")
    service, _ = Service.objects.update_or_create(
        name=name.strip(),
        defaults={"team_id": team, "user_facing": user_facing, "page_anyway": page_anyway},
    )
    return service


def services_named(names: Collection[str]) -> Callable[[], dict[str, Service]]:
    """Ask for the services of these names; the answer is what the function given gives.

    Each has its name and `page_anyway`, and no more is asked for.
    """
    if not names:
        return dict
    asked = rows.run(
        "SELECT id, name, page_anyway FROM people_service WHERE name = ANY(%s::text[])",
        [list(names)],
    )

    def answer() -> dict[str, Service]:
        found = (Service(pk=key, name=name, page_anyway=it) for key, name, it in asked.fetchall())
        return {service.name: service for service in found}

    return answer


@transaction.atomic
def set_webhook(*, service: int, address: str) -> str | None:
    """Let an address be told of a service's maintenance; give its new secret, which is shown once.

    An empty address takes the webhook away, and gives None.
    """
    found = Service.objects.select_for_update(of=("self",)).filter(pk=service).first()
    if found is None:
        raise Refused("That service isn't there.", "Open the page again.")
    found.webhook = read_row(WebhookRow, address=address).address
    found.webhook_salt = secrets.token_urlsafe(24) if found.webhook else ""
    found.save(update_fields=["webhook", "webhook_salt"])
    return _webhook_secret(found) if found.webhook else None


def webhook_of(service: int) -> tuple[str, str] | None:
    """Give the address and the secret of a service's webhook, or None if it has none."""
    found = Service.objects.exclude(webhook="").filter(pk=service).first()
    return (found.webhook, _webhook_secret(found)) if found else None


def _webhook_secret(service: Service) -> str:
    """Make the secret from the desk's key, so that nobody reads it from the database."""
    made = salted_hmac("dutydesk.people.webhook", service.webhook_salt, algorithm="sha256")
    return SECRET_MARK + base64.b64encode(made.digest()).decode()


def unknown_services(names: Collection[str]) -> set[str]:
    """Give those of the names that are no service's."""
    return set(names) - set(Service.objects.filter(name__in=names).values_list("name", flat=True))


def save_contact(*, name: str, email: str) -> LeadershipContact:
    """Add somebody who tells senior leadership, or change their address."""
    contact, _ = LeadershipContact.objects.update_or_create(
        name=name.strip(), defaults={"email": email.strip().lower()}
    )
    return contact
