"""Pictures of a timeline in its postmortem: the team sees all, others those that were ticked."""

from pathlib import Path

import pytest
from django.test import Client

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.incidents.flows import notes
from dutydesk.kernel.files import SentFile
from dutydesk.postmortems.models import Postmortem
from testing import reviews
from testing.drawn import png_of
from testing.screens import seen, visit
from testing.status import show
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
TEAM = "#cloud-platform"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    show(world, tmp_path, who="sign-in", postmortems="public")
    world.shifts(support="Ada", primary="Ada")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def reviewed(world: World) -> tuple[Postmortem, str, str]:
    """Give a postmortem whose timeline has two messages with a picture each, and where they are."""
    about = world.press("Ada", "incident.declare", "new", title="Lists are empty").show
    addresses = []
    for text in ("Disk full", "Ada's screen"):
        files = [SentFile("a.png", png_of(), text)]
        by = Author.of(world.person("Ben"))
        said = people_posts.post(by=by, channel=TEAM, text=text, at=world.at, files=files)
        number = int(about.partition(":")[2])
        notes.keep(incident=number, post=said.pk, by=world.person("Ben"), at=world.at)
        addresses.append(said.pictures.get().address)
    world.press("Ada", "incident.resolve", about, text="It is over")
    opened = world.press("Ada", "postmortem.open", about).show
    found = Postmortem.objects.get(pk=int(opened.partition(":")[2]))
    for key, text in reviews.WORDS.items():
        reviews.write(world, found, key, text)
    return found, addresses[0], addresses[1]


def publish(world: World, found: Postmortem) -> None:
    reviews.decide_all(world, found)
    world.press("Ada", "postmortem.sign=lead", found.about)
    reviews.publish(world, found)


def tick(found: Postmortem, *addresses: str) -> None:
    numbers = [one.rpartition("/")[2] for one in addresses]
    sent = {"what": "pictures", "picture": numbers}
    assert visit("Ada").post(f"/postmortems/{found.pk}/publish", sent).status_code == 302


def test_no_picture_is_published_unless_somebody_ticked_it(world: World) -> None:
    found, disk, screen = reviewed(world)
    page = visit("Uma").get(f"/postmortems/{found.pk}").text
    assert f'src="{disk}"' in page and f'src="{screen}"' in page
    publish(world, found)
    public, anybody = f"/postmortems/published/{found.pk}", Client()
    assert "<img" not in anybody.get(public).text
    for address in (disk, screen):
        number = address.rpartition("/")[2]
        assert anybody.get(f"{public}/pictures/{number}").status_code == 404
    tick(found, disk)
    assert "<img" not in anybody.get(public).text  # What is published stays as it is.
    publish(world, found)
    read = anybody.get(public)
    shown = f"{public}/pictures/{disk.rpartition('/')[2]}"
    assert read.text.count("<img") == 1 and f'src="{shown}"' in read.text
    assert 'alt="Disk full"' in read.text and "Ben" not in seen(read)
    answer = anybody.get(shown)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/png", "public, max-age=60")
    assert anybody.get(f"{public}/pictures/{screen.rpartition('/')[2]}").status_code == 404
    assert anybody.get(disk).status_code == 302


def test_what_a_picture_is_said_to_show_is_looked_through_too(world: World) -> None:
    found, _, screen = reviewed(world)
    tick(found, screen)
    publish(world, found)
    page = Client().get(f"/postmortems/published/{found.pk}").text
    assert "<img" in page and "Ada" not in page


def test_a_picture_that_is_taken_back_is_gone_from_what_was_published(world: World) -> None:
    found, disk, screen = reviewed(world)
    tick(found, disk, screen)
    publish(world, found)
    public, anybody = f"/postmortems/published/{found.pk}", Client()
    assert anybody.get(public).text.count("<img") == 2
    by = Author.of(world.person("Ben"))
    first = Post.objects.get(pictures=int(disk.rpartition("/")[2]))
    people_posts.remove(post=first.pk, by=by, at=world.at)
    assert anybody.get(public).text.count("<img") == 1
    assert "Disk full" not in anybody.get(f"{public}.json").text
    assert anybody.get(f"{public}/pictures/{disk.rpartition('/')[2]}").status_code == 404
