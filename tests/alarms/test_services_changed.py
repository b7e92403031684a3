"""Somebody changes a service while an alarm of it fires: it is paged for as if it came now."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.alarms.flows import ingestion, process_changes
from dutydesk.alarms.flows.process_changes import ProcessChanges
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import Notification
from dutydesk.commitments.flows import commitments
from dutydesk.oncall.models import Page
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.flows import directory, people
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from testing.tellings import alert, called, ends, open_pages, tell
from testing.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("hours.closed", "oncall.respond")]
TEAM = "#cloud-platform"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T23:00")
    world.shifts(primary="Ben", secondary="Cy")
    people.save_service(name="Courts", team=None, user_facing=True, page_anyway=False)
    return world


@pytest.fixture
def look(world: World) -> Callable[[], None]:
    """Let a worker look whether anything changed, as it does twice a minute."""
    changes = ProcessChanges()
    changes.look_after(at=world.at)

    def again() -> None:
        changes.look_after(at=world.at)
        world.settle()

    return again


def tick(name: str, *, anyway: bool) -> None:
    people.save_service(name=name, team=None, user_facing=True, page_anyway=anyway)


def rename(world: World, old: str, new: str) -> None:
    about = Service.objects.get(name=old).about
    directory.rename(about=about, name=new, by=world.person("Ada"), at=world.at)


def make(world: World) -> None:
    tick("DNS", anyway=True)


def give_the_name(world: World) -> None:
    tick("Name servers", anyway=True)
    rename(world, "Name servers", "DNS")


def take_the_name_of_another(world: World) -> None:
    tick("DNS", anyway=False)
    rename(world, "DNS", "Old DNS")
    rename(world, "Clusters", "DNS")


@pytest.mark.parametrize("change", [make, give_the_name, take_the_name_of_another])
def test_what_is_held_goes_out_once_its_service_is_known_that_is_paged_for_anyway(
    world: World, look: Callable[[], None], change: Callable[[World], None]
) -> None:
    alarm = tell(world, alert("Down", world.at, service="DNS"))
    assert alarm is not None
    assert (Page.objects.get().state, called()) == ("held", [])
    change(world)
    look()
    alarm.refresh_from_db()
    assert (alarm.service, called()) == (Service.objects.get(name="DNS"), ["Ben"])
    look()
    assert called() == ["Ben"], "once"


def test_what_is_held_goes_out_when_its_service_is_to_be_paged_for_at_any_hour(
    world: World, look: Callable[[], None]
) -> None:
    tell(world, alert("Down", world.at, service="Courts"))
    tell(world, alert("Else", world.at), group="7 {}:{else}")
    look()
    assert called() == []
    tick("Courts", anyway=True)
    look()
    assert called() == ["Ben"]
    page = Page.objects.get(state="calling")
    assert (page.title, page.held_until) == ("Down is wrong", None)
    world.forward(minutes=5)
    assert called() == ["Ben", "Cy"]
    assert commitments.owed([page.about]).count() == 1, "it waits for the morning no more"


def test_what_calls_at_night_for_its_service_alone_is_put_back_once_that_is_not_to_be(
    world: World, look: Callable[[], None]
) -> None:
    tick("Courts", anyway=True)
    look()
    tell(world, alert("Down", world.at, service="Courts"))
    assert called() == ["Ben"]
    tick("Courts", anyway=False)
    look()
    page = Page.objects.get()
    assert (page.state, page.held_until) == ("held", world.moment("2026-11-25T07:00"))
    owed = OutboxMessage.objects.filter(subject=page.about, due_at__isnull=False)
    assert not owed.exists(), "nothing more is sent about it"
    world.forward(hours=7, minutes=59)
    assert called() == ["Ben"]
    world.forward(minutes=1)
    assert called() == ["Ben", "Ben"]
    about = [said for said in world.said(TEAM) if "Down is wrong" in said]
    assert about == [], "nor was anybody called in vain"


def test_who_has_a_page_keeps_it_whatever_its_service_becomes(
    world: World, look: Callable[[], None]
) -> None:
    tick("Courts", anyway=True)
    look()
    tell(world, alert("Down", world.at, service="Courts"))
    world.press("Ben", "page.acknowledge", Page.objects.get().about)
    tick("Courts", anyway=False)
    look()
    assert Page.objects.get().state == "acknowledged"
    world.forward(minutes=31)
    assert (Page.objects.get().state, called()) == ("held", ["Ben"])


def test_a_storm_that_is_held_goes_out_with_its_service(
    world: World, look: Callable[[], None]
) -> None:
    told = [
        Notification(f"7 {n}", (alert(f"Down{n}", world.at, service="Courts"),)) for n in range(9)
    ]
    ingestion.receive_all(told=told, at=world.at)
    world.settle()
    assert set(Page.objects.values_list("state", flat=True)) == {"held"}
    tick("Courts", anyway=True)
    look()
    assert set(Page.objects.values_list("state", flat=True)) == {"calling"}
    assert called() == ["Ben"] * 6, "five by themselves, and the rest as one"
    tick("Courts", anyway=False)
    look()
    assert set(Page.objects.values_list("state", flat=True)) == {"held"}


def test_the_worst_of_a_group_is_the_one_that_may_call_by_now(
    world: World, look: Callable[[], None]
) -> None:
    first = alert("First", world.at)
    second = alert("Second", world.at, service="Courts")
    tell(world, first, second)
    assert open_pages() == ["First is wrong"]
    tick("Courts", anyway=True)
    look()
    assert (open_pages(), called()) == (["Second is wrong"], ["Ben"])
    world.at += timedelta(seconds=1)
    tell(world, first, *ends(second, at=world.at))
    assert (open_pages(), Page.objects.get().state) == (["First is wrong"], "held")


def test_other_services_and_what_calls_by_day_are_left(world: World) -> None:
    world.at = world.moment("2026-11-25T19:00")
    tell(world, alert("Down", world.at, service="Courts"))
    tick("Something else", anyway=True)
    alarm = Alarm.objects.get()
    rules = process.in_force().alarms
    assert process_changes.concerned([alarm.pk], rules).alarms == ()
    tick("Courts", anyway=True)
    assert process_changes.concerned([alarm.pk], rules).alarms == (alarm.pk,)
    process_changes.look_again(at=world.at)
    world.settle()
    assert called() == ["Ben"]
    assert process_changes.concerned([alarm.pk], rules).alarms == ()
