"""Alerts in, pages out: who is called when, and until when a page waits."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dutydesk.alarms.flows import ingestion, silences
from dutydesk.alarms.flows.silences import SilenceDraft
from dutydesk.alarms.models import Alarm, Alert
from dutydesk.alarms.rules.alertmanager import read_notification
from dutydesk.alarms.rules.notifications import NotAnAlarm
from dutydesk.alarms.rules.silence_matchers import Matcher
from dutydesk.oncall.flows import held_pages
from dutydesk.oncall.models import Call, Page
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from testing.world import World, number

pytestmark = pytest.mark.django_db
HIGH, LOW, TEAM = "#high-priority-alarms", "#low-priority-alarms", "#cloud-platform"


def told(
    *fingerprints: str,
    starts: datetime,
    status: str = "firing",
    severity: str = "critical",
    service: str = "Prison visits",
) -> bytes:
    alerts: list[dict[str, Any]] = [
        {
            "status": status,
            "labels": {"alertname": "Down", "severity": severity, "service": service},
            "annotations": {"summary": "Visits can't be booked", "runbook_url": "https://r/1"},
            "startsAt": starts.isoformat(),
            "endsAt": "0001-01-01T00:00:00Z" if status == "firing" else starts.isoformat(),
            "fingerprint": fingerprint,
            "generatorURL": "http://prometheus/graph",
        }
        for fingerprint in fingerprints
    ]
    return json.dumps({"version": "4", "groupKey": "{}:{a}", "alerts": alerts}).encode()


def fire(world: World, *fingerprints: str, **how: Any) -> Alarm | None:
    how.setdefault("starts", world.at)
    alarm = ingestion.receive(
        told=read_notification(told(*fingerprints, **how), world.at), at=world.at
    )
    world.settle()
    return alarm


def looked_after(world: World) -> None:
    """Let a worker look at the pages that wait, as it does twice a minute."""
    held_pages.look_after(at=world.at)
    world.settle()


def called() -> list[str]:
    calls = Page.objects.get().calls.order_by("id")
    return [call.engineer.name for call in calls]


@pytest.mark.clause("support.during")
def test_an_alarm_is_shown_by_severity_and_a_repeat_changes_only_its_count(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada")
    start = world.at
    fire(world, "a", starts=start, severity="warning")
    posts = world.said(LOW)
    fire(world, "a", starts=start, severity="warning")
    assert world.said(LOW) == posts
    assert Alert.objects.get().count == 2
    assert "1 firing" in posts[0]
    assert world.said(HIGH) == []
    assert not Page.objects.exists()
    fire(world, "a", "b", starts=start, severity="warning")
    assert "2 firing" in world.said(LOW)[0]


def test_an_alarm_is_over_when_all_its_alerts_are_and_a_new_firing_is_a_new_one(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    start = world.at
    fire(world, "a", "b", starts=start)
    fire(world, "a", starts=start, status="resolved")
    assert Alarm.objects.get().state == "firing"
    fire(world, "b", starts=start, status="resolved")
    assert Alarm.objects.get().state == "resolved"
    fire(world, "b", starts=start, status="resolved")
    world.forward(minutes=1)
    fire(world, "b")
    assert Alarm.objects.count() == 2


def test_a_late_repeat_of_a_firing_does_not_undo_its_end(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    start = world.at
    fire(world, "a", "b", starts=start)
    fire(world, "a", starts=start, status="resolved")
    fire(world, "a", starts=start)
    assert not Alert.objects.get(fingerprint="a").firing


@pytest.mark.clause("hours.overlap", "hours.working", "oncall.escalate", "oncall.respond")
def test_in_the_doubly_covered_hour_support_is_called_first_then_primary_then_secondary(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T09:15")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    fire(world, "a")
    assert called() == ["Ada"]
    world.forward(minutes=4)
    assert called() == ["Ada"]
    world.forward(minutes=1)
    assert called() == ["Ada", "Ben"]
    world.forward(minutes=10)
    assert called() == ["Ada", "Ben", "Cy", "Ada"]
    assert "Ada, Ben, Cy were called and nobody answered" in world.said(TEAM)[-1]


def unanswered(world: World) -> list[str]:
    return [post for post in world.said(TEAM) if post.startswith("Nobody answers a page")]


@pytest.mark.clause("oncall.escalate")
def test_that_nobody_answers_is_said_once_and_kept_up_to_date_until_somebody_has_it(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    fire(world, "a")
    world.forward(minutes=11)
    (first,) = unanswered(world)
    assert "Ben, Cy were called and nobody answered" in first
    world.forward(minutes=20)
    (later,) = unanswered(world)
    assert "Ben (3 times), Cy (3 times) were called and nobody answered" in later
    world.press("Cy", "page.acknowledge", Page.objects.get().about)
    assert unanswered(world) == []
    assert any("Nobody answered at first; Cy has it now." in post for post in world.said(TEAM))
    world.forward(minutes=60)
    (anew,) = unanswered(world)
    assert "Can somebody take this?" in anew, "Cy had it, so that it is left again is news"
    fire(world, "a", starts=world.at, status="resolved")
    assert unanswered(world) == []


@pytest.mark.clause("hours.oncall", "oncall.rota")
def test_in_the_evening_only_on_call_is_called(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    fire(world, "a")
    world.forward(minutes=5)
    assert called() == ["Ben", "Cy"]


@pytest.mark.clause("hours.closed")
def test_at_two_in_the_morning_a_page_waits_visibly_until_seven(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-03-29T00:30")
    world.shifts(primary="Ben")
    fire(world, "a")
    assert "Held until today at 07:00 BST: nobody is promised before." in world.said(HIGH)[-1]
    world.forward(hours=5, minutes=29)
    assert called() == []
    world.forward(minutes=1)
    assert called() == ["Ben"]


@pytest.mark.clause("hours.closed")
def test_a_service_that_is_paged_for_anyway_is_paged_for_at_night(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T02:00")
    world.shifts(primary="Ben")
    fire(world, "a", service="Clusters")
    assert called() == ["Ben"]


def test_a_page_that_finds_nobody_on_shift_tells_the_team(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    fire(world, "a")
    assert "Nobody has the shift that this page would go to" in world.said(TEAM)[-1]
    world.press("Cy", "page.acknowledge", f"page:{Page.objects.get().pk}")
    assert Page.objects.get().state == "acknowledged"


@pytest.mark.clause("oncall.escalate")
@pytest.mark.parametrize(
    ("shift", "says"),
    [({}, "Nobody has the shift that"), ({"primary": "Ben"}, "Nothing reaches whoever")],
)
def test_that_nobody_can_be_called_is_told_again_once_somebody_had_it_and_left_it(
    tmp_path: Path, shift: dict[str, str], says: str
) -> None:
    world = World(tmp_path, "2026-11-24T18:00")
    world.shifts(**shift)
    Engineer.objects.filter(name="Ben").update(account=None)
    fire(world, "a")

    def told() -> int:
        return sum(says in post for post in world.said(TEAM))

    page = Page.objects.get()
    assert told() == 1
    world.press("Cy", "page.acknowledge", page.about)
    assert told() == 0
    assert any("at first; Cy has it now" in post for post in world.said(TEAM))
    world.forward(minutes=34)
    assert told() == 0, "Cy is asked again"
    world.forward(minutes=1)
    page.refresh_from_db()
    assert (page.state, told()) == ("held", 1)
    world.press("Cy", "page.acknowledge", page.about)
    fire(world, "a", starts=world.at, status="resolved")
    assert told() == 0


@pytest.mark.clause("oncall.respond", "hours.closed")
def test_who_takes_the_shift_that_nobody_had_is_called_for_what_waits(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    fire(world, "a")
    held_pages.look_after(at=world.at)
    world.forward(minutes=10)
    assert (called(), Page.objects.get().state) == ([], "held")
    world.shift(world.at, world.at + timedelta(hours=3), primary="Ben")
    looked_after(world)
    assert called() == ["Ben"]
    assert "Ben" in world.said(HIGH)[-1]
    looked_after(world)
    world.forward(minutes=4)
    assert called() == ["Ben"], "once"
    world.press("Ben", "page.acknowledge", Page.objects.get().about)
    world.forward(hours=12)
    assert {"Ben"} == set(called()), "and what it waited for before calls nobody else"


@pytest.mark.clause("hours.closed")
def test_what_waits_for_the_morning_calls_as_soon_as_other_hours_are_in_force(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T23:30")
    world.shifts(primary="Ben")
    fire(world, "a")
    looked_after(world)
    assert called() == []
    file = tmp_path / "process.yaml"
    hours = "Mo-Fr 07:00-10:00,17:00-22:00; Sa-Su,PH 07:00-22:00"
    assert hours in file.read_text()
    file.write_text(file.read_text().replace(hours, "Mo-Su,PH 00:00-24:00"))
    process.adopt(file=file, at=world.at)
    looked_after(world)
    assert called() == ["Ben"]


@pytest.mark.clause("oncall.escalate")
def test_who_can_be_reached_again_is_called_for_what_waits_and_not_for_what_is_over(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben")
    accounts = dict(Engineer.objects.values_list("pk", "account"))
    Engineer.objects.update(account=None)
    fire(world, "a")
    looked_after(world)
    assert Page.objects.get().state == "held"
    Engineer.objects.filter(name="Ben").update(account=accounts[number("Ben")])
    until = world.at + timedelta(hours=1)
    quiet = SilenceDraft((Matcher("alertname", "=", "Down"),), world.at, until, "Known")
    silences.silence(wanted=quiet, by="Cy", at=world.at)
    looked_after(world)
    reached = Call.objects.filter(skipped=False)
    assert not reached.exists()
    world.forward(hours=1)
    assert [call.engineer.name for call in reached] == ["Ben"]


def test_an_acknowledged_page_is_asked_again_after_half_an_hour(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    fire(world, "a")
    world.press("Ben", "page.acknowledge", f"page:{Page.objects.get().pk}")
    world.forward(minutes=29)
    assert called() == ["Ben"]
    world.forward(minutes=1)
    assert called() == ["Ben", "Ben"]
    world.forward(minutes=5)
    assert called() == ["Ben", "Ben", "Cy"]


def test_a_resolved_alarm_never_pages(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T02:00")
    world.shifts(primary="Ben")
    start = world.at
    fire(world, "a", starts=start)
    world.forward(hours=1)
    fire(world, "a", starts=start, status="resolved")
    world.forward(hours=12)
    assert called() == []
    assert Page.objects.get().state == "resolved"


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"nonsense", b'{"version":"4","groupKey":"g","alerts":[]}', b"[" * 100000],
)
def test_garbage_is_refused_with_what_is_wrong(body: bytes) -> None:
    with pytest.raises(NotAnAlarm):
        read_notification(body, datetime(2026, 11, 24, tzinfo=UTC))
