"""How much of the database an incident takes, however many teams hear of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import transaction

from dutydesk.chat.flows import desk_posts, post_mirror
from dutydesk.chat.flows.desk_posts import DeskPost
from dutydesk.chat.models import Post, PostMirror
from dutydesk.commitments.flows.commitments import CommitmentChased
from dutydesk.incidents.flows import reminders
from dutydesk.incidents.models import Incident
from dutydesk.incidents.rules.promises import UPDATE
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.actions import ActionRequest
from dutydesk.kernel.messages import Message
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import LeadershipContact, Service, Team
from dutydesk.ports.delivery import Delivery
from dutydesk.process.flows import process
from dutydesk.wiring import ACTIONS
from testing.world import World

pytestmark = pytest.mark.django_db
MOST = 62


class Postbox:
    def deliver(self, parcel: Delivery) -> str:
        return parcel.key


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Count each statement that goes to the database, Django's and those that go beside it."""
    asked: list[str] = []
    execute = psycopg.Cursor.execute

    def counted(cursor: Any, query: Any, *values: Any, **options: Any) -> Any:
        asked.append(str(query))
        return execute(cursor, query, *values, **options)

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", counted)
        yield asked


@pytest.fixture
def _outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(outbox._senders, "email", Postbox())
    post_mirror.mirror_to("slack")
    yield
    post_mirror.mirror_to("")


def incident_of(world: World, teams: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Declare, update and resolve an incident that these many teams hear of."""
    LeadershipContact.objects.all().delete()
    for number in range(teams):
        team = Team.objects.create(name=f"Team {number}", channel=f"#team-{number}")
        Service.objects.create(name=f"Service {number}", team=team)
        LeadershipContact.objects.create(name=f"D{number}", email=f"d{number}@example.org")
    mine = Service.objects.filter(name__startswith="Service")
    ada, took = world.person("Ada"), {}

    def press(action: str, about: str, **values: Any) -> None:
        with counting(monkeypatch) as asked:
            ACTIONS.carry_out(action, ActionRequest(about, ada, world.at, world.zone, values))
        took[action] = asked
        world.forward(minutes=5)

    press(
        "incident.declare",
        "new",
        title="Nobody gets in",
        services=[str(service.pk) for service in mine],
        criteria=["outage"],
        user_impact="yes",
        began="",
    )
    about = Incident.objects.latest("id").about
    press("incident.update", about, text="We look into it", next="60")
    press("incident.resolve", about, text="It is over", repaired="")
    return took


@pytest.mark.usefixtures("_outside")
def test_an_incident_that_twelve_teams_hear_of_takes_few_statements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    took = incident_of(World(tmp_path, "2026-11-24T22:00"), 12, monkeypatch)
    assert {action: len(asked) for action, asked in took.items() if len(asked) >= MOST} == {}
    for number in range(12):
        posts = Post.objects.filter(channel__name=f"#team-{number}").order_by("id")
        root, updated, resolved = posts
        assert root.words.title == "Resolved: Nobody gets in"
        assert root.reply_count == 2
        assert (updated.thread_id, resolved.thread_id) == (root.pk, root.pk)
    assert PostMirror.objects.filter(owed=True, post__channel__name="#team-11").count() == 3
    letters = OutboxMessage.objects.filter(kind="email", key__contains=":leader:").order_by("pk")
    assert letters.filter(state="done").count() == 3 * 12


@pytest.mark.usefixtures("_outside")
@pytest.mark.parametrize("at", ["2026-11-24T11:00", "2026-11-24T22:00"])
def test_it_takes_no_more_statements_the_more_teams_hear_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    world = World(tmp_path, at)
    few = incident_of(world, 3, monkeypatch)
    clear(world)
    many = incident_of(world, 12, monkeypatch)
    for action, asked in many.items():
        assert len(asked) <= len(few[action]), action


def clear(world: World) -> None:
    """Forget the teams and go back, so that another incident begins at the same time of day."""
    world.forward(minutes=24 * 60 - 15)
    Service.objects.filter(name__startswith="Service").delete()
    Team.objects.filter(name__startswith="Team").delete()


def test_saying_many_things_twice_says_each_once(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    root = desk_posts.say(key="root", channel="#a", message=Message("Root"), at=world.at)
    posts = [
        DeskPost("reply", "#a", Message("Reply"), root.pk),
        DeskPost("second", "#a", Message("Second"), root.pk),
        DeskPost("alone", "#b", Message("Alone")),
    ]
    desk_posts.say_all(posts, at=world.at)
    desk_posts.say_all(posts, at=world.at)
    assert world.said("#a") == ["Root", "Reply", "Second"]
    assert world.said("#b") == ["Alone"]
    root.refresh_from_db()
    assert root.reply_count == 2


def test_a_reminder_of_a_night_takes_few_statements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, "2026-11-24T22:30")
    world.shifts(primary="Ben")
    monkeypatch.setitem(outbox._senders, "email", Postbox())
    world.press("Ben", "incident.declare", "new", title="Visits fail", criteria=["outage"])
    world.forward(minutes=50)
    chased = JournalEntry.objects.filter(kind=CommitmentChased.kind)
    event = CommitmentChased.from_json(chased.filter(data__promised=UPDATE).latest("id").data)
    with counting(monkeypatch) as asked, transaction.atomic(), process.held():
        reminders.chase(event=event, at=world.at)
    told = [one for one in asked if "SAVEPOINT" not in one]
    assert len(told) <= 9, "\n".join(told)
