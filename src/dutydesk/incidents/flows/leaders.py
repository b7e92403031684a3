"""Those who tell senior leadership: who they are, and what they are told by e-mail and in chat."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Lower

from dutydesk.chat.flows import direct_messages
from dutydesk.incidents.flows import audiences, leader_methods
from dutydesk.incidents.flows.leader_methods import MARK
from dutydesk.incidents.models import Incident
from dutydesk.incidents.rules.news import IncidentNews
from dutydesk.incidents.words import leader_words
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.messages import Message
from dutydesk.kernel.subjects import screen_of
from dutydesk.kernel.tellings import LEADERS, Receipt, ReceiptState, Telling
from dutydesk.oncall.rules.notification_rules import ContactRoute
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import MessageSettled, Owing
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.flows.people import ContactAddressEnded
from dutydesk.people.models import Account, Engineer, LeadershipContact
from dutydesk.ports.contact_methods import CONTACT_METHOD
from dutydesk.ports.delivery import MAIL
from dutydesk.ports.direct_messages import DIRECT
from dutydesk.process.flows import process

WAYS: Mapping[str, str] = {
    MAIL: "e-mail",
    DIRECT: "direct message",
    CONTACT_METHOD: "contact method",
}
"""What carries their letters."""


@dataclass(frozen=True, slots=True)
class Leader:
    """Somebody who carries the news to senior leadership."""

    name: str
    email: str


def everybody() -> list[Leader]:
    """Give them: of the page of people, and of the process file, each address once."""
    contacts = [Leader(one.name, one.email) for one in LeadershipContact.objects.all()]
    return _each_once([*contacts, *_of_the_process()])


def _of_the_process() -> list[Leader]:
    who = process.in_force().incidents.leaders.who
    emails = _emails([one for one in who if "@" not in one])
    named = [
        Leader(one.partition("@")[0], one if "@" in one else emails.get(one, "")) for one in who
    ]
    return [one for one in named if one.email]


def _emails(names: Sequence[str]) -> dict[str, str]:
    """Give the addresses of people of the desk by their names."""
    if not names:
        return {}
    accounts = Account.objects.filter(name__in=names, is_active=True)
    engineers = Engineer.objects.filter(name__in=names, active=True)
    found = dict(accounts.values_list("name", "email"))
    return found | dict(engineers.values_list("name", "email"))


def unknown() -> list[str]:
    """Give the names in the process file that nobody of the desk has."""
    names = [one for one in process.in_force().incidents.leaders.who if "@" not in one]
    return sorted(set(names) - set(_emails(names)))


def _each_once(some: Iterable[Leader]) -> list[Leader]:
    return list({one.email.lower(): one for one in reversed(list(some))}.values())[::-1]


def hear_of(*, high: bool) -> bool:
    """Say whether they are told of an incident of this priority. Clause incident.comms-leaders."""
    return high or process.in_force().incidents.leaders.hear_of == "all"


def told(before: Iterable[Sequence[str]]) -> list[Leader]:
    """Give who hears of it: all who do now, and whoever was told of it before.

    But nothing goes to an address that was wrong, or of whom People has no more, nor to somebody
    who may not come in any more.
    """
    known = [Leader(name, email) for name, email in before]
    gone = _gone([one.email for one in known]) if known else set[str]()
    still = (one for one in known if one.email.lower() not in gone)
    return _each_once([*everybody(), *still])


def _gone(emails: Sequence[str]) -> set[str]:
    """Give the addresses, in lower case, that are nobody's who is to be told."""
    ended = JournalEntry.objects.filter(kind=ContactAddressEnded.kind, data__email__in=list(emails))
    gone = {str(email).lower() for email in ended.values_list("data__email", flat=True)}
    low = [one.lower() for one in emails]
    left = (Engineer.objects.filter(active=False), Account.objects.filter(is_active=False))
    engineers, accounts = (
        some.annotate(lower=Lower("email")).filter(lower__in=low).order_by().values_list("lower")
        for some in left
    )
    return gone | {email for (email,) in engineers.union(accounts)}


def letter(
    incident: Incident,
    *,
    title: str,
    label: str,
    text: str,
    next_at: datetime | None,
    at: datetime,
) -> Message:
    """Give the letter about an incident that is there: its subject and what it says."""
    news, about = audiences.news_of(incident), incident.about
    return letter_of(news, title=title, label=label, text=text, next_at=next_at, about=about, at=at)


def declared(news: IncidentNews, *, about: str, next_at: datetime, at: datetime) -> Message:
    """Give the letter about an incident that was just declared."""
    kind = "High-priority incident" if news.high else "Incident"
    text = f"{news.by} of {process.in_force().team.name} declared it. We are looking into it."
    title = f"{kind}: {news.title}"
    return letter_of(
        news, title=title, label="What is done", text=text, next_at=next_at, about=about, at=at
    )


def letter_of(
    news: IncidentNews,
    *,
    title: str,
    label: str,
    text: str,
    next_at: datetime | None,
    about: str,
    at: datetime,
) -> Message:
    """Give the letter about an incident; `about` is empty for one that is not declared yet."""
    where = screen_of(about) if about else path_to("incidents")
    return leader_words.letter(
        news,
        title=title,
        label=label,
        text=text,
        next_at=next_at,
        link=settings.BASE_URL + where,
        zone=process.in_force().zone,
        at=at,
    )


def tell(incident: Incident, key: str, said: Message, *, at: datetime) -> None:
    """Write to them. Clause incident.comms-leaders.

    From then on they hear of it to its end, though they be off the list by then. Of an exercise
    they never hear.
    """
    if incident.exercise:
        return
    who = told(incident.leaders)
    incident.leaders_told = True
    incident.leaders = [[one.name, one.email] for one in who]
    incident.save(update_fields=["leaders_told", "leaders"])
    owe(who, key, said, incident.about, at)


def owe(who: Sequence[Leader], key: str, said: Message, about: str, at: datetime) -> None:
    """Owe each of them a letter, once for each key; also while no mail server is set up."""
    letters = [
        Owing(
            f"{key}{MARK}{_digest(one)}",
            MAIL,
            about,
            {
                "to": one.email,
                "name": one.name,
                "what": f"The e-mail to {one.name}",
                "subject": said.title,
                "body": f"{said.body}\n",
            },
        )
        for one in who
    ]
    directly = _directly(who)
    direct = [
        direct_messages.owing(
            key=f"{key}{MARK}{_digest(one)}:direct",
            about=about,
            account=account,
            name=one.name,
            title=said.title,
            body=said.body,
        )
        for one, account in directly
    ]
    own = [
        leader_methods.owing(
            base=f"{key}{MARK}{_digest(one)}",
            about=about,
            name=one.name,
            email=one.email.lower(),
            route=route,
            title=said.title,
            body=said.body,
        )
        for one, route in _by_own_methods(who, directly)
    ]
    outbox.enqueue_all([*letters, *direct, *own], at=at)


def _digest(one: Leader) -> str:
    return sha256(one.email.lower().encode()).hexdigest()[:16]


def _directly(who: Sequence[Leader]) -> list[tuple[Leader, int]]:
    """Give who of them is written to in the chat outside too, with their accounts."""
    if not process.in_force().incidents.leaders.direct or not who:
        return []
    emails = [one.email.lower() for one in who]
    rows = Account.objects.annotate(lower=Lower("email")).filter(lower__in=emails)
    accounts = dict(rows.values_list("lower", "pk"))
    there = direct_messages.reached(accounts.values())
    mine = ((one, accounts.get(one.email.lower(), 0)) for one in who)
    return [(one, account) for one, account in mine if account in there]


def _by_own_methods(
    who: Sequence[Leader], directly: Iterable[tuple[Leader, int]]
) -> list[tuple[Leader, ContactRoute]]:
    """Give who of them is told by a contact method of their own too, and by which at first."""
    if not process.in_force().incidents.leaders.direct or not who:
        return []
    emails = [one.email.lower() for one in who]
    found = leader_methods.first(emails, {one.email.lower() for one, _ in directly})
    mine = ((one, found.get(one.email.lower())) for one in who)
    return [(one, route) for one, route in mine if route is not None]


def tellings(who: Iterable[Leader], said: Message) -> list[Telling]:
    """Give what each of them reads, and where."""
    return [Telling(LEADERS, place, said) for place in places(list(who))]


def places(who: Sequence[Leader]) -> list[str]:
    """Name where they read it: each one's mail, their direct messages and what they set."""
    directly = _directly(who)
    direct = [f"{one.name} (direct message)" for one, _ in directly]
    own = [f"{one.name} ({route.name})" for one, route in _by_own_methods(who, directly)]
    return [*(f"{one.name} (e-mail)" for one in who), *direct, *own]


def receipts(about: str) -> dict[str, list[Receipt]]:
    """Give what became of their letters about a subject, by what their keys begin with. One query.

    A letter that was withdrawn was never owed to anybody.
    """
    found: dict[str, list[Receipt]] = defaultdict(list)
    letters = OutboxMessage.objects.filter(subject=about, kind__in=WAYS, key__contains=MARK)
    for one in letters.order_by("pk"):
        if one.state != OutboxMessage.State.WITHDRAWN:
            found[one.key.rpartition(MARK)[0]].append(_receipt(one))
    return found


def _receipt(one: OutboxMessage) -> Receipt:
    states: dict[str, ReceiptState] = {"done": "delivered", "failed": "failed"}
    return Receipt(
        LEADERS,
        f"{one.payload.get('name') or one.payload['to']} ({way_of(one)})",
        states.get(one.state, "waiting"),
        one.settled_at,
        one.attempts,
        one.reason,
    )


def way_of(letter: OutboxMessage) -> str:
    """Give what carries a letter, as people call it."""
    return str(letter.payload.get("way") or WAYS[letter.kind])


def without_arrivals(line: QuerySet[JournalEntry]) -> QuerySet[JournalEntry]:
    """Give a timeline without that each of their letters arrived: receipts say so."""
    return line.exclude(kind=MessageSettled.kind, data__delivered=True, data__key__icontains=MARK)
