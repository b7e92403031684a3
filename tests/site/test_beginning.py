"""A new desk says what it still lacks, to whoever can do something about it."""

from pathlib import Path

import pytest

from dutydesk.alarms.flows import keys
from dutydesk.alarms.models import IntegrationKey
from dutydesk.people.models import Account, Engineer
from dutydesk.process.flows import process
from testing.pages import alarm
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
STEPS = (
    "Invite the team's engineers",
    "Let people take turns",
    "Say how you are reached",
    "Connect a monitoring system",
    "Read the process, and approve it",
)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Give a desk in which only Ada, its administrator, has an account; it sends no mail."""
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    monkeypatch.setattr("dutydesk.site.setup_checklist.outbox.can_deliver", lambda kind: False)
    Account.objects.filter(name="Ada").update(is_administrator=True)
    Engineer.objects.exclude(name="Ada").update(account=None)
    return world


def told(name: str = "Ada") -> list[str]:
    now = seen(visit(name).get("/"))
    listed = now.partition("Still to set up")[2].partition("Who is on")[0]
    return [step for step in STEPS if step in listed]


def test_each_step_is_told_until_it_is_done(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told() == list(STEPS)
    Engineer.objects.filter(name="Ben").update(account=Account.objects.get(name="Ben"))
    assert told() == list(STEPS[1:])
    world.shifts(primary="Ben")
    assert told() == list(STEPS[2:])
    monkeypatch.setattr("dutydesk.site.setup_checklist.outbox.can_deliver", lambda kind: True)
    assert told() == list(STEPS[3:])
    keys.make_key(name="Prometheus", by="Ada", at=world.at)
    assert told() == [STEPS[4]]
    process.approve(version=process.version_in_force().pk, name="Ada", at=world.at)
    assert "Still to set up" not in seen(visit("Ada").get("/"))
    IntegrationKey.objects.update(revoked_at=world.at)
    assert told() == [STEPS[3]]


@pytest.mark.usefixtures("world")
def test_only_administrators_are_told() -> None:
    assert told("Ben") == []
    assert told("Uma") == []


def test_what_is_wrong_comes_first_and_the_steps_stay(world: World) -> None:
    alarm(world)
    assert told() == list(STEPS)
    shown = seen(visit("Ada").get("/"))
    assert shown.index("Visits can't be booked") < shown.index("Who is on")
    assert shown.index("Who is on") < shown.index("Still to set up")
    alarm(world, firing=False)
    assert told() == list(STEPS)
    shown = seen(visit("Ada").get("/"))
    assert shown.index("Still to set up") < shown.index("Who is on")
