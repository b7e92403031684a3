"""Several groups and senders tell of alerts, and a page follows all that they tell."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dutydesk.alarms.flows import ingestion
from dutydesk.alarms.models import Alarm, Alert
from dutydesk.alarms.rules.notifications import Notification
from dutydesk.alarms.rules.notifications import NotifiedAlert as Told
from dutydesk.chat.models import Post
from dutydesk.oncall.models import Page
from testing.tellings import alert, called, ends, evening, open_pages, tell
from testing.world import World

pytestmark = pytest.mark.django_db
HIGH = "#high-priority-alarms"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return evening(tmp_path)


def test_what_fires_is_told_of_under_another_key_and_nobody_is_called_twice(world: World) -> None:
    down, slow = alert("Down", world.at), alert("Slow", world.at)
    tell(world, down, slow, group="7 {}:{one}")
    world.forward(minutes=2)
    tell(world, down, group="7 {}:{two}")
    tell(world, slow, alert("Third", world.at), group="7 {}:{three}")
    assert called() == ["Ben", "Ben"]  # For the first two together, and for the third.
    tell(world, *ends(down, at=world.at), group="7 {}:{two}")
    tell(world, *ends(slow, at=world.at), group="7 {}:{three}")
    assert open_pages() == ["Third is wrong"]
    assert Alarm.objects.filter(state="firing").count() == 1


def test_nobody_is_called_twice_for_what_two_groups_tell_of_at_once(world: World) -> None:
    down, low = alert("Down", world.at), alert("Low", world.at, severity="warning")
    told = [
        Notification(f"7 {{}}:{{{group}}}", (what,), family="7 ")
        for what in (down, low)
        for group in ("one", "two", "three")
    ]
    ingestion.receive_all(told=told, at=world.at)
    world.settle()
    assert called() == ["Ben"]
    assert Alert.objects.filter(firing=True).count() == 2
    over = [replace(one, alerts=tuple(ends(*one.alerts, at=world.at))) for one in told]
    ingestion.receive_all(told=[over[2], over[3]], at=world.at + timedelta(seconds=1))
    assert open_pages() == []
    assert not Alarm.objects.filter(state="firing").exists()


def test_low_alerts_that_two_groups_tell_of_at_once_are_one(world: World) -> None:
    low = alert("Low", world.at, severity="warning")
    told = [Notification(f"7 {{}}:{{{group}}}", (low,), family="7 ") for group in ("one", "two")]
    ingestion.receive_all(told=told, at=world.at)
    assert Alert.objects.filter(firing=True).count() == 1


def test_an_end_reaches_its_alert_whichever_alarm_is_the_newest(world: World) -> None:
    first, second = "7 {}:{one}", "7 {}:{two}"
    tell(world, alert("Other", world.at, severity="warning"), group=second)
    down = alert("Down", world.at)
    tell(world, alert("Third", world.at, severity="warning"), down, group=first)
    tell(world, *ends(down, at=world.at + timedelta(seconds=1)), group=first)
    world.forward(minutes=10)
    anew = alert("Down", world.at)
    tell(world, anew, group=second)
    assert open_pages() == ["Down is wrong"]
    world.forward(minutes=1)
    tell(world, *ends(anew, at=world.at), group=first)
    assert open_pages() == []
    assert not Alert.objects.filter(fingerprint="Down", firing=True).exists()


def test_two_senders_may_call_different_alerts_the_same(world: World) -> None:
    tell(world, alert("Down", world.at), group="7 {}:{one}")
    told = Notification("8 {}:{one}", (alert("Down", world.at),), family="8 ")
    ingestion.receive(told=told, at=world.at)
    assert Alarm.objects.filter(state="firing").count() == 2
    assert called() == ["Ben", "Ben"]


def test_what_a_sender_left_out_is_said(world: World) -> None:
    tell(world, alert("Down", world.at), alert("Slow", world.at), truncated=47)
    assert any("2 firing, 47 more not told one by one" in said for said in world.said(HIGH))


def test_a_sender_that_counts_beyond_reason_is_heard_all_the_same(world: World) -> None:
    tell(world, alert("Down", world.at), truncated=10**40)
    assert open_pages() == ["Down is wrong"]


YEAR_ONE = datetime(1, 1, 1, tzinfo=UTC)


def test_one_alert_s_odd_history_keeps_no_other_from_being_stored(world: World) -> None:
    tell(world, alert("Odd", YEAR_ONE.replace(year=1970), severity="warning"))
    tell(world, alert("Down", world.at), group="7 {}:{other}")
    assert open_pages() == ["Down is wrong"]
    assert Post.objects.exists()


ONE, TWO = "7 {}:{one}", "7 {}:{two}"


@pytest.mark.clause("oncall.respond")
@pytest.mark.parametrize("before", ["nothing", "another alert of the other group"])
@pytest.mark.parametrize("goes_on", [True, False])
def test_a_doubt_pages_for_nothing_that_began_anew_in_another_group(
    world: World, before: str, goes_on: bool
) -> None:
    if before != "nothing":
        tell(world, alert("Disk", world.at, severity="warning"), group=TWO)
    down = alert("Down", world.at)
    tell(world, down, group=ONE)
    world.forward(minutes=1)
    tell(world, *ends(down, at=world.at), group=ONE)
    world.forward(minutes=1)
    tell(world, down, group=TWO)  # As a peer says that did not know of the end.
    assert open_pages() == []
    world.forward(minutes=1)
    anew = alert("Down", world.at)
    tell(world, anew, group=TWO)
    assert called() == ["Ben", "Ben"]
    world.press("Ben", "page.acknowledge", Page.objects.latest("pk").about)
    if not goes_on:
        world.forward(minutes=1)
        tell(world, *ends(anew, at=world.at), group=TWO)
    world.forward(minutes=10)
    assert called() == ["Ben", "Ben"]
    assert open_pages() == (["Down is wrong"] if goes_on else [])
    assert Alert.objects.filter(fingerprint="Down", firing=True).count() == goes_on
    assert not Alert.objects.exclude(doubt_until=None).exists()


def test_a_doubt_pages_though_the_same_fires_in_another_organisation_of_grafana(
    world: World,
) -> None:
    mine, theirs = (f"7 grafana https://grafana.example/ {number} " for number in (1, 2))
    down = alert("Down", world.at)

    def say(family: str, *alerts: Told) -> None:
        told = Notification(family + "{}:{g}", alerts, family=family)
        ingestion.receive(told=told, at=world.at)
        world.settle()

    say(mine, down)
    world.forward(minutes=1)
    say(mine, *ends(down, at=world.at))
    say(mine, down)
    world.forward(minutes=1)
    say(theirs, alert("Down", world.at))
    assert len(open_pages()) == 1
    world.forward(minutes=6)
    assert len(open_pages()) == 2


@pytest.mark.clause("oncall.respond")
@pytest.mark.parametrize("first", ["11122", "12121", "21212"])
def test_what_flaps_is_one_page_whichever_group_tells_first_that_it_is_back(
    world: World, first: str
) -> None:
    for group in first:
        down = alert("Down", world.at)
        both = (ONE, TWO) if group == "1" else (TWO, ONE)
        for each in both:
            tell(world, down, group=each)
        world.forward(minutes=1)
        for each in both:
            tell(world, *ends(down, at=world.at), group=each)
        world.forward(minutes=1)
    assert Page.objects.count() == 3
    assert open_pages() == ["Down is wrong"]
    assert Alarm.objects.get(state="firing").flapped == 5
