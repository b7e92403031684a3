"""A postmortem is found by its words, and leads to incidents that were like it."""

from pathlib import Path
from typing import Any

import pytest

from dutydesk.desk.flows.search import Among, find
from dutydesk.people.models import Service
from dutydesk.postmortems.flows import chronicle, similar
from dutydesk.postmortems.models import Postmortem
from testing import reviews
from testing.screens import seen, visit
from testing.world import World, as_if_committed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-24T11:00")


def review(world: World, title: str, service: str = "", factor: str = "") -> Postmortem:
    services = [str(Service.objects.get(name=service).pk)] if service else []
    values: dict[str, Any] = {"criteria": ["outage"], "title": title, "services": services}
    about = world.press("Ada", "incident.declare", "new", **values).show
    world.press("Ada", "incident.resolve", about, text="It works again")
    found = Postmortem.objects.get(incident=int(about.partition(":")[2]))
    if factor:
        key = chronicle.entries(found.incident, at=world.at)[0].key
        reviews.write(world, found, f"factor.{key}", factor)
    return found


@pytest.mark.clause("postmortem.timeline")
def test_those_of_the_same_service_or_with_the_same_factor_are_listed(world: World) -> None:
    service = review(world, "Same service", "Prison visits")
    factor = review(world, "Same factor", "Clusters", "No alert on disks")
    review(world, "Neither", "Clusters", "A typo")
    mine = review(world, "Mine", "Prison visits", "no alert on DISKS ")
    found = similar.similar(mine)
    assert [one.incident.title for one in found] == ["Same factor", "Same service"]
    assert found[0].factors == ("No alert on disks",)
    assert found[1].services == ("Prison visits",)
    page = seen(visit("Uma").get(f"/postmortems/{mine.pk}"))
    assert "same factor: No alert on disks" in page
    for one in (service, factor):
        assert f'href="/postmortems/{one.pk}"' in visit("Uma").get(f"/postmortems/{mine.pk}").text


@pytest.mark.clause("postmortem.publish")
def test_it_is_found_by_its_words_and_its_incident_s_title(world: World) -> None:
    as_if_committed()
    mine = review(world, "Visits fail")
    reviews.write(world, mine, "summary", "The certificate authority had expired")
    among = Among(kind="postmortem")

    def found(words: str) -> list[str]:
        return [one.address for one in find(words=words, among=among).found]

    assert found("certificate expired") == found("visits") == [f"/postmortems/{mine.pk}"]
    why = {"reason": "It was seen otherwise"}
    world.press("Ada", "incident.correct", mine.incident.about, title="Bookings fail", **why)
    assert found("bookings") == [f"/postmortems/{mine.pk}"]
    assert "Postmortems" in seen(visit("Uma").get("/find?q=certificate&kind=postmortem"))
    reviews.write(world, mine, "summary", "")
    mine.passages.all().delete()
    world.press("Ada", "incident.mistake", mine.incident.about, **why)
    assert found("bookings") == []
