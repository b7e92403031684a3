"""What an incident owes is owed by somebody who is there, and posts and screens name them."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import owners
from dutydesk.incidents.models import Incident, Maintenance
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Engineer, Service
from dutydesk.ports.delivery import Delivery
from testing.screens import seen, visit
from testing.world import Moving, World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("announce.commitment", "oncall.respond")]
TEAM = "#cloud-platform"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Give a Tuesday morning: Ada has support this week, Ben is primary, Cy secondary."""
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    return world


class Postbox:
    def deliver(self, parcel: Delivery) -> str:
        return parcel.key


def declared(world: World, local: str, by: str = "Cy", **values: Any) -> str:
    """Let somebody declare a high-priority incident at that time, and give its name."""
    world.at = world.moment(local)
    service = str(Service.objects.get(name="Prison visits").pk)
    filled = {"title": "Visits fail", "services": [service], "criteria": ["outage"], "began": ""}
    world.press(by, "incident.declare", "new", user_impact="yes", **{**filled, **values})
    return f"incident:{Incident.objects.latest('id').pk}"


def who_owes(world: World, about: str) -> dict[str, str]:
    owed = owners.named(commitments.owed([about]), at=world.at)
    return {one.promise.kind.partition(".")[2]: one.by for one in owed}


def last(world: World, title: str) -> str:
    return [text for text in world.said(TEAM) if text.startswith(title)][-1]


def test_in_working_hours_support_owes_it_and_is_named(world: World) -> None:
    about = declared(world, "2026-11-24T11:00")
    assert who_owes(world, about) == {
        "update": "Ada, support",
        "lead": "Ada, support",
        "gathering": "Ada, support",
    }
    world.forward(minutes=15)
    assert "Ada: The next update about “Visits fail”: due at 11:20" in last(world, "Due soon")
    world.forward(minutes=5)
    assert "Ada: The next update about “Visits fail”: was due" in last(world, "Overdue")
    world.forward(minutes=40)
    assert "@cloud-platform-team Ada: Time to gather" in last(world, "Gathering")


def test_out_of_hours_the_primary_owes_it_and_is_named_alone(world: World) -> None:
    about = declared(world, "2026-11-24T19:00")
    assert who_owes(world, about) == {
        "update": "Ben, primary on call",
        "lead": "Ben, primary on call",
        "gathering": "Ben, primary on call",
        "limit": "Cy, works on it",
        "takeover": "Ada, support",
    }
    world.forward(minutes=15)
    assert "Ben: The next update" in last(world, "Due soon")
    assert "Owed by: Ben, primary on call" in last(world, "Due soon")
    world.forward(minutes=5)
    assert "Ben: The next update" in last(world, "Overdue")
    world.forward(minutes=30)
    assert "Cy: On call's limit" in last(world, "Due soon")
    world.forward(minutes=10)
    called = last(world, "Gathering")
    assert "Ben: Time to gather" in called
    assert "@cloud-platform-team" not in called
    assert "Ben: On call has worked on this for 1 hour" in last(world, "The limit is reached")
    assert who_owes(world, about)["plan"] == "Ben, primary on call"
    world.forward(minutes=10)
    assert "Ben: Write a plan" in "".join(world.said(TEAM))


def test_out_of_hours_whoever_owes_it_is_told_in_their_ways_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(outbox._senders, "email", Postbox())

    def letters() -> list[tuple[str, str]]:
        sent = OutboxMessage.objects.filter(kind="email", key__contains=":owes:").order_by("id")
        sent = sent.exclude(payload__subject__startswith="Choose who leads")
        return [(one.payload["to"], one.payload["body"].partition(":")[0]) for one in sent]

    about = declared(world, "2026-11-24T11:00")
    world.forward(minutes=70)
    assert letters() == [], "in working hours they look at the channel"
    world.press("Ada", "incident.resolve", about, text="Over", repaired="")
    about = declared(world, "2026-11-24T19:00")
    world.forward(minutes=15)
    assert letters() == [("ben@example.org", "Ben")]
    world.forward(minutes=15)
    assert letters() == [("ben@example.org", "Ben")] * 2, "soon, and late, and not each time"
    world.press("Cy", "incident.take-lead", about)
    world.forward(minutes=30)
    assert set(letters()[2:]) == {("cy@example.org", "Cy")}
    assert OutboxMessage.objects.filter(key__contains=":owes:", state="done").exists()


def test_it_moves_with_the_role_when_working_hours_close(world: World) -> None:
    about = declared(world, "2026-11-24T17:50")
    assert who_owes(world, about)["update"] == "Ada, support"
    world.forward(minutes=15)
    assert who_owes(world, about)["update"] == "Ben, primary on call"
    assert "Ben: The next update" in last(world, "Due soon")


def test_it_moves_with_the_role_when_a_shift_ends(world: World) -> None:
    ends = world.moment("2027-01-11T10:00")
    world.shift(world.moment("2027-01-11T09:00"), ends, support="Ben")
    world.shift(ends, world.moment("2027-01-11T18:00"), support="Cy")
    about = declared(world, "2027-01-11T09:50", by="Ben")
    assert who_owes(world, about)["update"] == "Ben, support"
    world.forward(minutes=15)
    assert who_owes(world, about)["update"] == "Cy, support"
    assert "Cy: The next update" in last(world, "Due soon")


@pytest.mark.clause("incident.lead")
def test_a_lead_who_is_chosen_later_owes_it_from_then_on(world: World) -> None:
    about = declared(world, "2026-11-24T19:00")
    world.press("Cy", "incident.take-lead", about)
    assert who_owes(world, about)["update"] == "Cy, lead"
    assert who_owes(world, about)["takeover"] == "Ada, support"
    world.forward(minutes=20)
    assert "Cy: The next update" in last(world, "Overdue")
    world.press("Ben", "incident.give-lead", about, engineer=str(number("Ben")))
    world.forward(minutes=10)
    assert "Ben: The next update" in last(world, "Overdue")
    Engineer.objects.filter(name="Ben").update(active=False)
    assert who_owes(world, about)["update"] == "Cy, secondary on call"


def test_where_nobody_is_on_it_says_so_and_who_is_next(world: World) -> None:
    about = declared(world, "2026-11-24T22:30", by="Cy")
    assert who_owes(world, about)["update"] == "Cy, works on it"
    world.press("Cy", "incident.leave", about)
    told = "nobody is on until tomorrow at 07:00 GMT, then Ben"
    assert who_owes(world, about)["update"] == told
    world.forward(minutes=20)
    late = last(world, "Overdue")
    assert "@cloud-platform-team Nobody is on until tomorrow at 07:00 GMT, then Ben" in late
    world.at = world.moment("2026-11-25T07:01")
    assert who_owes(world, about)["update"] == "Ben, primary on call"


def test_where_nobody_will_be_on_it_says_that_nobody_is(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    about = declared(world, "2026-11-24T19:00", by="Cy")
    assert who_owes(world, about)["update"] == "Cy, works on it"
    world.press("Cy", "incident.leave", about)
    assert who_owes(world, about)["update"] == "nobody is on"
    assert who_owes(world, about)["takeover"] == "nobody is on"


@pytest.mark.clause("oncall.plan")
def test_first_thing_in_the_morning_whoever_has_support_is_named(world: World) -> None:
    declared(world, "2026-11-25T07:40")
    world.forward(minutes=80)
    assert "Ada: Cy worked on it out of hours." in last(world, "Open from the night")


@pytest.mark.clause("oncall.maintenance")
def test_the_end_of_a_maintenance_is_owed_by_the_lead_of_its_incident(world: World) -> None:
    about = declared(world, "2026-11-24T19:00")
    service = str(Service.objects.get(name="Prison visits").pk)
    world.press("Cy", "incident.maintain", about, service=service, until="2026-11-24T20:00")
    out = Maintenance.objects.get().about
    assert who_owes(world, out) == {"maintenance-end": "Ben, primary on call"}
    world.press("Cy", "incident.take-lead", about)
    assert who_owes(world, out) == {"maintenance-end": "Cy, lead"}
    world.forward(hours=1)
    assert "Cy: Put Prison visits back" in last(world, "Overdue")
    world.press("Cy", "incident.resolve", about, text="It works", repaired="")
    assert who_owes(world, out) == {"maintenance-end": "Ben, primary on call"}


def test_who_owes_is_found_with_few_questions_however_much_is_owed(
    world: World, django_assert_max_num_queries: Any
) -> None:
    for turn in range(4):
        declared(world, "2026-11-24T23:30", title=f"Visits fail, {turn}", services=[])
    owed = list(commitments.owed())
    assert len(owed) >= 12
    with django_assert_max_num_queries(14):
        assert len(owners.named(owed, at=world.at)) == len(owed)


def test_the_screens_name_whoever_owes_it(world: World) -> None:
    about = declared(world, "2026-11-24T19:00")
    for screen in ("/", f"/incidents/{about.partition(':')[2]}"):
        text = seen(visit("Uma").get(screen))
        assert "Ben, primary on call" in text, screen
        assert "Ada, support" in text, screen
    world.at = datetime.fromisoformat("2026-11-24T23:00+00:00")
    assert "Cy, works on it" in seen(visit("Uma").get("/"))
    world.press("Cy", "incident.leave", about)
    assert "nobody is on until tomorrow at 07:00 GMT, then Ben" in seen(visit("Uma").get("/"))
