"""A page follows what fires: stories that monitoring systems really tell."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from dutydesk.alarms.flows import doubt, staleness
from dutydesk.alarms.flows.resolution import NotOver
from dutydesk.alarms.models import Alarm, Alert
from dutydesk.alarms.rules.notifications import sender_of
from dutydesk.alarms.rules.promises import DOUBT
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentDue
from dutydesk.commitments.models import Commitment
from dutydesk.commitments.rules import Promise
from dutydesk.database import rows
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.actions import NotYours
from dutydesk.kernel.forms import FormRefused
from dutydesk.oncall.models import Page
from testing.tellings import alert, called, declare, ends, evening, open_pages, tell
from testing.world import World

pytestmark = pytest.mark.django_db
HIGH = "#high-priority-alarms"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return evening(tmp_path)


def test_an_end_is_believed_though_the_beginning_has_moved_back(world: World) -> None:
    start = world.at
    tell(world, alert("Down", start - timedelta(seconds=15)))
    world.forward(seconds=5)
    over = alert("Down", start - timedelta(seconds=60), ends=start + timedelta(seconds=5))
    alarm = tell(world, over)
    assert alarm is not None and alarm.state == "resolved"
    assert open_pages() == []


def test_a_beginning_that_moves_back_while_it_fires_is_the_same_firing(world: World) -> None:
    start = world.at
    tell(world, alert("Down", start - timedelta(seconds=5)))
    tell(world, alert("Down", start - timedelta(seconds=45)))
    tell(world, alert("Down", start + timedelta(seconds=15)))
    assert Alert.objects.get().starts_at == start - timedelta(seconds=45)
    assert called() == ["Ben"]


def test_a_late_repeat_of_what_is_over_calls_nobody(world: World) -> None:
    down = alert("Down", world.at)
    tell(world, down)
    world.forward(minutes=1)
    tell(world, *ends(down, at=world.at))
    world.forward(seconds=40)
    tell(world, down)
    world.forward(seconds=40)
    tell(world, *ends(down, at=world.at - timedelta(seconds=80)))
    world.forward(hours=2)
    assert called() == ["Ben"]
    assert Alarm.objects.get().state == "resolved"


def test_what_is_back_with_its_old_beginning_calls_once_no_peer_can_be_late(world: World) -> None:
    down = alert("Down", world.at)
    tell(world, down)
    world.forward(minutes=1)
    tell(world, *ends(down, at=world.at))
    world.forward(minutes=1)
    tell(world, down)
    assert open_pages() == []
    world.forward(minutes=5)
    assert open_pages() == ["Down is wrong"]
    assert called() == ["Ben", "Ben"]
    tell(world, *ends(down, at=world.at - timedelta(minutes=6)))  # The first end, once more.
    assert open_pages() == ["Down is wrong"]
    tell(world, *ends(down, at=world.at))
    assert open_pages() == []


def test_what_is_back_later_than_a_peer_can_be_calls_at_once(world: World) -> None:
    disk, down = alert("Disk", world.at, severity="warning"), alert("Down", world.at)
    tell(world, disk, down)
    world.forward(minutes=5)
    tell(world, disk, *ends(down, at=world.at))
    assert open_pages() == []
    world.forward(minutes=10)
    tell(world, disk, down)
    assert open_pages() == ["Down is wrong"]


def test_a_telling_in_which_something_fires_ends_no_alarm(world: World) -> None:
    disk, down = alert("Disk", world.at, severity="warning"), alert("Down", world.at)
    tell(world, disk, down)
    tell(world, disk, *ends(down, at=world.at))
    tell(world, disk, down)
    world.forward(minutes=1)
    tell(world, down, *ends(disk, at=world.at))
    assert Alarm.objects.get().state == "firing"
    world.forward(minutes=6)
    assert open_pages() == ["Down is wrong"]
    assert Alarm.objects.get(state="firing").title == "Down is wrong"


def test_an_alarm_is_named_routed_and_paged_for_by_the_worst_that_fires(world: World) -> None:
    disk = alert("Disk", world.at, severity="warning", service="Courts")
    down = alert("Down", world.at)
    alarm = tell(world, disk, down)
    assert alarm is not None and alarm.service is not None
    assert (alarm.title, alarm.service.name) == ("Down is wrong", "Prison visits")
    assert alarm.runbook.endswith("/Down")
    assert open_pages() == ["Down is wrong"]
    world.forward(minutes=2)
    alarm = tell(world, disk, *ends(down, at=world.at))
    assert alarm is not None and alarm.service is not None
    assert (alarm.title, alarm.severity, alarm.service.name) == ("Disk is wrong", "low", "Courts")
    assert open_pages() == []
    over = "Nobody needs to act: nothing high of it fires any more."
    assert any(over in said for said in world.said(HIGH))


def test_the_page_s_words_follow_an_event_that_gets_worse(world: World) -> None:
    tell(world, alert("Full", world.at, severity="warning", summary="80 percent"), ordered=True)
    tell(world, alert("Full", world.at, severity="critical", summary="99 percent"), ordered=True)
    assert Alarm.objects.get().title == "99 percent"
    assert open_pages() == ["99 percent"]
    tell(world, alert("Full", world.at, summary="100 percent"), ordered=True)
    assert open_pages() == ["100 percent"]
    assert any("About: 100 percent" in said for said in world.said(HIGH))


def test_what_eased_and_gets_worse_again_pages_again(world: World) -> None:
    tell(world, alert("Full", world.at, summary="99 percent"), ordered=True)
    world.forward(minutes=2)
    eased = tell(world, alert("Full", world.at, severity="warning"), ordered=True)
    assert open_pages() == []
    world.forward(minutes=20)
    tell(world, alert("Full", world.at, summary="100 percent"), ordered=True)
    assert open_pages() == ["100 percent"]
    assert called() == ["Ben", "Ben"]
    assert eased is not None and Alarm.objects.get() == eased


def test_what_eases_during_an_incident_and_gets_worse_after_it_pages(world: World) -> None:
    alarm = tell(world, alert("Full", world.at), ordered=True)
    assert alarm is not None
    incident = declare(world, alarm)
    tell(world, alert("Full", world.at, severity="warning"), ordered=True)
    world.press("Ben", "incident.resolve", incident, text="There is room.")
    world.forward(hours=1)
    assert called() == ["Ben"]
    tell(world, alert("Full", world.at, summary="99 percent"), ordered=True)
    assert open_pages() == ["99 percent"]


def test_something_new_pages_though_the_group_fires_since_yesterday(world: World) -> None:
    disk, down = alert("Disk", world.at, severity="warning"), alert("Down", world.at)
    tell(world, disk, down)
    page = Page.objects.get()
    world.press("Ben", "page.acknowledge", page.about)
    world.forward(minutes=5)
    alarm = tell(world, disk, *ends(down, at=world.at))
    assert alarm is not None
    world.press(
        "Ben", "incident.resolve", declare(world, alarm), text="It works again.", still="yes"
    )
    world.forward(hours=24)
    before = len(called())
    anew = alert("Down", world.at)
    tell(world, disk, anew)
    assert open_pages() == ["Down is wrong"]
    world.press("Ben", "page.acknowledge", Page.objects.latest("id").about)
    tell(world, disk, *ends(anew, at=world.at + timedelta(seconds=1)))
    tell(world, disk, alert("Database", world.at + timedelta(minutes=1)))
    assert open_pages() == ["Database is wrong"]
    assert called()[before:] == ["Ben", "Ben"]


def test_something_new_calls_again_whoever_has_the_page_and_then_the_next(world: World) -> None:
    queue = alert("Queue", world.at)
    tell(world, queue)
    page = Page.objects.get()
    world.press("Ben", "page.acknowledge", page.about)
    until = f"{(world.at + timedelta(hours=2)).astimezone(world.zone):%Y-%m-%dT%H:%M}"
    world.press("Ben", "page.snooze", page.about, until=until)
    world.forward(minutes=10)
    tell(world, queue, alert("Courts", world.at, service="Courts"))
    page.refresh_from_db()
    assert (page.state, page.put_off_until) == ("calling", None)
    assert called() == ["Ben", "Ben"]
    world.forward(minutes=5)
    assert called() == ["Ben", "Ben", "Cy"]
    tell(world, queue, alert("Courts", world.at - timedelta(minutes=5), service="Courts"))
    assert called() == ["Ben", "Ben", "Cy"]


def test_i_have_it_once_more_changes_nothing(world: World) -> None:
    tell(world, alert("Down", world.at))
    page = Page.objects.get()
    world.press("Ben", "page.acknowledge", page.about)
    until = f"{(world.at + timedelta(hours=1)).astimezone(world.zone):%Y-%m-%dT%H:%M}"
    world.press("Ben", "page.snooze", page.about, until=until)
    world.press("Ben", "page.acknowledge", page.about)
    page.refresh_from_db()
    assert page.snoozed_until == world.at + timedelta(hours=1)
    acknowledged = JournalEntry.objects.filter(text="Ben acknowledged the page")
    assert acknowledged.count() == 1
    world.forward(minutes=45)
    assert called() == ["Ben"]


@pytest.mark.clause("hours.closed")
@pytest.mark.parametrize("together", [True, False])
def test_any_alert_of_a_service_that_is_paged_for_anyway_lets_the_page_out(
    tmp_path: Path, together: bool
) -> None:
    world = World(tmp_path, "2026-11-24T23:30")
    world.shifts(primary="Ben")
    courts = alert("Courts", world.at)
    dns = alert("DNS", world.at, service="Clusters")
    if not together:
        tell(world, courts)
        assert Page.objects.get().state == "held"
        world.forward(minutes=1)
    tell(world, courts, dns)
    assert Page.objects.get().state == "calling"
    assert called() == ["Ben"]
    assert open_pages() == ["DNS is wrong"]


def test_a_doubt_that_is_over_stands_with_the_alarm_that_fires(world: World) -> None:
    down = alert("Down", world.at)
    tell(world, down)
    world.forward(minutes=1)
    tell(world, *ends(down, at=world.at))
    tell(world, down)
    assert Alert.objects.exclude(doubt_until=None).count() == 1
    world.forward(minutes=7)
    assert not Alert.objects.exclude(doubt_until=None).exists()
    assert Alert.objects.filter(firing=True).count() == 1
    assert Alarm.objects.filter(state="firing").count() == 1


def test_a_doubt_is_settled_in_its_senders_turn_and_a_later_one_is_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    down = alert("Down", world.at)
    tell(world, down)
    world.forward(minutes=1)
    over = tell(world, *ends(down, at=world.at))
    tell(world, down)
    assert over is not None
    owed = Commitment.objects.get(kind=DOUBT, state="open")
    event = CommitmentDue(owed.pk, owed.kind, owed.subject)
    taken, lock = list[str](), rows.lock

    def in_turn(names: Sequence[str]) -> None:
        taken.extend(names)
        lock(names)

    def watch(execute: Callable[..., Any], sql: str, *given: Any) -> Any:
        taken.extend(["promise"] if "FOR UPDATE" in sql and "commitment" in sql else [])
        return execute(sql, *given)

    monkeypatch.setattr(rows, "lock", in_turn)
    with connection.execute_wrapper(watch):
        doubt.due(event=event, at=owed.due_at)
    assert taken[:2] == [sender_of(over.group_key), "promise"], "as whoever takes in what is told"
    later = commitments.promise(
        kind=DOUBT, subject=over.about, owner="", text="", times=Promise(world.at), at=world.at
    )
    doubt.due(event=event, at=owed.due_at)
    later.refresh_from_db()
    assert later.state == "open"


def test_somebody_can_say_that_it_is_over(world: World) -> None:
    down = alert("Down", world.at)
    alarm = tell(world, down)
    assert alarm is not None
    with pytest.raises(NotYours):
        world.press("Uma", "alarm.over", alarm.about, reason="I see it work")
    with pytest.raises(FormRefused, match="is missing"):
        world.press("Ben", "alarm.over", alarm.about, reason=" ")
    world.press("Ben", "alarm.over", alarm.about, reason="The node is gone")
    alarm.refresh_from_db()
    assert (alarm.state, alarm.firing_count, open_pages()) == ("resolved", 0, [])
    texts = JournalEntry.objects.filter(subject=alarm.about).values_list("text", flat=True)
    assert "Ben says that it is over: The node is gone" in texts
    with pytest.raises(NotOver, match="over already"):
        world.press("Ben", "alarm.over", alarm.about, reason="Twice")


def test_what_was_ended_by_hand_and_is_told_of_again_pages_again(world: World) -> None:
    down = alert("Down", world.at)
    alarm = tell(world, down)
    assert alarm is not None
    world.press("Ben", "alarm.over", alarm.about, reason="I believe that it works")
    world.forward(hours=4)
    tell(world, down)
    assert open_pages() == ["Down is wrong"]


def test_what_was_not_told_of_for_long_is_stale(world: World) -> None:
    tell(world, alert("Down", world.at))
    world.at += timedelta(hours=5)
    assert not staleness.stale(at=world.at).exists()
    world.at += timedelta(hours=1)
    assert [one.fingerprint for one in staleness.stale(at=world.at)] == ["Down"]
