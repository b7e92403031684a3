"""Channels that are told what the status page says: subscribed, told once, ended."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import Post
from dutydesk.incidents.models import Incident
from dutydesk.kernel.actions import NotYours
from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Service
from dutydesk.status.flows import posts
from dutydesk.status.flows.channel_subscriptions import ChannelRefused
from dutydesk.status.flows.subscriptions import SubscriptionRefused
from dutydesk.status.models import ChannelSubscription, Subscription
from testing.screens import seen, visit
from testing.status import show
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
COURTS = "#courts"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben")
    show(world, tmp_path)
    return world


def number_of(service: str) -> str:
    return str(Service.objects.get(name=service).pk)


def channel(name: str = COURTS) -> str:
    return subject("channel", desk_posts.place(name).pk)


def subscribe(world: World, *services: str, name: str = COURTS) -> None:
    chosen = [number_of(one) for one in services]
    world.press("Uma", "status.subscribe", channel(name), services=chosen)


def declare(world: World, service: str = "Prison visits") -> Incident:
    values: dict[str, str | list[str]] = {"services": [number_of(service)], "another": "yes"}
    world.press(
        "Ada", "incident.declare", "new", title=f"{service} fail", user_impact="yes", **values
    )
    return Incident.objects.latest("id")


def look(world: World) -> list[str]:
    """Let a worker look after channels; give what was said in ours about incidents."""
    posts.look_after(at=world.at)
    return [one for one in world.said(COURTS) if "subscribed" not in one]


def test_a_channel_hears_each_update_once_and_says_who_subscribed_it(world: World) -> None:
    subscribe(world, "Prison visits")
    assert world.said(COURTS) == [
        "Uma subscribed this channel: what users are told about Prison visits is said here too."
    ]
    incident = declare(world)
    world.forward(minutes=1)
    world.press(
        "Ada", "incident.update", incident.about, text="A disk", next="30", phase="identified"
    )
    for _ in range(2):
        said = look(world)
    assert len(said) == 2
    assert (
        "Prison visits fail | A disk | How far it is: identified; Services: Prison visits"
        in str(said)
    )
    assert f"/status/#incident-{incident.pk}" in said[0]
    world.press("Ada", "incident.resolve", incident.about, text="It is back", repaired="")
    assert "It is back" in look(world)[-1]


def test_it_hears_of_its_services_alone_and_of_nothing_before_it_was_subscribed(
    world: World,
) -> None:
    declare(world)
    world.forward(minutes=5)
    subscribe(world, "Clusters")
    declare(world)
    assert look(world) == []
    declare(world, "Clusters")
    assert len(look(world)) == 1
    subscribe(world)
    assert ChannelSubscription.objects.get().everything
    assert len(look(world)) == 2, "of all services now, since it was subscribed first"


def test_what_is_told_there_anyway_is_not_said_twice(world: World) -> None:
    subscribe(world, name="#prisons")
    declare(world)
    before = world.said("#prisons")
    posts.look_after(at=world.at)
    assert world.said("#prisons") == before
    service = [number_of("Prison visits")]
    world.press(
        "Ada", "announcement.announce", "new", title="News", text="We moved", services=service
    )
    before = world.said("#prisons")
    posts.look_after(at=world.at)
    assert world.said("#prisons") == before


def test_workers_that_were_away_tell_no_old_news(world: World) -> None:
    subscribe(world)
    declare(world)
    world.at += timedelta(hours=2)
    assert look(world) == []


def test_anybody_ends_it_there_and_the_channel_is_told(world: World) -> None:
    subscribe(world)
    about = ChannelSubscription.objects.get().about
    (button,) = Post.objects.get(channel__name=COURTS).words.buttons
    assert (button.action, button.about) == ("status.end", about)
    world.press("Ben", "status.end", about)
    assert world.said(COURTS)[-1].startswith("Ben ended this")
    declare(world)
    assert [one for one in look(world) if "fail" in one] == []
    with pytest.raises(ChannelRefused, match="isn't subscribed"):
        world.press("Ben", "status.end", about)


def test_the_team_s_own_channels_and_a_page_that_is_off_are_refused(
    world: World, tmp_path: Path
) -> None:
    for name in ("#ask-cloud-platform", "#cloud-platform"):
        with pytest.raises(ChannelRefused, match="tells this channel already"):
            subscribe(world, name=name)
    show(world, tmp_path, who="off")
    with pytest.raises(ChannelRefused, match="There is no status page"):
        subscribe(world)
    assert not ChannelSubscription.objects.exists()


def test_a_channel_is_chosen_on_the_web(world: World) -> None:
    channel()
    form = seen(visit("Uma").get("/do/status.subscribe/new"))
    assert COURTS in form and "#cloud-platform" not in form.partition("Which channel?")[2]
    number = channel().partition(":")[2]
    world.press("Uma", "status.subscribe", "new", channel=number)
    assert ChannelSubscription.objects.get().channel.name == COURTS


def test_engineers_see_who_is_told_and_remove_whom_they_must(world: World, tmp_path: Path) -> None:
    subscribe(world, "Prison visits")
    eve = Subscription.objects.create(
        email="eve@example.org", asked_at=world.at, confirmed_at=world.at
    )
    Subscription.objects.create(email="mallory@example.org", asked_at=world.at)
    page = seen(visit("Ada").get("/status-page/"))
    assert "Everybody sees it" in page and "1 confirmed, 1 not yet." in page
    assert "#courts Prison visits Uma, 11:00" in page
    assert "eve@example.org" in page and "mallory@example.org" in page
    narrowed = seen(visit("Ada").get("/status-page/?confirmed=no"))
    assert "eve@example.org" not in narrowed and "mallory@example.org" in narrowed
    assert "eve@example.org" not in seen(visit("Ada").get("/status-page/?q=mallory"))
    with pytest.raises(NotYours):
        world.press("Uma", "status.remove", eve.about)
    world.press("Ada", "status.remove", eve.about)
    assert list(Subscription.objects.values_list("email", flat=True)) == ["mallory@example.org"]
    with pytest.raises(SubscriptionRefused, match="has ended"):
        world.press("Ada", "status.remove", eve.about)
    show(world, tmp_path, who="off")
    assert "There is no status page yet" in seen(visit("Ada").get("/status-page/"))
    assert visit("Uma").get("/status-page/").status_code == 403


def test_the_menu_leads_engineers_there(world: World) -> None:
    assert 'href="/status-page/"' in visit("Ada").get("/").text
    assert 'href="/status-page/"' not in visit("Uma").get("/").text
