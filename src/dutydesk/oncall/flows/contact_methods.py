"""Contact methods, by which people are reached: added, tested, verified, put in order, removed."""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Max

from dutydesk.database import rows
from dutydesk.journal.flows import journal
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.connected import Connected
from dutydesk.kernel.events import Event
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
from dutydesk.oncall import words
from dutydesk.oncall.models import ContactMethod
from dutydesk.oncall.rules import notification_rules
from dutydesk.oncall.rules.carriers import CARRIERS
from dutydesk.oncall.rules.notification_rules import (
    CHAT,
    EMAIL,
    LONGEST_DELAY,
    Carrier,
    ContactRoute,
)
from dutydesk.outbox.flows import outbox
from dutydesk.people.models import Account, Engineer
from dutydesk.ports.contact_methods import Addresses, BadAddress
from dutydesk.ports.delivery import MAIL

CODE_LASTS = timedelta(days=1)
_MOST = 10
_AGAIN = timedelta(minutes=1)
JUDGE = Connected[Addresses]()
"""Judges the addresses that people type in."""


class ContactMethodRefused(Refused):
    """The contact method can't be added, changed or tested so."""


class WrongCode(Refused):
    """The code or link of a test is not the last one, or is too old."""


@dataclass(frozen=True)
class ContactMethodChanged(Event):
    """Somebody's contact method was added, changed, verified or removed."""

    kind: ClassVar[str] = "way.changed"
    engineer: int
    method: int


def address_of(method: int) -> str | None:
    """Give the address of a contact method; None if it was removed."""
    return ContactMethod.objects.filter(pk=method).values_list("address", flat=True).first()


def of(engineer: Engineer) -> tuple[ContactRoute, ...]:
    """Give what somebody is called by, in order; nothing if they left or nothing reaches them."""
    if not engineer.active:
        return ()
    mail = outbox.can_deliver(MAIL)
    chat = engineer.account is not None and engineer.account.is_active
    otherwise = []
    if mail:
        otherwise.append(ContactRoute("email", "e-mail", "email", engineer.email))
    if chat:
        otherwise.append(ContactRoute("chat", "chat", "mention"))
    own = [_route(method) for method in engineer.contact_methods.all()]
    able = {"email": mail, "mention": chat, "method": True}
    return notification_rules.routes([route for route in own if able[route.carrier]], otherwise)


def _route(method: ContactMethod) -> ContactRoute:
    carriers: dict[str, Carrier] = {CHAT: "mention", "e-mail": "email"}
    verified = method.verified_at is not None
    return ContactRoute(
        key=str(method.pk),
        name=method.name,
        carrier=carriers.get(method.kind if method.address != CHAT else CHAT, "method"),
        to=method.address if method.kind == "e-mail" else "",
        delay=method.delay,
        order=method.order,
        method=method.pk,
        verified=verified,
        relied=verified and method.failing_since is None,
    )


def reachable(engineers: Collection[int]) -> dict[int, Engineer]:
    """Give those of the engineers whom some contact method reaches, by number."""
    return {number: one for number, one in read(engineers).items() if of(one)}


def read(engineers: Collection[int]) -> dict[int, Engineer]:
    """Give engineers by number, each with their account and contact methods: one statement."""
    people: dict[int, Engineer] = {}
    methods: dict[int, list[ContactMethod]] = {}
    models = {"engineer": Engineer, "account": Account, "method": ContactMethod}
    for one, account, method in rows.read(_PEOPLE, models, [list(engineers)]):
        one.account = account
        people.setdefault(one.pk, one)
        methods.setdefault(one.pk, []).extend([method] if method else [])
    for number, one in people.items():
        rows.relate(one, "contact_methods", methods[number])
    return people


_PEOPLE = """
SELECT {engineer}, {account}, {method} FROM people_engineer AS engineer
LEFT JOIN people_account AS account ON account.id = engineer.account_id
LEFT JOIN oncall_contactmethod AS method ON method.engineer_id = engineer.id
WHERE engineer.id = ANY(%s::bigint[]) ORDER BY engineer.name, method."order", method.id
"""


@transaction.atomic
def add(
    *, engineer: int, name: str, address: str, delay: int, at: datetime, by: str
) -> ContactMethod:
    """Add one at the end; it is not relied on until a test verified it. BadAddress if wrong."""
    who = Engineer.objects.select_for_update().get(pk=engineer)
    name, address = name.strip(), address.strip()
    if not name or len(name) > 60:
        raise ContactMethodRefused(
            "The contact method's name is missing or too long.", "Name it like “My phone”."
        )
    _check_delay(delay)
    kind = _kind(address)
    if who.contact_methods.count() >= _MOST:
        raise ContactMethodRefused(
            f"There are {_MOST} contact methods already.", "Remove one first."
        )
    if who.contact_methods.filter(address=address).exists():
        raise ContactMethodRefused(
            "This address is one of the contact methods already.", "Give another."
        )
    last = who.contact_methods.aggregate(last=Max("order"))["last"] or 0
    method = ContactMethod.objects.create(
        engineer=who,
        name=name,
        kind=kind,
        address=address,
        delay=delay,
        order=last + 1,
        made_at=at,
        verified_at=at if address == CHAT else None,
    )
    _record(method, f"{who.name} can be reached by {name} ({kind}) too", at, by)
    return method


def _kind(address: str) -> str:
    if address == CHAT:
        return CHAT
    if EMAIL.fullmatch(address):
        if not outbox.can_deliver(MAIL):
            raise BadAddress("This desk has no mail server.", "Choose another contact method.")
        return "e-mail"
    if JUDGE.who is None:
        raise BadAddress("This desk calls by nothing but e-mail and chat.", "Choose one of them.")
    return JUDGE.who.check(address)


def _check_delay(delay: int) -> None:
    if not 0 <= delay <= LONGEST_DELAY:
        raise ContactMethodRefused(
            f"The delay is not between 0 and {LONGEST_DELAY} minutes.", "Give a number of minutes."
        )


@transaction.atomic
def change_delay(*, method: int, engineer: int, delay: int, at: datetime, by: str) -> ContactMethod:
    """Use a contact method so many minutes after a call."""
    found = _mine(method, engineer)
    _check_delay(delay)
    found.delay = delay
    found.save(update_fields=["delay"])
    _record(found, f"{found.name} of {found.engineer.name} is used after {delay} minutes", at, by)
    return found


@transaction.atomic
def move_up(*, method: int, engineer: int) -> None:
    """Put a contact method before the one above it; the first one stays."""
    found = _mine(method, engineer)
    above = (
        ContactMethod.objects.filter(engineer=engineer, order__lt=found.order)
        .order_by("order")
        .last()
    )
    if above is not None:
        found.order, above.order = above.order, found.order
        ContactMethod.objects.bulk_update([found, above], ["order"])


@transaction.atomic
def remove(*, method: int, engineer: int, at: datetime, by: str) -> str:
    """Remove a contact method and its address; give its name."""
    found = _mine(method, engineer)
    _record(found, f"{found.engineer.name} is no longer reached by {found.name}", at, by)
    found.delete()
    return found.name


@transaction.atomic
def test(*, method: int, engineer: int, at: datetime) -> ContactMethod:
    """Owe a message with a code and a link that verify it; once a minute at most."""
    found = _mine(method, engineer)
    if found.tested_at is not None and at < found.tested_at + _AGAIN:
        raise ContactMethodRefused(
            "A test was sent less than a minute ago.", "Wait for it, then try again."
        )
    found.code, found.tested_at = f"{secrets.randbelow(10**6):06}", at
    found.save(update_fields=["code", "tested_at"])
    token = signing.dumps([found.pk, found.code], salt="contact-method")
    title, body = words.test(
        name=found.engineer.name,
        method=found.name,
        code=found.code,
        link=settings.BASE_URL + path_to("confirm-contact-method", token),
    )
    route = _route(found)
    outbox.enqueue(
        key=notification_rules.test_key(found.pk, at),
        kind=CARRIERS[route.carrier],
        subject=subject("engineer", found.engineer_id),
        payload={
            **({"contact_method": found.pk} if route.carrier == "method" else {"to": route.to}),
            "subject": title,
            "body": body,
            "account": found.engineer.account_id,
            "what": f"The test of {found.name} to {found.engineer.name}",
        },
        at=at,
    )
    return found


@transaction.atomic
def verify(*, method: int, code: str, at: datetime, engineer: int | None = None) -> ContactMethod:
    """Rely on a way from now on, because the code of its last test came back."""
    found = ContactMethod.objects.select_for_update(of=("self",)).filter(
        pk=method, code=code.strip()
    )
    mine = found.exclude(code="").select_related("engineer").first()
    wrong = mine is None or engineer not in (None, mine.engineer_id)
    if mine is None or wrong or mine.tested_at is None or at > mine.tested_at + CODE_LASTS:
        raise WrongCode("This is not the last test's code, or it is too old.", "Send a new test.")
    mine.verified_at, mine.code = at, ""
    mine.failing_since, mine.failing_why = None, ""
    mine.save(update_fields=["verified_at", "code", "failing_since", "failing_why"])
    _record(mine, f"{mine.engineer.name} got the test by {mine.name}", at, mine.engineer.name)
    return mine


def opened(*, token: str) -> tuple[ContactMethod, str]:
    """Give the contact method that a test's link is for, and its code."""
    try:
        number, code = signing.loads(
            token, salt="contact-method", max_age=int(CODE_LASTS.total_seconds())
        )
    except signing.BadSignature as error:
        raise WrongCode("This link is not valid any more.", "Send a new test.") from error
    method = ContactMethod.objects.filter(pk=number).select_related("engineer__account").first()
    if method is None or method.code != str(code) or not method.engineer.present:
        raise WrongCode("This link was used, or a newer test was sent.", "Use the newest one.")
    return method, str(code)


def heard(*, method: int, failed: str, at: datetime) -> None:
    """Note whether a message by a contact method went out: `failed` says why not, or is empty."""
    found = ContactMethod.objects.filter(pk=method)
    if not failed:
        found.exclude(failing_since=None).update(failing_since=None, failing_why="")
        return
    found.update(failing_why=failed[:200])
    found.filter(failing_since=None).update(failing_since=at)


def _mine(method: int, engineer: int) -> ContactMethod:
    found = ContactMethod.objects.select_for_update(of=("self",)).select_related("engineer")
    mine = found.filter(pk=method, engineer=engineer).first()
    if mine is None:
        raise ContactMethodRefused(
            "This contact method isn't there any more.", "Open the page again."
        )
    return mine


def _record(method: ContactMethod, text: str, at: datetime, by: str) -> None:
    journal.record(
        event=ContactMethodChanged(method.engineer_id, method.pk),
        subject=subject("engineer", method.engineer_id),
        text=text,
        at=at,
        actor=by,
        clause="oncall.respond",
    )


def names(found: Iterable[ContactRoute]) -> str:
    """Name contact methods as a sentence does: “push, e-mail and chat”."""
    each = list(dict.fromkeys(route.name for route in found))
    return " and ".join([", ".join(each[:-1]), each[-1]] if len(each) > 1 else each)
