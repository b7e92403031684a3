"""An incident's screen: three things to do stand first, and the rest is one press away."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.incidents.models import Incident
from dutydesk.people.models import Service
from testing.screens import squeezed, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
CHANGES = ["Correct it", "Change the priority", "It was declared by mistake"]
REST = [
    "Start maintenance",
    "Inform the team",
    "Write the plan",
    *CHANGES,
]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben")
    return world


def buttons(who: str, number: int) -> tuple[list[str], list[str]]:
    """Give the buttons that stand first, and those behind More."""
    page = squeezed(visit(who).get(f"/incidents/{number}").text)
    card = page[page.index('id="incident-do"') : page.index('id="incident-updates"')]
    first, _, rest = card.partition("<summary>More</summary>")
    label = re.compile(r"<button[^>]*>([^<]*)</button>")
    return label.findall(first), label.findall(rest)


def test_lead_update_and_resolve_stand_first(world: World) -> None:
    about = world.press("Ben", "incident.declare", "new", title="Visits are down").show
    incident = Incident.objects.get()
    first = ["Write an update", "I'll lead", "Resolve"]
    rest = ["Give the lead", "I'm working on this", *REST]
    assert buttons("Ada", incident.pk) == (first, rest)
    world.press("Ben", "incident.work-on", about)
    assert buttons("Ben", incident.pk) == (first, ["Give the lead", *REST])
    world.press("Ada", "incident.take-lead", about)
    assert buttons("Ben", incident.pk) == (["Write an update", "Give the lead", "Resolve"], REST)
    assert buttons("Uma", incident.pk) == ([], [])


def test_its_services_lead_to_their_screens(world: World) -> None:
    numbers = [str(one.pk) for one in Service.objects.all()]
    world.press("Ben", "incident.declare", "new", title="All is down", services=numbers)
    page = squeezed(visit("Ada").get(f"/incidents/{Incident.objects.get().pk}").text)
    assert numbers
    for number in numbers:
        assert f'<a href="/services/{number}">' in page


def test_what_is_over_can_be_reopened_and_put_right(world: World) -> None:
    about = world.press("Ben", "incident.declare", "new", title="Visits are down").show
    incident = Incident.objects.get()
    world.press("Ben", "incident.resolve", about, text="Over")
    assert buttons("Ada", incident.pk) == (["Reopen"], [*CHANGES, "Open a postmortem"])
    assert buttons("Uma", incident.pk) == ([], [])
    world.at += timedelta(days=8)
    assert buttons("Ada", incident.pk) == ([], [*CHANGES, "Open a postmortem"])


def test_two_can_be_one_and_each_leads_to_the_other(world: World) -> None:
    whole = world.press("Ben", "incident.declare", "new", title="The database is down").show
    part = world.press("Ada", "incident.declare", "new", title="Visits are down").show
    numbers = {about: int(about.partition(":")[2]) for about in (whole, part)}
    assert "Merge it into another" in buttons("Ada", numbers[part])[1]
    world.press("Ada", "incident.merge", part, into=str(numbers[whole]), reason="One cause")
    page = squeezed(visit("Ada").get(f"/incidents/{numbers[part]}").text)
    assert f'<a href="/incidents/{numbers[whole]}">The database is down</a>' in page
    assert '<span class="tag merged">merged</span>' in page
    assert buttons("Ada", numbers[part]) == ([], [])
    page = squeezed(visit("Ada").get(f"/incidents/{numbers[whole]}").text)
    assert f'<a href="/incidents/{numbers[part]}">Visits are down</a>' in page
    assert "Ada declared a normal-priority incident: Visits are down" in page


def test_whoever_comes_second_is_told_what_changed_and_keeps_what_they_typed(
    world: World,
) -> None:
    about = world.press("Ben", "incident.declare", "new", title="Visits are down").show
    client, path = visit("Ada"), f"/do/incident.correct/{about}"

    def sent(page: str, title: str) -> dict[str, str]:
        seen = re.findall(r'name="seen" value="(\d+)"', page)[0]
        return {"seen": seen, "title": title, "reason": "I saw it", "filled": "1"}

    opened = squeezed(client.get(path).text)
    world.press("Ben", "incident.correct", about, title="Visits are slow", reason="They are up")
    refused = client.post(path, sent(opened, "Bookings are down"))
    assert refused.status_code == 422
    page = squeezed(refused.text)
    assert "Ben corrected it: it is called “Visits are slow”" in page
    assert 'value="Bookings are down"' in page
    assert Incident.objects.get().title == "Visits are slow"
    assert client.post(path, sent(page, "Bookings are down")).status_code == 302
    assert Incident.objects.get().title == "Bookings are down"


@pytest.mark.clause("measure.recovery")
def test_what_was_no_incident_or_is_part_of_another_is_in_no_measure(world: World) -> None:
    def measured() -> tuple[int, int, int]:
        tiles = visit("Ada").get("/measures/").context["tiles"]
        figures = {tile.name: tile.figure for tile in tiles}
        count, recovery = figures["incidents"], figures["recovery"]
        high = 0 if count.of.startswith("priority") else int(count.of.split()[0])
        return count.value, high, recovery.made_of.count

    titles = ("Visits are down", "Everything is down", "Nothing is down")
    whole, part, none = (
        world.press("Ben", "incident.declare", "new", title=title, criteria=["outage"]).show
        for title in titles
    )
    assert measured() == (3, 3, 0)
    world.press("Ada", "incident.merge", part, into=whole.partition(":")[2], reason="One cause")
    world.at += timedelta(minutes=20)
    for about in (whole, none):
        world.press("Ada", "incident.resolve", about, text="Over")
    assert measured() == (2, 2, 2)
    world.press("Ada", "incident.mistake", none, reason="It was a drill")
    assert measured() == (1, 1, 1)
    world.press("Ada", "incident.assess", whole, criteria=[], reason="It was slow only")
    assert measured() == (1, 0, 1)
