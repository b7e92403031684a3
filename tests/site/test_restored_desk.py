"""What a backup owed may have been done since: a desk that is made again of it says so."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from dutydesk.chat.flows import channels, desk_posts, post_mirror
from dutydesk.chat.models import Post, PostMirror
from dutydesk.database.postgresql import outside_pool
from dutydesk.incidents.models import Maintenance
from dutydesk.journal.models import JournalEntry, Reaction
from dutydesk.kernel.kinds import MessageKind
from dutydesk.kernel.messages import Message
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Service
from dutydesk.ports.delivery import Delivery
from dutydesk.ports.maintenance import COMMAND, WEBHOOK
from dutydesk.site.backups import restoration
from testing.world import World

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
HERE = "#ask-cloud-platform"


class Server:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.taken: list[Delivery] = []

    def deliver(self, parcel: Delivery) -> str:
        self.taken.append(parcel)
        return parcel.key


@pytest.mark.django_db(transaction=True)
def test_what_was_owed_is_in_doubt_and_what_switches_something_is_let_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, "2026-11-24T10:00")
    visits = Service.objects.get(name="Prison visits")
    out = Maintenance.objects.create(service=visits, on_at=AT, on_by="Ada")
    letter, server = MessageKind("letter"), Server()
    monkeypatch.setitem(outbox._senders, letter, server)
    post_mirror.mirror_to("slack")
    channels.meet(outside="slack:T1:C1", name=HERE)
    desk_posts.say(key="a", channel=HERE, message=Message("Hello"), at=AT)
    post_mirror.mirror_to("")
    for kind in (letter, WEBHOOK, COMMAND.one("prison-visits")):
        payload = {"what": f"The {kind}", "body": "", "to": "a@example.org", "maintenance": out.pk}
        outbox.enqueue(key=kind, kind=kind, subject="incident:1", payload=payload, at=AT)
    with connection.cursor() as cursor:
        cursor.execute(restoration.DOUBT)
    assert PostMirror.objects.get().uncertain
    at = AT + timedelta(minutes=1)
    for number in OutboxMessage.objects.filter(due_at__isnull=False).values_list("pk", flat=True):
        outbox.deliver(message_id=number, now=lambda: at)
    assert [(one.key, one.uncertain) for one in server.taken] == [("letter", True)]
    states = OutboxMessage.objects.order_by("pk").values_list("kind", "state")
    assert list(states) == [
        ("letter", "done"),
        ("maintenance.webhook", "withdrawn"),
        ("command:prison-visits", "withdrawn"),
    ]
    told = JournalEntry.objects.filter(text__contains="See to it by hand").order_by("pk")
    assert [one.data["key"] for one in told] == ["maintenance.webhook", "command:prison-visits"]
    Reaction.objects.update(due_at=at)
    world.at = at
    world.react()
    said = Post.objects.filter(key__startswith="switch:").order_by("pk")
    assert [one.words.title for one in said] == ["Maintenance was not heard"] * 2
    assert "was not heard: the desk was made again from a backup" in said[0].words.body


@pytest.mark.django_db
def test_a_backup_of_a_version_that_can_t_say_so_is_left_as_it_is() -> None:
    with psycopg.connect(make_conninfo(**{**outside_pool(), "dbname": "postgres"})) as server:
        server.execute(restoration.DOUBT)
