"""Calling people for pages: a message by each contact method, and a link to answer by."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core import signing

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import Post
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.messages import Message, calling_nobody
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall import words
from dutydesk.oncall.flows import contact_methods, page_runbook
from dutydesk.oncall.models import Call, Page
from dutydesk.oncall.rules.carriers import CARRIERS
from dutydesk.oncall.rules.notification_rules import ContactRoute, call_key
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import Owing
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Engineer
from dutydesk.ports.delivery import MAIL, Delivery, Undelivered, told
from dutydesk.process.flows import process

LINK_LASTS = 7 * 24 * 3600
PHONE, LEAST_DETAILS = 1_000, 200
"""Letters that every service takes whole that reaches telephones, as Pushover's 1,024 and 1,600 of
an SMS; and how many of them the details have at least."""


class BadLink(Refused):
    """The link in a page's message is not one, or is too old."""


def reach_all(calls: Sequence[Call], at: datetime, *, new: bool = False) -> list[str]:
    """Owe an outbox message for each contact method of those called; give for each their names.

    Each is due after its delay; in a rehearsal all are due at once. The calls are made at `at`, one
    a page, and are the first for theirs if they are `new`. Clause oncall.respond.
    """
    runbooks = page_runbook.of([call.page for call in calls])
    before = {} if new else _called_before(calls)
    routes = {call.engineer_id: contact_methods.of(call.engineer) for call in calls}
    within = process.in_force().on_call.acknowledge_within
    owed = []
    for call in calls:
        so_far = _so_far(call, before.get(call.page_id, {}))
        found = runbooks.get(call.page.subject)
        runbook = page_runbook.told(found, _token(call.page, call.engineer)) if found else None
        for route in routes[call.engineer_id]:
            delay = timedelta() if call.page.only_id else timedelta(minutes=route.delay)
            key, kind = call_key(call.pk, route.key), CARRIERS[route.carrier]
            payload = _payload(call, route, runbook, so_far, within)
            owed.append(Owing(key, kind, call.page.about, payload, after=delay, urgent=True))
    outbox.enqueue_all(owed, at=at)
    return [contact_methods.names(routes[call.engineer_id]) for call in calls]


def _called_before(calls: Sequence[Call]) -> dict[int, dict[int, str]]:
    """Give who was called before for each page: their names by their numbers, in order."""
    earlier = Call.objects.filter(page__in=[call.page_id for call in calls], skipped=False)
    earlier = earlier.exclude(pk__in=[call.pk for call in calls]).order_by("pk")
    names: dict[int, dict[int, str]] = {}
    for page, engineer, name in earlier.values_list("page", "engineer", "engineer__name"):
        names.setdefault(page, {}).setdefault(engineer, name)
    return names


def _so_far(call: Call, before: Mapping[int, str]) -> str:
    """Say who was called before, and who has it."""
    names = list(dict.fromkeys(name for pk, name in before.items() if pk != call.engineer_id))
    had = call.page.acknowledged_by
    return words.so_far(called=names, had=had.name if had and had != call.engineer else "")


def _payload(
    call: Call,
    route: ContactRoute,
    runbook: words.Runbook | None,
    so_far: str,
    within: timedelta,
) -> dict[str, object]:
    page, who = call.page, call.engineer
    mail = partial(
        words.mail,
        title=page.title,
        link=link(page, who),
        name=who.name,
        rehearsal=page.only_id is not None,
        runbook=runbook,
        so_far=so_far,
        within=within,
    )
    details = page.details
    if route.carrier != "email":
        _, rest = mail(details="")
        details = _shortened(details, max(LEAST_DETAILS, PHONE - len(rest)))
    title, body = mail(details=details)
    payload = {"subject": title, "body": body, "what": f"The {route.name} that pages {who.name}"}
    match route.carrier:
        case "email":
            return {**payload, "to": route.to}
        case "method":
            return {**payload, "contact_method": route.method}
        case _:
            mention = words.mention(name=who.name, title=page.title)
            return {
                **payload,
                "body": mention if page.thread_key else body,
                "thread": page.thread_key,
                "account": who.account_id,
            }


def _shortened(details: str, longest: int) -> str:
    """Give the first lines that fit, so that no address is cut; with a sign if there are more."""
    if len(details) <= longest:
        return details
    start = details[: longest - 2]
    return f"{start.rpartition(chr(10))[0] or start} …"


def mail(page: Page, who: Engineer, said: tuple[str, str], *, key: str, at: datetime) -> None:
    """Owe somebody one mail about a page, once a key, if mail goes out here; it is no call."""
    if not outbox.can_deliver(MAIL):
        return
    mails = (route.to for route in contact_methods.of(who) if route.carrier == "email")
    what = f"The e-mail that tells {who.name} of it"
    payload = {"subject": said[0], "body": said[1], "to": next(mails, who.email), "what": what}
    outbox.enqueue(key=key, kind=MAIL, subject=page.about, payload=payload, at=at)


def withdraw(page: Page, at: datetime) -> None:
    """Stop calling anybody for a page."""
    for kind in CARRIERS.values():
        outbox.withdraw(subject=page.about, kind=kind, at=at)


def of_call(call: Call) -> list[OutboxMessage]:
    """Give the outbox messages of a call, in the order in which they are due."""
    found = OutboxMessage.objects.filter(
        subject=call.page.about, key__startswith=call_key(call.pk, "")
    )
    return list(found.order_by("due_at", "pk"))


def link(page: Page, engineer: Engineer) -> str:
    """Give the address by which one person answers a page without signing in."""
    return settings.BASE_URL + path_to("answer-page", _token(page, engineer))


def _token(page: Page, engineer: Engineer) -> str:
    """Name a page and a person; of pages with one number only that which was raised then."""
    return signing.dumps([page.pk, engineer.pk, _moment(page)], salt="page")


def _moment(page: Page) -> int:
    return int(page.raised_at.timestamp())


def answered_by_link(*, token: str) -> tuple[Page, Engineer]:
    """Give the page and the person whom a link in a message was made for."""
    try:
        page_id, engineer_id, *moment = signing.loads(token, salt="page", max_age=LINK_LASTS)
    except signing.BadSignature as error:
        raise BadLink("This link is not valid any more.", "Sign in to see the page.") from error
    engineer = Engineer.objects.select_related("account").filter(pk=engineer_id).first()
    if engineer is None or not engineer.present:
        raise BadLink("This link is not valid any more.", "Ask an administrator to let you in.")
    found = Page.objects.filter(pk=page_id).first()
    # Links that were made by earlier versions know no moment.
    if found is None or moment not in ([], [_moment(found)]):
        raise BadLink("This link is for another page.", "Sign in to see what fires now.")
    return found, engineer


class MentionSender:
    """Mentions somebody in the built-in chat: under the page, or to them alone."""

    def deliver(self, parcel: Delivery) -> str:
        """Say it once for each outbox message; its reference is the post."""
        payload = parcel.payload
        root = Post.objects.filter(key=payload.get("thread", "")).first()
        if root is None and payload["account"] is None:
            raise Undelivered("they have no account", permanent=True)
        post = desk_posts.say(
            key=parcel.key,
            channel=root.channel.name if root else process.in_force().team.channel,
            message=Message(
                calling_nobody(told(parcel)),
                title="" if root else calling_nobody(payload["subject"]),
            ),
            at=parcel.at,
            thread=root,
            only_for=None if root else payload["account"],
        )
        return f"post {post.pk}"
