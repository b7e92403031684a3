"""Links that let somebody in: each for one address, for one engineer at most, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import IntegrityError, transaction
from django.db.models import Q

from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import NotYours, Person
from dutydesk.kernel.events import Event
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
from dutydesk.kernel.tokens import digest_of, make_token
from dutydesk.people.flows import accounts, names
from dutydesk.people.flows.people import AddressTaken
from dutydesk.people.models import Account, Engineer, Invitation
from dutydesk.people.rules import EngineerRow, read_row

LASTS = timedelta(days=1)


@dataclass(frozen=True)
class InvitationMade(Event):
    """A link was made that lets somebody in."""

    kind: ClassVar[str] = "invitation.made"
    email: str
    engineer: int | None
    administrator: bool


class InvitationGone(Refused):
    """The link was used, has expired, or never was one."""

    def __init__(self) -> None:
        """Say so without telling which."""
        super().__init__(
            "This sign-in link has been used or has expired.",
            "Ask an administrator for a new one; the first one is made by `dutydesk prepare`.",
        )


@transaction.atomic
def invite(
    *,
    email: str,
    at: datetime,
    name: str = "",
    administrator: bool = False,
    by: Person | None = None,
) -> tuple[str, Invitation]:
    """Make a link for whoever has this address; give its secret, which is kept nowhere.

    It makes their account, or sets a new password for the one they have. If an engineer with that
    address waits for an account, it is made for that engineer. Earlier links for the same address
    stop working.
    """
    if not accounts.decides(by):
        raise NotYours("Only administrators invite people.", "Ask one of them.")
    row = read_row(EngineerRow, name=name.strip() or "Somebody", email=email)
    account = Account.objects.filter(email__iexact=row.email).first()
    engineer = _engineer_for(row.email, account)
    if engineer is not None and not engineer.active:
        raise Refused(f"{engineer} has left the team.", "Mark them as back under People first.")
    if account is not None and not account.is_active:
        raise Refused(f"{account}'s account is closed.", "Open it again under Accounts first.")
    mine = Q(email__iexact=row.email) | (Q(account=account) if account else Q(pk=None))
    Invitation.objects.filter(mine, used_at=None).delete()
    token, made = _make(
        at,
        name=account.name if account else name.strip() or (engineer.name if engineer else ""),
        email=row.email,
        account=account,
        engineer=engineer,
        administrator=administrator or (account is not None and account.is_administrator),
    )
    whom = f"the engineer {engineer}" if engineer else row.email
    as_what = ", as an administrator" if made.administrator else ""
    journal.record(
        event=InvitationMade(row.email, engineer.pk if engineer else None, made.administrator),
        subject=account.about if account else subject("invitation", made.pk),
        text=f"A link was made that lets in {whom}{as_what}",
        at=at,
        actor=by.name if by else accounts.OPERATOR,
    )
    return token, made


def _make(at: datetime, **values: Any) -> tuple[str, Invitation]:
    token = make_token()
    made = Invitation.objects.create(
        token_hash=digest_of(token), made_at=at, expires_at=at + LASTS, **values
    )
    return token, made


def _engineer_for(email: str, account: Account | None) -> Engineer | None:
    """Give the engineer whose account it is, or who waits for one with this address."""
    its = Engineer.objects.filter(account=account).first() if account is not None else None
    return its or Engineer.objects.filter(email__iexact=email, account=None).first()


@transaction.atomic
def first_invitation(*, at: datetime) -> str | None:
    """Give the secret of a link for the first administrator; None once there is one.

    It is for whoever has it. One that was given before stops working.
    """
    if Account.objects.filter(is_administrator=True).exists():
        return None
    Invitation.objects.filter(email="", administrator=True, used_at=None).delete()
    return _make(at, administrator=True)[0]


def invitation(*, token: str, at: datetime) -> Invitation:
    """Give the invitation behind a link's secret. Raises InvitationGone and AddressTaken."""
    found = _standing(token, at)
    _check(found, found.account or _account_with(found.email))
    return found


def _standing(token: str, at: datetime, *, lock: bool = False) -> Invitation:
    """Give a link that wasn't used and is in time; a desk's first only until somebody used it."""
    links = Invitation.objects.filter(token_hash=digest_of(token), used_at=None, expires_at__gt=at)
    links = links.select_related("account", "engineer")
    found = (links.select_for_update(of=("self",)) if lock else links).first()
    first = found is not None and not found.email
    if found is None or (first and Account.objects.filter(is_administrator=True).exists()):
        raise InvitationGone
    return found


def _account_with(email: str) -> Account | None:
    return Account.objects.filter(email__iexact=email).first() if email else None


@transaction.atomic
def accept(*, token: str, name: str, password: str, at: datetime, email: str = "") -> Account:
    """Let somebody in by a link, and spend it. Raises InvitationGone and AddressTaken.

    The account is that of the link's own address; `email` counts for a desk's first link alone,
    which has none. An engineer's has their name, and nobody else takes that. An account that is
    there keeps its name and gets a new password: sessions that were opened with the old one end.
    """
    seen = _standing(token, at)
    address = seen.email or read_row(EngineerRow, name=name, email=email).email
    account = seen.account or _account_with(address)
    if account is not None:  # Locked before the link, as by whoever changes it.
        account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    found = _standing(token, at, lock=True)
    if not found.email:
        found.email, found.engineer = address, _engineer_for(address, account)
    _check(found, account)
    known = account is not None and account.has_usable_password()
    account = account or Account(email=address)
    called = account.name if known else _called(found, name, first=not seen.email)
    _set(account, called, password, found.administrator)
    found.used_at = at
    found.save(update_fields=["used_at"])
    accounts.withdraw_links(account)
    _let_in(account, found, at, known)
    return account


def _called(found: Invitation, typed: str, *, first: bool) -> str:
    """Give the name of whoever a link lets in; the first one is whoever they say."""
    if found.engineer is not None:
        return found.engineer.name
    invited_as = None if first else found.name
    return names.own(name=typed, email=found.email, invited_as=invited_as)


def _set(account: Account, name: str, password: str, administrator: bool) -> None:
    """Keep what a link gives to an account. Raises AddressTaken if it was made meanwhile."""
    account.name = name
    account.is_administrator = account.is_administrator or administrator
    account.set_password(password)
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        raise _taken(account.email) from error
    account.sessions.all().delete()


def _taken(email: str) -> AddressTaken:
    return AddressTaken(f"There is an account for {email} already.", "Sign in with it.")


def _check(found: Invitation, account: Account | None) -> None:
    """Refuse a link that would open more than it was made for.

    Another engineer's account, one who left, or is reached elsewhere by now; an administrator's;
    one that is closed.
    """
    if account is not None and found.account is None and account.has_usable_password():
        raise _taken(account.email)
    shut = account is not None and not account.is_active
    above = account is not None and account.is_administrator and not found.administrator
    if shut or above or not _is_for(found, account):
        raise InvitationGone


def _is_for(found: Invitation, account: Account | None) -> bool:
    """Say whether the account's engineer is whom the link was made for."""
    its = Engineer.objects.filter(account=account).first() if account is not None else None
    if its is not None:
        return its.active and its.pk == found.engineer_id
    waits = found.engineer
    if waits is None:
        return True
    same = waits.email.lower() == found.email.lower()
    return waits.active and waits.account_id is None and same


def _let_in(account: Account, found: Invitation, at: datetime, known: bool) -> None:
    """Let the account act for whom its link was made for; write down what became of it."""
    by = accounts.owner(account)
    if known:
        accounts.tell_of_password(account=account, how="with a link", at=at, by=by)
        return
    text = f"{account} made their account with a link"
    accounts.record(account=account, what="made", text=text, at=at, by=by)
    if found.engineer is not None:
        accounts.join(account=account, at=at, by=by)
    elif found.administrator:
        _make_engineer(account)


def _make_engineer(account: Account) -> None:
    """Let a new administrator be an engineer at once, so that the first one can begin."""
    if Engineer.objects.filter(Q(email__iexact=account.email) | Q(account=account)).exists():
        return
    Engineer.objects.create(name=account.name, email=account.email, account=account)
