"""A page follows what fires: stories that monitoring systems really tell."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dutydesk.alarms.flows import ingestion, staleness
from dutydesk.alarms.flows.resolution import NotOver
from dutydesk.alarms.models import Alarm, Alert
from dutydesk.alarms.rules.notifications import Notification
from dutydesk.alarms.rules.notifications import NotifiedAlert as Told
from dutydesk.chat.models import Post
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.actions import NotYours
from dutydesk.kernel.forms import FormRefused
from dutydesk.oncall.models import Call, Page
from dutydesk.people.flows import people
from testing.world import World

pytestmark = pytest.mark.django_db
HIGH = "#high-priority-alarms"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    for name, anyway in (("Courts", False), ("DNS", True)):
        people.save_service(name=name, team=None, user_facing=True, page_anyway=anyway)
    return world


def alert(
    name: str,
    starts: datetime,
    *,
    ends: datetime | None = None,
    severity: str = "critical",
    service: str = "Prison visits",
    summary: str = "",
) -> Told:
    labels = {"alertname": name, "severity": severity, "service": service}
    about = {
        "summary": summary or f"{name} is wrong",
        "runbook_url": f"https://runbooks.example.org/{name}",
    }
    return Told(name, ends is None, labels, about, starts, ends)


def tell(
    world: World,
    *alerts: Told,
    group: str = "7 {}:{g}",
    truncated: int = 0,
    ordered: bool = False,
) -> Alarm | None:
    family = None if ordered else "7 "
    told = Notification(group, alerts, truncated, ordered, family)
    alarm = ingestion.receive(told=told, at=world.at)
    world.settle()
    return None if alarm is None else Alarm.objects.get(pk=alarm.pk)


def called() -> list[str]:
    return list(Call.objects.order_by("id").values_list("engineer__name", flat=True))


def open_pages() -> list[str]:
    return list(Page.objects.exclude(state="resolved").values_list("title", flat=True))


def declare(world: World, alarm: Alarm) -> str:
    """Let Ben declare an incident from an alarm; give its subject."""
    return world.press("Ben", "incident.declare", alarm.about, title="Visits are down").show


def ends(*alerts: Told, at: datetime) -> Sequence[Told]:
    return [
        Told(one.fingerprint, False, one.labels, one.annotations, one.starts_at, at)
        for one in alerts
    ]


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


def test_something_new_pages_though_the_group_fires_since_yesterday(world: World) -> None:
    disk, down = alert("Disk", world.at, severity="warning"), alert("Down", world.at)
    tell(world, disk, down)
    page = Page.objects.get()
    world.press("Ben", "page.acknowledge", page.about)
    world.forward(minutes=5)
    alarm = tell(world, disk, *ends(down, at=world.at))
    assert alarm is not None
    world.press("Ben", "incident.resolve", declare(world, alarm), text="It works again.")
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
    assert (page.state, page.snoozed_until) == ("calling", None)
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


def test_what_fires_when_an_incident_is_resolved_is_said_and_pages_again(world: World) -> None:
    down = alert("Down", world.at)
    alarm = tell(world, down)
    assert alarm is not None
    incident = declare(world, alarm)
    assert open_pages() == []
    done = world.press("Ben", "incident.resolve", incident, text="It works again.")
    assert "Still firing: Down is wrong. It pages again today at 19:15 GMT" in done.says
    entries = JournalEntry.objects.filter(subject=incident).values_list("text", flat=True)
    assert any(text.startswith("Still firing: Down is wrong.") for text in entries)
    world.forward(minutes=14)
    assert open_pages() == []
    world.forward(minutes=1)
    assert open_pages() == ["Down is wrong"]


def test_what_is_over_before_its_time_pages_nobody_after_the_incident(world: World) -> None:
    down = alert("Down", world.at)
    alarm = tell(world, down)
    assert alarm is not None
    world.press("Ben", "incident.resolve", declare(world, alarm), text="It works again.")
    world.forward(minutes=5)
    tell(world, *ends(down, at=world.at))
    world.forward(hours=1)
    assert called() == ["Ben"]


def test_what_begins_while_an_incident_has_the_alarm_is_told_to_its_lead(world: World) -> None:
    down = alert("Down", world.at)
    alarm = tell(world, down)
    assert alarm is not None
    incident = declare(world, alarm)
    world.press("Ben", "incident.take-lead", incident)
    world.forward(minutes=3)
    tell(world, down, alert("Database", world.at))
    assert open_pages() == []
    assert called() == ["Ben"]
    assert any(
        "Ben, this began to fire in the incident's alarm: Database is wrong" in said
        for said in world.said("#cloud-platform")
    )
    texts = JournalEntry.objects.filter(subject=incident).values_list("text", flat=True)
    assert "New alert: Database is wrong" in texts
    world.forward(minutes=3)
    tell(world, down, alert("Database", world.at - timedelta(minutes=3)))
    assert list(texts.all()).count("New alert: Database is wrong") == 1


def test_what_comes_and_goes_while_an_incident_has_it_is_told_to_its_lead(world: World) -> None:
    down = alert("Down", world.at)
    alarm = tell(world, down)
    assert alarm is not None
    incident = declare(world, alarm)
    world.forward(minutes=10)
    tell(world, *ends(down, at=world.at))
    world.forward(minutes=10)
    again = tell(world, alert("Down", world.at))
    assert again is not None and again.pk != alarm.pk
    assert (again.incident, called()) == (incident, ["Ben"])
    texts = JournalEntry.objects.filter(subject=incident).values_list("text", flat=True)
    assert "New alert: Down is wrong" in texts
    world.press("Ben", "incident.resolve", incident, text="It works again.")
    world.forward(minutes=15)
    assert open_pages() == ["Down is wrong"]


def test_a_page_for_something_new_is_not_called_again_for_what_an_incident_had(
    world: World,
) -> None:
    down = alert("Down", world.at)
    alarm = tell(world, down)
    assert alarm is not None
    world.press("Ben", "incident.resolve", declare(world, alarm), text="It works again.")
    world.forward(minutes=5)
    tell(world, down, alert("Database", world.at))
    page = Page.objects.exclude(state="resolved").get()
    world.press("Ben", "page.acknowledge", page.about)
    before = called()
    world.forward(minutes=20)
    assert called() == before


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
    world.forward(hours=5)
    assert not staleness.stale(at=world.at).exists()
    world.forward(hours=1)
    assert [one.fingerprint for one in staleness.stale(at=world.at)] == ["Down"]


YEAR_ONE = datetime(1, 1, 1, tzinfo=UTC)


def test_one_alert_s_odd_history_keeps_no_other_from_being_stored(world: World) -> None:
    tell(world, alert("Odd", YEAR_ONE.replace(year=1970), severity="warning"))
    tell(world, alert("Down", world.at), group="7 {}:{other}")
    assert open_pages() == ["Down is wrong"]
    assert Post.objects.exists()
