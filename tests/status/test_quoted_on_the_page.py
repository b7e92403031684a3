"""Who asks takes their words back: whoever subscribed to the status page reads them no more."""

from pathlib import Path

import pytest
from django.test import Client

from dutydesk.chat.flows import desk_posts, people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.incidents.models import Incident
from dutydesk.kernel.subjects import subject
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Service
from dutydesk.ports.delivery import MAIL, Delivery
from dutydesk.status.flows import letters, posts
from dutydesk.status.models import Subscription
from testing.asked import ask
from testing.searched import rows_with
from testing.status import show
from testing.world import Moving, World, as_if_committed

pytestmark = pytest.mark.django_db
SECRET = "Winterbottom"


class MailServer:
    """A mail server that takes everything."""

    def deliver(self, parcel: Delivery) -> str:
        return "taken"


def test_what_is_taken_back_is_gone_from_channels_and_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_if_committed()
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    monkeypatch.setitem(outbox._senders, MAIL, MailServer())
    world.shifts(support="Ada", primary="Ben")
    show(world, tmp_path)
    visits = str(Service.objects.get(name="Prison visits").pk)
    courts = subject("channel", desk_posts.place("#courts").pk)
    world.press("Uma", "status.subscribe", courts, services=[visits])
    Client().post("/status/subscribe", {"email": "eve@example.org", "services": []})
    Subscription.objects.update(confirmed_at=world.at)
    world.forward(minutes=1)
    question = ask(world, text=f"Visits can't be booked for Mrs {SECRET} 4929")
    world.press(
        "Ada",
        "incident.declare",
        question.about,
        title=question.title,
        services=[visits],
        criteria=["outage"],
        user_impact="yes",
    )
    for look_after in (posts.look_after, letters.look_after):
        look_after(at=world.at)
    for told in (Post, OutboxMessage):
        assert told.objects.filter(key__startswith="status:incident-").exists()
    uma = Author.of(world.person("Uma"))
    people_posts.remove(post=question.post_id, by=uma, at=world.at)
    world.settle()
    assert rows_with(SECRET) == []
    assert Incident.objects.get().title == "(removed)"
