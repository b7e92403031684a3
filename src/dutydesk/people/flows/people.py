"""Who there is: engineers, user teams, services and leadership contacts."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.utils.crypto import salted_hmac

from dutydesk.database import rows
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import NotYours, Person
from dutydesk.kernel.events import Event
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows import accounts, name_changes, skills, team_changes
from dutydesk.people.models import (
    Account,
    Engineer,
    Invitation,
    LeadershipContact,
    Service,
    Team,
)
from dutydesk.people.rules import (
    EngineerRow,
    PeopleFile,
    ServiceRow,
    TeamRow,
    WebhookRow,
    read_row,
)

# Asked for each request; an account has one at most.
_ENGINEER = "SELECT {row} FROM people_engineer AS row WHERE account_id = %s AND active"
SECRET_MARK = "whsec_"  # How Standard Webhooks marks a secret.


@dataclass(frozen=True)
class EngineerStaying(Event):
    """An engineer left, or is back."""

    kind: ClassVar[str] = "engineer.staying"
    engineer: int
    active: bool


@dataclass(frozen=True)
class EngineerRenamed(Event):
    """An engineer has another name."""

    kind: ClassVar[str] = "engineer.renamed"
    engineer: int
    old: str
    new: str


@dataclass(frozen=True)
class ContactAddressEnded(Event):
    """An address is that of a leadership contact no more: corrected, or the contact removed."""

    kind: ClassVar[str] = "contact.address-ended"
    email: str


class NameTaken(Refused):
    """There is somebody else with this name."""


class AddressTaken(Refused):
    """There is somebody with this address."""


def person(account: Account) -> Person:
    """Give the person behind an account, as actions know people: an engineer by their own name."""
    engineer = engineer_of(account.pk)
    return Person(
        account=account.pk,
        name=engineer.name if engineer else account.name,
        email=account.email,
        engineer=engineer.pk if engineer else None,
        administrator=account.is_administrator,
        zone=account.zone,
    )


def engineer_of(account: int | None) -> Engineer | None:
    """Give who of the team an account belongs to; None for users, leavers, and no account."""
    if account is None:
        return None
    return rows.first(_ENGINEER, Engineer, [account])


@transaction.atomic
def load(*, file: PeopleFile, at: datetime, by: Person | None = None) -> dict[str, int]:
    """Add or change everybody and everything in the file; give how many of each.

    People are known by their address, all else by its name; nobody is removed. Safe to run twice.
    All of it is refused if anything is that `by` may not change.
    """
    for engineer in file.engineers:
        saved = save_engineer(name=engineer.name, email=engineer.email, at=at, by=by)
        if engineer.skills is not None:
            skills.set_skills(engineer=saved.pk, names=engineer.skills, at=at, by=by)
    for team in file.teams:
        owner, _ = Team.objects.update_or_create(name=team.name, defaults={"channel": team.channel})
        for service in team.services:
            _save_service(service, owner)
    for service in file.services:
        _save_service(service, None)
    for contact in file.leadership:
        save_contact(name=contact.name, email=contact.email, at=at, by=by)
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
def save_engineer(*, name: str, email: str, at: datetime, by: Person | None = None) -> Engineer:
    """Add an engineer, or give another name to the one with that address; who left is back.

    People are known by their address: a name that somebody else has is refused, and changes
    nothing of theirs. Administrators (and whoever runs the machine, if `by` is None) also let the
    account with that address act for them. Raises NameTaken.
    """
    row = read_row(EngineerRow, name=name, email=email)
    engineer = _reached_at(row.email)
    if engineer is None:
        _free_name(row.name)
        engineer = Engineer.objects.create(name=row.name, email=row.email)
    elif engineer.name != row.name:
        _rename(engineer, row.name, at, by)
    if not engineer.active:
        engineer = set_active(engineer=engineer.pk, active=True, at=at, by=by)
    if engineer.account_id is None and accounts.decides(by):
        account = Account.objects.filter(email__iexact=row.email, is_active=True).first()
        if account is not None:
            engineer = accounts.join(account=account, at=at, by=by) or engineer
    return engineer


@transaction.atomic
def change_engineer(
    *, engineer: int, name: str, email: str, at: datetime, by: Person | None = None
) -> Engineer:
    """Give an engineer another name, another address, or both; what is empty stays.

    Who is called what and how reached is changed by themselves and administrators. Raises
    NameTaken, AddressTaken, NotYours.
    """
    locked = Engineer.objects.select_for_update(of=("self",), no_key=True)
    found = locked.filter(pk=engineer).first()
    if found is None:
        raise Refused("That engineer isn't there.", "Open the page again.")
    row = read_row(EngineerRow, name=name or found.name, email=email or found.email)
    other = _reached_at(row.email)
    if other not in (None, found):
        raise AddressTaken(f"{row.email} is {other}'s address.", "Give another address.")
    if found.name != row.name:
        _rename(found, row.name, at, by)
    if found.email != row.email:
        _move(found, row.email, at, by)
    return found


def _reached_at(email: str) -> Engineer | None:
    locked = Engineer.objects.select_for_update(of=("self",), no_key=True)
    return locked.filter(email__iexact=email).first()


def _free_name(name: str) -> None:
    there = Engineer.objects.filter(name__iexact=name).first()
    if there is not None:
        left = "" if there.active else " and has left"
        raise NameTaken(
            f"{there} is somebody else: {there.email}{left}.",
            f"Tell the two apart by their names, such as “{there} B.”; if it is the same person, "
            f"change the address of {there}.",
        )


def _rename(engineer: Engineer, name: str, at: datetime, by: Person | None) -> None:
    """Give an engineer another name; their account has it too, and what they owe goes along.

    Theirs comes last: from then on, whoever names them waits, and may hold a promise of theirs.
    """
    _theirs(engineer, by, "is called")
    if engineer.name.lower() != name.lower():
        _free_name(name)
    old, engineer.name = engineer.name, name
    name_changes.tell(old=old, new=name)
    Account.objects.filter(engineer=engineer).update(name=name)
    engineer.save(update_fields=["name"])
    journal.record(
        event=EngineerRenamed(engineer.pk, old, name),
        subject=engineer.about,
        text=f"{old} is now called {name}",
        at=at,
        actor=by.name if by else accounts.OPERATOR,
    )


def _theirs(engineer: Engineer, by: Person | None, what: str) -> None:
    if not accounts.decides(by) and (by is None or by.engineer != engineer.pk):
        raise NotYours(
            f"Only {engineer} and administrators change how {engineer} {what}.",
            "Ask one of them.",
        )


def _move(engineer: Engineer, email: str, at: datetime, by: Person | None) -> None:
    """Let an engineer be reached by another address; links that went to the old one end."""
    _theirs(engineer, by, "is reached")
    old, engineer.email = engineer.email, email
    engineer.save(update_fields=["email"])
    Invitation.objects.filter(engineer=engineer, used_at=None).delete()
    accounts.tell_of_address(engineer=engineer, old=old, by=by, at=at)


@transaction.atomic
def set_active(*, engineer: int, active: bool, at: datetime, by: Person | None = None) -> Engineer:
    """Mark that an engineer left, or is back. Their past shifts and what they did stay.

    Their turns to come are nobody's, or theirs again, at once. With them goes and comes whatever
    opens the desk to them, so it takes an administrator once they have an account. Raises
    LastAdministrator.
    """
    found = (
        Engineer.objects.select_for_update(of=("self",), no_key=True).filter(pk=engineer).first()
    )
    if found is None:
        raise Refused("That engineer isn't there.", "Open the page again.")
    if found.active == active:
        return found
    found.active, found.leaves_at = active, None
    found.save(update_fields=["active", "leaves_at"])
    Invitation.objects.filter(engineer=found, used_at=None).delete()
    accounts.follow(engineer=found, by=by, at=at)
    journal.record(
        event=EngineerStaying(found.pk, active),
        subject=found.about,
        text=f"{found} is back" if active else f"{found} has left",
        at=at,
        actor=(who := by.name if by else accounts.OPERATOR),
    )
    team_changes.tell(engineer=found.pk, at=at, by=who)
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


@transaction.atomic
def save_contact(
    *, name: str, email: str, at: datetime, by: Person | None = None
) -> LeadershipContact:
    """Add somebody who tells senior leadership, or change their address; the old one ends."""
    name, email = name.strip(), email.strip().lower()
    found = LeadershipContact.objects.select_for_update(of=("self",)).filter(name=name).first()
    if found is None:
        return LeadershipContact.objects.create(name=name, email=email)
    if found.email != email:
        end_address(found, at, by)
        found.email = email
        found.save(update_fields=["email"])
    return found


def end_address(contact: LeadershipContact, at: datetime, by: Person | None) -> None:
    """Say that a contact's address is theirs no more: nothing further goes to it."""
    journal.record(
        event=ContactAddressEnded(contact.email),
        subject=contact.about,
        text=f"{contact} is not reached at {contact.email} any more",
        at=at,
        actor=by.name if by else accounts.OPERATOR,
    )
