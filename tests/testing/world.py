"""A small world for tests: people, services, shifts, and time that moves forward."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import connection
from django.db.models import QuerySet

from dutydesk.announcements.flows import occurrences
from dutydesk.announcements.models import AnnouncementSeries
from dutydesk.chat.models import Post
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.inbox.models import Arrival
from dutydesk.incidents.flows import duty_handovers
from dutydesk.journal.flows import journal
from dutydesk.journal.models import JournalEntry, Reaction
from dutydesk.kernel.actions import ActionRequest, ActionResult, Person
from dutydesk.kernel.forms import FormValues
from dutydesk.kernel.periods import instant
from dutydesk.oncall.flows import rehearsals
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.flows import people
from dutydesk.people.flows.zones import read_zone
from dutydesk.people.models import Account, Engineer
from dutydesk.people.rules import read_people
from dutydesk.process.flows import process
from dutydesk.rota.flows import edits, upkeep
from dutydesk.rota.models import Outlook
from dutydesk.wiring import ACTIONS
from testing import copied
from testing.arrivals import worked_out

PEOPLE = """
engineers:
  - {name: Ada, email: ada@example.org}
  - {name: Ben, email: ben@example.org}
  - {name: Cy, email: cy@example.org}
teams:
  - name: Prisons
    channel: "#prisons"
    services: [{name: Prison visits}]
services: [{name: Clusters, page_anyway: true}]
leadership: [{name: Director, email: director@example.org}]
"""

_NEXT_LOOK = f"""
    SELECT min(first) FROM (
        SELECT min(next_at) FROM {Commitment._meta.db_table} WHERE state = 'open'
        UNION ALL SELECT min(look_at) FROM {Outlook._meta.db_table}
        UNION ALL SELECT min(look_at) FROM {AnnouncementSeries._meta.db_table}
        UNION ALL SELECT min(due_at) FROM {OutboxMessage._meta.db_table}
            WHERE kind = ANY(%s)
    ) AS looks (first)
"""


def as_if_committed() -> None:
    """Do now, and from now on at once, what waits for the commit: a test's transaction has none."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class World:
    """The desk with people in it, at a moment that a test moves forward."""

    def __init__(self, folder: Path, local: str) -> None:
        file = folder / "process.yaml"
        process.ship(file)
        key = (file.read_bytes(), local)
        self._made = copied.made(key, lambda: self._begin(file, local))
        self.zone = process.in_force().zone
        self.at = self.moment(local)

    def _begin(self, file: Path, local: str) -> None:
        """Put the process in force, and let people come."""
        process.adopt(file=file, at=datetime(2020, 1, 1, tzinfo=UTC))
        at = instant(datetime.fromisoformat(local), process.in_force().zone)
        people.load(file=read_people(PEOPLE), at=at)
        for name in ("Ada", "Ben", "Cy", "Uma"):
            Account.objects.create_user(email=f"{name.lower()}@example.org", name=name)
        for engineer in Engineer.objects.all():
            people.save_engineer(name=engineer.name, email=engineer.email, at=at)

    def moment(self, local: str) -> datetime:
        return instant(datetime.fromisoformat(local), self.zone)

    def shifts(self, **names: str) -> None:
        start, end = self.at - timedelta(days=3), self.at + timedelta(days=40)
        key = (start, *names.items())
        self._made = copied.made(key, lambda: self.shift(start, end, **names), self._made)

    def shift(self, start: datetime, end: datetime, **names: str) -> None:
        for duty, name in names.items():
            who = Engineer.objects.get(name=name)
            edits.add_shift(duty=duty, engineer=who.pk, start=start, end=end, at=start, by="Ada")

    def person(self, name: str) -> Person:
        return people.person(Account.objects.get(name=name))

    def press(self, name: str, action: str, about: str, **values: str | list[str]) -> ActionResult:
        sent: FormValues = values
        person = self.person(name)
        press = ActionRequest(about, person, self.at, read_zone(person.zone), sent)
        done = ACTIONS.carry_out(action, press)
        self.settle()
        return done

    def settle(self) -> None:
        """Run what is owed at this moment, and try each message that is due, as a worker would."""
        while self._owes() and (self._work_out() or self.react() or self._deliver()):
            pass

    def _owes(self) -> bool:
        """Ask in one statement whether any of these has something due: most often none has."""
        tables = (one._meta.db_table for one in (Arrival, Reaction, OutboxMessage))
        asked = " OR ".join(f"EXISTS (SELECT FROM {one} WHERE due_at <= %(at)s)" for one in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {asked}", {"at": self.at})
            return bool(cursor.fetchone()[0])

    def _work_out(self) -> bool:
        """Work out what came in; give whether anything was: some waits behind what is put off."""
        due = Arrival.objects.filter(due_at__lte=self.at)
        before = due.count()
        if before:
            worked_out(self.at)
        return due.count() < before if before else False

    def react(self) -> int:
        """Run the reactions that are owed, and deliver nothing; give how many."""
        owed = list(Reaction.objects.filter(due_at__lte=self.at).order_by("id"))
        for reaction in owed:
            journal.carry_out(reaction_id=reaction.pk, at=self.at)
        return len(owed)

    def _deliver(self) -> int:
        due = list(self._messages().filter(due_at__lte=self.at).order_by("due_at", "id"))
        for message in due:
            outbox.deliver(message_id=message.pk, now=lambda: self.at)
        return len(due)

    def _messages(self) -> QuerySet[OutboxMessage]:
        open_ = OutboxMessage.objects.filter(due_at__isnull=False)
        return open_.filter(kind__in=list(outbox._senders))

    def forward(self, **by: float) -> None:
        """Let that much time pass, looking after each thing when it is due."""
        end = self.at + timedelta(**by)
        self.settle()
        duty_handovers.look_after(at=self.at)
        while (following := self._next_look()) is not None and following <= end:
            self.at = max(self.at, following)
            commitments.tick(at=self.at)
            self._look_after()
            self.settle()
        self.at = end
        self._look_after()
        self.settle()
        unheard = JournalEntry.objects.filter(kind__startswith="commitment.", reaction=None)
        assert not unheard, f"nobody is told: {unheard.last()!r} {vars(unheard.last())}"

    def _look_after(self) -> None:
        upkeep.look_after(at=self.at)
        rehearsals.look_after(at=self.at)
        occurrences.look_after(at=self.at)
        duty_handovers.look_after(at=self.at)

    def _next_look(self) -> datetime | None:
        """Ask in one statement when something is to be looked after next."""
        with connection.cursor() as cursor:
            cursor.execute(_NEXT_LOOK, [list(outbox._senders)])
            found: datetime | None = cursor.fetchone()[0]
            return found

    def said(self, channel: str, only_for: str | None = None) -> list[str]:
        """Give what was said in a channel and its threads, as one text each."""
        posts = Post.objects.filter(channel__name=channel).order_by("id")
        return [text for post in posts for text in self._text(post, only_for)]

    def _text(self, post: Post, only_for: str | None) -> Iterator[str]:
        name = post.only_for.name if post.only_for else None
        if name in (None, only_for):
            words = post.words
            facts = "; ".join(f"{key}: {value}" for key, value in words.facts)
            yield " | ".join(part for part in (words.title, words.body, facts) if part)


class Moving:
    """The world's time, as a clock."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __call__(self) -> "Moving":
        return self

    def now(self) -> datetime:
        return self.world.at


def number(name: str) -> int:
    """Give the number of an engineer."""
    return Engineer.objects.get(name=name).pk
