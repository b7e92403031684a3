"""Telling those who tell senior leadership by contact methods of their own, in their order.

The first goes at once, beside the e-mail that everybody gets; if it fails, the next one does. Their
chat is the direct message, and the address that the e-mail goes to is that e-mail.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Lower

from dutydesk.chat.flows import direct_messages
from dutydesk.oncall.flows import contact_methods
from dutydesk.oncall.rules.carriers import CARRIERS
from dutydesk.oncall.rules.notification_rules import ContactRoute
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import Owing
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Account, Engineer

MARK = ":leader:"
"""Stands in the keys of their messages, before whose it is."""
_MAIL, _DIRECT = "", ":direct"


def first(emails: Collection[str], directly: Collection[str]) -> dict[str, ContactRoute]:
    """Give by which method of their own each is told beside what they get anyhow, by address.

    `directly`: the addresses of those who get a direct message. All are in lower case.
    """
    found = {}
    for email, engineer in _engineers(emails).items():
        chain = _chain(engineer, email, direct=email in directly)
        end, route = next(chain, (_MAIL, None))
        if route is not None and end not in (_MAIL, _DIRECT):
            found[email] = route
    return found


def owing(
    *, base: str, about: str, name: str, email: str, route: ContactRoute, title: str, body: str
) -> Owing:
    """Give the message by one contact method to owe; `base` is the key of the e-mail to them."""
    payload = {
        "name": name,
        "leader": email,
        "way": route.name,
        "what": f"The {route.name} that tells {name}",
        "subject": title,
        "body": body,
        **({"to": route.to} if route.carrier == "email" else {"contact_method": route.method}),
    }
    return Owing(f"{base}:{route.method}", CARRIERS[route.carrier], about, payload)


def use_next(message: OutboxMessage, *, at: datetime) -> bool:
    """Owe the news by the method after one that failed; give whether any carries it now."""
    base, end = _split(message.key)
    email = _email_of(message)
    engineer = _engineers([email]).get(email)
    if engineer is None:
        return False
    direct = bool(direct_messages.reached([engineer.account_id or 0]))
    chain = list(_chain(engineer, email, direct=direct))
    later = [which for which, _ in chain]
    if end not in later:
        return False
    for suffix, route in chain[later.index(end) + 1 :]:
        tried = OutboxMessage.objects.filter(key=f"{base}{suffix}").first()
        if tried is None and suffix not in (_MAIL, _DIRECT):
            payload = message.payload
            following = owing(
                base=base, about=message.subject, name=payload["name"], email=email, route=route,
                title=payload["subject"], body=payload["body"],
            )  # fmt: skip
            outbox.enqueue_all([following], at=at)
            return True
        if tried is not None and tried.state != OutboxMessage.State.FAILED:
            return True
    return False


def _email_of(message: OutboxMessage) -> str:
    """Give the address of whom it tells: a direct message knows their account alone."""
    payload = message.payload
    if "account" in payload:
        rows = Account.objects.filter(pk=payload["account"]).values_list("email", flat=True)
        return (rows.first() or "").lower()
    return str(payload.get("leader") or payload.get("to") or "").lower()


def method_of(key: str) -> int | None:
    """Give the contact method of the person's own that a message goes by; None for where all are.

    `key` is the message's.
    """
    end = _split(key)[1].removeprefix(":")
    return int(end) if end.isdecimal() else None


def heard(*, key: str, failed: str, at: datetime) -> None:
    """Note on the person's own method how a message by it went: `failed` says why not."""
    method = method_of(key)
    if method is not None:
        contact_methods.heard(method=method, failed=failed, at=at)


def _split(key: str) -> tuple[str, str]:
    """Give the key of the e-mail to the same person, and what tells this message from that."""
    _, mark, end = key.rpartition(MARK)[2].partition(":")
    return key.removesuffix(f"{mark}{end}"), f"{mark}{end}"


def _engineers(emails: Collection[str]) -> dict[str, Engineer]:
    """Give the engineers who have these addresses, themselves or their accounts."""
    rows = Engineer.objects.annotate(mine=Lower("email"), theirs=Lower("account__email"))
    some = rows.filter(Q(mine__in=emails) | Q(theirs__in=emails)).select_related("account")
    found: dict[str, Engineer] = {}
    for one in some.prefetch_related("contact_methods"):
        for email in {one.mine, one.theirs} & set(emails):
            found[email] = one
    return found


def _chain(engineer: Engineer, email: str, *, direct: bool) -> Iterator[tuple[str, ContactRoute]]:
    """Give their own methods that are verified, in their order, each with the end of its key."""
    for route in contact_methods.of(engineer):
        if route.method is None or not route.verified:
            continue
        if route.carrier == "mention":
            if direct:
                yield _DIRECT, route
        elif route.carrier == "email" and route.to.lower() == email:
            yield _MAIL, route
        else:
            yield f":{route.method}", route
