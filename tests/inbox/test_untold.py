"""What is put aside when nobody can be told either, and what is tried again of it."""

import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from dutydesk.alarms.flows import ingestion, keys
from dutydesk.alarms.models import Alarm
from dutydesk.inbox.flows import arrivals
from dutydesk.inbox.models import Arrival
from dutydesk.inbox.room import health
from dutydesk.oncall.models import Page
from testing.arrivals import AlertDoor, worked_out
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(world: World) -> str:
    return keys.make_key(name="Backups", by="Ada", at=world.at)


def told(status: str) -> dict[str, Any]:
    return {"key": "db1", "title": "db1 is down", "status": status, "severity": "critical"}


def aside_untold(world: World, door: AlertDoor, key: str, status: str) -> Arrival:
    """Let alerts be told while a fault of the desk's lets no alarm be raised at all."""

    def broken(**_: Any) -> None:
        raise KeyError("a fault")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingestion, "receive_all", broken)
        door.post(f"json/{key}", told(status))
        for _ in range(20):
            with suppress(KeyError):
                worked_out(world.at)
            world.at += timedelta(seconds=1)
    last = Arrival.objects.latest("id")
    assert last.outcome == "put aside"
    return last


def test_the_desk_is_not_well_while_nobody_could_be_told_that_an_alert_is_put_aside(
    world: World, door: AlertDoor, key: str
) -> None:
    aside = aside_untold(world, door, key, "firing")
    (check,) = health(world.at)
    assert not check.well and check.vital, "a watchdog outside is all that is left to call somebody"
    assert "nobody could be told" in check.says
    arrivals.retry(arrival=aside.pk, at=world.at)
    worked_out(world.at)
    (check,) = health(world.at)
    assert check.well
    assert Page.objects.count() == 1


def test_an_alarm_that_could_be_raised_about_it_is_enough(
    world: World, door: AlertDoor, key: str
) -> None:
    door.post(f"json/{key}", b'{"title": "The disk is')
    worked_out(world.at)
    (check,) = health(world.at)
    assert not check.well and not check.vital


def test_what_nobody_was_told_of_and_is_over_by_now_calls_nobody_when_it_is_tried_again(
    world: World, door: AlertDoor, key: str
) -> None:
    old = aside_untold(world, door, key, "firing")
    door.post(f"json/{key}", told("resolved"))
    worked_out(world.at)
    arrivals.retry(arrival=old.pk, at=world.at)
    worked_out(world.at)
    old.refresh_from_db()
    assert old.outcome == "done"
    assert "told anew" in old.problem
    assert not Alarm.objects.filter(state="firing").exists()
    assert not Page.objects.exists()


def test_an_old_end_that_nobody_was_told_of_ends_nothing_that_fires_by_now(
    world: World, door: AlertDoor, key: str
) -> None:
    old = aside_untold(world, door, key, "resolved")
    door.post(f"json/{key}", told("firing"))
    worked_out(world.at)
    arrivals.retry(arrival=old.pk, at=world.at)
    worked_out(world.at)
    assert Alarm.objects.get().state == "firing"
    assert json.loads(bytes(Arrival.objects.get(pk=old.pk).body))["status"] == "resolved"
