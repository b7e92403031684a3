"""What becomes of an account: closed and opened, an administrator's or not, and its sessions."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import Q

from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import NotYours, Person
from dutydesk.kernel.events import Event
from dutydesk.kernel.refusals import Refused
from dutydesk.outbox.flows import outbox
from dutydesk.people import words
from dutydesk.people.models import Account, Engineer, Invitation, Session
from dutydesk.ports.delivery import MAIL
from dutydesk.process.flows import process

OPERATOR = "whoever runs the desk"


@dataclass(frozen=True)
class AccountChanged(Event):
    """Something about who may come in was changed."""

    kind: ClassVar[str] = "account.changed"
    account: int
    what: str


@dataclass(frozen=True)
class AddressChanged(Event):
    """An engineer is reached by another address."""

    kind: ClassVar[str] = "engineer.address"
    engineer: int
    old: str
    new: str


class LastAdministrator(Refused):
    """Nobody would be left who can let people in."""

    def __init__(self, name: str) -> None:
        """Name who that is."""
        super().__init__(
            f"{name} is the only administrator.", "Make somebody else an administrator first."
        )


class AccountRefused(Refused):
    """The account can't be changed like that."""


def decides(by: Person | None) -> bool:
    """Say whether somebody decides who may come in: administrators, and who runs the machine."""
    return by is None or by.administrator


def owner(account: Account) -> Person:
    """Give whoever an account belongs to, as the one who does something about it."""
    return Person(account=account.pk, name=account.name, email=account.email)


def record(*, account: Account, what: str, text: str, at: datetime, by: Person | None) -> None:
    """Write down what became of an account, and who did it."""
    journal.record(
        event=AccountChanged(account.pk, what),
        subject=account.about,
        text=text,
        at=at,
        actor=by.name if by else OPERATOR,
    )


def locked(*, account: int, by: Person | None) -> tuple[Account, bool]:
    """Give an account, locked with all administrators, and whether another one would be left.

    So two who change each other at once do it one after the other, and the second one is asked
    again whether they still may. Refuses whoever is no administrator.
    """
    found = {
        each.pk: each
        for each in Account.objects.select_for_update(of=("self",))
        .filter(Q(pk=account) | Q(is_administrator=True, is_active=True))
        .order_by("pk")
    }
    allowed = by is None or (by.account in found and found[by.account].is_administrator)
    if not allowed:
        raise NotYours("Administrators decide who may come in.", "Ask one of them.")
    if account not in found:
        raise AccountRefused("That account isn't there.", "Open the page again.")
    others = [each for each in found.values() if each.is_administrator and each.pk != account]
    return found[account], bool(others)


def _take_away(account: Account) -> None:
    """End an account's sessions, and the links that open it."""
    Session.objects.filter(account=account).delete()
    withdraw_links(account)


def withdraw_links(account: Account) -> None:
    """Let no link open this account that was made for what it was until now."""
    mine = Q(account=account) | Q(email__iexact=account.email)
    Invitation.objects.filter(mine, used_at=None).delete()


def _needs_another(account: Account, others: bool) -> None:
    if account.is_administrator and account.is_active and not others:
        raise LastAdministrator(account.name)


@transaction.atomic
def close(*, account: int, by: Person | None, at: datetime) -> Account:
    """Let nobody in by this account any more, at once. Raises LastAdministrator."""
    found, others = locked(account=account, by=by)
    _needs_another(found, others)
    found.closed_at, found.is_active = at, False
    found.save(update_fields=["closed_at", "is_active"])
    _take_away(found)
    record(account=found, what="closed", text=f"{found}'s account was closed", at=at, by=by)
    return found


@transaction.atomic
def reopen(*, account: int, by: Person | None, at: datetime) -> Account:
    """Let its owner in again, with the password that they had."""
    found, _ = locked(account=account, by=by)
    if Engineer.objects.filter(account=found, active=False).exists():
        raise AccountRefused(f"{found} has left the team.", "Mark them as back under People.")
    found.closed_at, found.is_active = None, True
    found.save(update_fields=["closed_at", "is_active"])
    Session.objects.filter(account=found).delete()
    record(account=found, what="opened", text=f"{found}'s account was opened again", at=at, by=by)
    return found


@transaction.atomic
def make_administrator(*, account: int, by: Person | None, at: datetime) -> Account:
    """Let somebody who can sign in decide who else may."""
    found, _ = locked(account=account, by=by)
    if not found.is_active:
        raise AccountRefused(f"{found}'s account is closed.", "Open it again first.")
    if not found.has_usable_password():
        raise AccountRefused(
            f"{found} has no password and can't sign in yet.", "Make a link for them first."
        )
    found.is_administrator = True
    found.save(update_fields=["is_administrator"])
    withdraw_links(found)
    text = f"{found} was made an administrator"
    record(account=found, what="administrator", text=text, at=at, by=by)
    return found


@transaction.atomic
def end_administrator(*, account: int, by: Person | None, at: datetime) -> Account:
    """Let an administrator be one no more. Raises LastAdministrator."""
    found, others = locked(account=account, by=by)
    _needs_another(found, others)
    found.is_administrator = False
    found.save(update_fields=["is_administrator"])
    withdraw_links(found)
    text = f"{found} is no administrator any more"
    record(account=found, what="no administrator", text=text, at=at, by=by)
    return found


@transaction.atomic
def join_engineer(*, account: int, by: Person | None, at: datetime) -> Engineer:
    """Let an account act for the engineer with its address."""
    found, _ = locked(account=account, by=by)
    engineer = join(account=found, at=at, by=by) if found.is_active else None
    if engineer is None:
        raise AccountRefused(
            f"No engineer who waits for an account has the address {found.email}.",
            "Save it as theirs under People first.",
        )
    return engineer


def join(*, account: Account, at: datetime, by: Person | None) -> Engineer | None:
    """Let an account be that of the engineer with its address, if one waits for theirs.

    It has their name from then on.
    """
    waiting = Engineer.objects.select_for_update(of=("self",)).filter(
        email__iexact=account.email, account=None, active=True
    )
    engineer = waiting.first()
    if engineer is None or Engineer.objects.filter(account=account).exists():
        return None
    engineer.account = account
    engineer.save(update_fields=["account"])
    withdraw_links(account)
    text = f"{account}'s account acts for the engineer {engineer} from now on"
    record(account=account, what="engineer", text=text, at=at, by=by)
    account.name = engineer.name
    account.save(update_fields=["name"])
    return engineer


def follow(*, engineer: Engineer, by: Person | None, at: datetime) -> None:
    """Shut the account of an engineer who left, and open it for one who is back.

    One that was closed by an administrator stays closed. Raises LastAdministrator.
    """
    if engineer.account_id is None:
        return
    found, others = locked(account=engineer.account_id, by=by)
    if not engineer.active:
        _needs_another(found, others)
    found.is_active = engineer.active and found.closed_at is None
    found.save(update_fields=["is_active"])
    _take_away(found)
    what = "opened" if found.is_active else "closed"
    because = "is back" if engineer.active else "has left"
    text = f"{found}'s account is {what}, since {engineer} {because}"
    record(account=found, what=what, text=text, at=at, by=by)


@transaction.atomic
def end_sessions(*, account: int, by: Person | None, at: datetime, keep: str = "") -> int:
    """Sign an account out everywhere, but not in the session `keep`; give in how many browsers.

    Everybody does it for themselves, administrators for everybody.
    """
    if by is not None and by.account == account:
        found = Account.objects.select_for_update(of=("self",)).get(pk=account)
    else:
        found, _ = locked(account=account, by=by)
    ended, _ = found.sessions.exclude(session_key=keep).delete()
    if ended:
        text = f"{found} was signed out in {ended} browser{'' if ended == 1 else 's'}"
        record(account=found, what="signed out", text=text, at=at, by=by)
    return ended


@transaction.atomic
def end_session(*, account: int, session: str, by: Person, at: datetime) -> bool:
    """Sign somebody out in one of their own browsers; say whether they were signed in there."""
    found = Account.objects.get(pk=account)
    ended, _ = found.sessions.filter(session_key=session).delete()
    if ended:
        text = f"{found} was signed out in 1 browser"
        record(account=found, what="signed out", text=text, at=at, by=by)
    return bool(ended)


@transaction.atomic
def change_password(*, account: int, password: str, by: Person, at: datetime, keep: str) -> Account:
    """Set somebody's own new password; all sessions but `keep` end, and they are told of it."""
    found = Account.objects.select_for_update(of=("self",)).get(pk=account)
    found.set_password(password)
    found.save(update_fields=["password"])
    found.sessions.exclude(session_key=keep).delete()
    withdraw_links(found)
    tell_of_password(account=found, how="by somebody who knew the old one", at=at, by=by)
    return found


def tell_of_password(*, account: Account, how: str, at: datetime, by: Person | None) -> None:
    """Write down that an account has a new password, and tell its owner by e-mail."""
    text = f"{account}'s password was changed {how}"
    record(account=account, what="password", text=text, at=at, by=by)
    if not outbox.can_deliver(MAIL):
        return
    current = process.in_force()
    title, body = words.password_changed(
        team=current.team.name, name=account.name, how=how, at=at.astimezone(current.zone)
    )
    _write(account.email, account.name, (title, body), account.about, "password", at)


def tell_of_address(*, engineer: Engineer, old: str, by: Person | None, at: datetime) -> None:
    """Write down that an engineer is reached elsewhere, and tell them at the old address."""
    who = by.name if by else OPERATOR
    journal.record(
        event=AddressChanged(engineer.pk, old, engineer.email),
        subject=engineer.about,
        text=f"{engineer} is reached by {engineer.email}, no longer by {old}",
        at=at,
        actor=who,
        clause="oncall.respond",
    )
    if not outbox.can_deliver(MAIL):
        return
    told = words.address_changed(
        team=process.in_force().team.name, name=engineer.name, new=engineer.email, by=who
    )
    _write(old, engineer.name, told, engineer.about, "address", at)


def _write(to: str, name: str, told: tuple[str, str], about: str, what: str, at: datetime) -> None:
    """Owe an e-mail to somebody."""
    title, body = told
    outbox.enqueue(
        key=f"{about}:{what}:{at.isoformat()}",
        kind=MAIL,
        subject=about,
        payload={"to": to, "subject": title, "body": body, "what": f"The e-mail to {name}"},
        at=at,
    )
