"""What was put aside and is tried again, after more has come; and what waits for a process."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from dutydesk.alarms.flows import alert_arrivals, keys
from dutydesk.alarms.models import Alarm
from dutydesk.chat.flows import aside as aside_posts
from dutydesk.chat.models import Post
from dutydesk.database import works
from dutydesk.inbox.flows import arrivals, work
from dutydesk.inbox.models import Arrival
from dutydesk.inbox.rules import shown_body
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.arrivals import ArrivalHandler, Arrived, WorkedOut
from dutydesk.oncall.models import Page
from dutydesk.process.flows import process
from dutydesk.process.flows.process import NoProcess
from testing.arrivals import AlertDoor, worked_out
from testing.load import alert
from testing.world import World

pytestmark = pytest.mark.django_db
BROKEN = b'{"title": "The disk is'


@pytest.fixture
def key(world: World) -> str:
    return keys.make_key(name="Backups", by="Ada", at=world.at)


def told(status: str, **more: str) -> dict[str, Any]:
    return {"key": "db1", "title": "db1 is down", "status": status, "severity": "critical", **more}


def aside(world: World, body: bytes) -> Arrival:
    """Give the last arrival as if it had been put aside, with another body."""
    last = Arrival.objects.latest("id")
    assert last.outcome == "put aside"
    Arrival.objects.filter(pk=last.pk).update(body=body)
    return last


def state(title: str) -> str:
    return str(Alarm.objects.get(title__startswith=title).state)


def test_an_old_end_that_is_tried_again_ends_nothing_that_fired_since(
    world: World, door: AlertDoor, key: str
) -> None:
    door.post(f"json/{key}", BROKEN)
    worked_out(world.at)
    old = aside(world, json.dumps(told("resolved")).encode())
    world.at += timedelta(minutes=5)
    door.post(f"json/{key}", told("firing"))
    worked_out(world.at)
    arrivals.retry(arrival=old.pk, at=world.at)
    worked_out(world.at)
    assert Arrival.objects.get(pk=old.pk).outcome == "done"
    assert state("db1 is down") == "firing"


def test_the_alarm_of_one_that_is_aside_still_goes_on_when_another_is_mended(
    world: World, door: AlertDoor, key: str
) -> None:
    door.post(f"json/{key}", BROKEN)
    worked_out(world.at)
    first = aside(world, json.dumps(told("firing")).encode())
    one = Alarm.objects.get(title__startswith="What Backups")
    world.press("Ada", "alarm.over", one.about, reason="I look at it")
    door.post(f"json/{key}", BROKEN)
    worked_out(world.at)
    arrivals.retry(arrival=first.pk, at=world.at)
    worked_out(world.at)
    newest = Alarm.objects.filter(title__startswith="What Backups").latest("id")
    assert newest.state == "firing"


def test_all_that_is_tried_again_calls_nobody_twice(
    world: World, door: AlertDoor, key: str
) -> None:
    for _ in range(2):
        door.post(f"json/{key}", BROKEN)
    worked_out(world.at)
    first = Arrival.objects.earliest("id")
    Arrival.objects.filter(pk=first.pk).update(body=json.dumps(told("firing")).encode())
    assert arrivals.retry_all(at=world.at) == 2
    worked_out(world.at)
    assert [one.outcome for one in Arrival.objects.order_by("id")] == ["done", "put aside"]
    about = Alarm.objects.get(title__startswith="What Backups").about
    assert Page.objects.filter(subject=about).count() == 1


def test_what_comes_while_no_process_is_in_force_waits_for_one(
    world: World, door: AlertDoor, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.post(f"json/{key}", told("firing"))

    def none() -> None:
        raise NoProcess("No process is in force.", "Adopt one.")

    with monkeypatch.context() as patched:
        patched.setattr(process, "in_force", none)
        worked_out(world.at)
    (waiting,) = Arrival.objects.all()
    assert (waiting.outcome, waiting.problem) == ("waiting", "No process is in force. Adopt one.")
    world.at += timedelta(seconds=10)
    worked_out(world.at)
    assert state("db1 is down") == "firing"


def test_an_end_that_nobody_can_read_wakes_nobody(world: World, door: AlertDoor, key: str) -> None:
    event = {"routing_key": key, "event_action": "resolve", "payload": {"summary": "Over"}}
    assert door.post("events/v2/enqueue", event).status == 202
    worked_out(world.at)
    assert Arrival.objects.get().outcome == "put aside"
    assert Alarm.objects.get().severity == "low"
    assert not Page.objects.exists()


def test_half_a_letter_in_a_body_is_shown() -> None:
    assert "\N{REPLACEMENT CHARACTER}" in shown_body(b'{"title": "\\ud800"}').text


def untried(door: AlertDoor, world: World, path: str, body: Any) -> int:
    """Keep a body that is put aside for a fault of the desk's; give its number."""
    door.post(path, body)
    about = Alarm.objects.count() + 1_000_000
    last = Arrival.objects.latest("id")
    Arrival.objects.filter(pk=last.pk).update(
        outcome="put aside", due_at=None, attempts=3, became=[f"alarm:{about}"]
    )
    return last.pk


@pytest.mark.parametrize("sender", ["events", "json", "alertmanager", "grafana"])
def test_what_is_over_by_the_time_it_is_tried_again_is_recorded_and_calls_nobody(
    world: World, door: AlertDoor, key: str, sender: str
) -> None:
    def body(status: str) -> Any:
        if sender == "json":
            return [told(status)]
        if sender == "events":
            action = "trigger" if status == "firing" else "resolve"
            payload = {"summary": "db1 is down", "source": "db1", "severity": "critical"}
            return {
                "routing_key": key, "event_action": action, "dedup_key": "1", "payload": payload
            }  # fmt: skip
        sent = alert(1, firing=status == "firing")
        return sent if sender == "alertmanager" else {**sent, "version": "1", "orgId": 1}

    path = "events/v2/enqueue" if sender == "events" else f"{sender}/{key}"
    old = untried(door, world, path, body("firing"))
    world.at += timedelta(minutes=2)
    door.post(path, body("resolved"))
    worked_out(world.at)
    still = untried(door, world, path, body("firing"))
    arrivals.retry(arrival=old, at=world.at)
    worked_out(world.at)
    row = Arrival.objects.get(pk=old)
    assert (row.outcome, row.became) == ("done", [])
    assert "told anew" in row.problem
    assert not Alarm.objects.exists() and not Page.objects.exists()
    arrivals.retry(arrival=still, at=world.at)
    worked_out(world.at)
    assert Alarm.objects.get().state == "firing"


def retried(world: World, number: int) -> Arrival:
    arrivals.retry(arrival=number, at=world.at)
    worked_out(world.at)
    return Arrival.objects.get(pk=number)


def test_of_what_was_told_anew_in_part_the_rest_is_taken_in_and_said_so(
    world: World, door: AlertDoor, key: str
) -> None:
    both = [told("firing"), {**told("firing"), "key": "db2", "title": "db2 is down"}]
    old = untried(door, world, f"json/{key}", both)
    door.post(f"json/{key}", told("resolved"))
    worked_out(world.at)
    row = retried(world, old)
    assert "db1" not in " ".join(Alarm.objects.values_list("title", flat=True))
    assert (row.outcome, row.problem) == ("done", alert_arrivals.PARTLY_LATE)
    assert state("db2 is down") == "firing"


def test_what_was_cut_says_so_beside_that_it_is_late(
    world: World, door: AlertDoor, key: str
) -> None:
    old = untried(door, world, f"json/{key}", [told("firing"), told("firing")])
    Arrival.objects.filter(pk=old).update(note="It was cut.")
    door.post(f"json/{key}", told("resolved"))
    worked_out(world.at)
    assert retried(world, old).problem == f"It was cut. {alert_arrivals.LATE}"
    assert not Alarm.objects.exists()


def test_what_so_much_came_after_that_nobody_reads_it_all_counts_as_told_anew(
    world: World, door: AlertDoor, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = untried(door, world, f"json/{key}", told("firing"))
    for name in ("db1", "db2", "db3"):
        door.post(f"json/{key}", {**told("resolved"), "key": name})
    worked_out(world.at)
    monkeypatch.setattr(alert_arrivals, "MOST_READ", 2)
    assert retried(world, old).problem == alert_arrivals.LATE
    assert not Alarm.objects.exists()


def test_an_acknowledgement_that_is_tried_again_says_nothing_of_what_fired_since(
    world: World, door: AlertDoor, key: str
) -> None:
    def event(action: str) -> Any:
        payload = {"summary": "db1 is down", "source": "db1", "severity": "critical"}
        return {"routing_key": key, "event_action": action, "dedup_key": "1", "payload": payload}

    def said() -> int:
        return JournalEntry.objects.filter(kind="alarm.acknowledged_elsewhere").count()

    old = untried(door, world, "events/v2/enqueue", event("acknowledge"))
    door.post("events/v2/enqueue", event("trigger"))
    worked_out(world.at)
    assert (retried(world, old).problem, said()) == (alert_arrivals.LATE, 0)
    newest = untried(door, world, "events/v2/enqueue", event("acknowledge"))
    assert (retried(world, newest).problem, said()) == ("", 1)


def test_all_that_somebody_has_tried_again_stands_in_the_journal(
    world: World, door: AlertDoor, key: str
) -> None:
    for _ in range(2):
        door.post(f"json/{key}", BROKEN)
    worked_out(world.at)
    assert arrivals.retry_all(at=world.at, by="Ada") == 2
    entries = JournalEntry.objects.filter(kind="arrival.retried").order_by("id")
    assert [(one.actor, one.subject) for one in entries] == [
        ("Ada", one.about) for one in Arrival.objects.order_by("id")
    ]


def test_what_a_vendor_told_and_nobody_can_read_is_one_post_that_counts(world: World) -> None:
    def take(told: Sequence[Arrived], at: datetime) -> Sequence[WorkedOut]:
        return [WorkedOut(problem="It has no end.", aside=True) for _ in told]

    work.handle_with(ArrivalHandler(("x",), take, put_aside=aside_posts.tell_team))
    for count in (2, 3):
        for _ in range(count):
            arrivals.keep(Arrived("x", "x:1", b"body", world.at, sender="Vendor"))
        worked_out(world.at)
    post = Post.objects.get(key__startswith="arrivals:x")
    assert "5 things that Vendor told can't be worked out" in post.words.body


def test_what_came_long_ago_and_is_tried_again_is_not_late_since_then(
    world: World, door: AlertDoor, key: str
) -> None:
    door.post(f"json/{key}", BROKEN)
    worked_out(world.at)
    came = world.at
    world.at += timedelta(days=1)
    door.post(f"json/{key}", told("firing"))
    assert works.oldest()["arrival"] == world.at
    worked_out(world.at)
    world.at += timedelta(hours=1)
    assert arrivals.retry_all(at=world.at) == 1
    assert works.oldest()["arrival"] == world.at
    assert Arrival.objects.get(outcome="waiting").at == came


def test_however_much_is_tried_again_few_bodies_are_read_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    together, owe_again = list[int](), arrivals._owe_again

    def owing(aside: Sequence[Arrival], at: datetime, by: str) -> None:
        together.append(len(aside))
        owe_again(aside, at, by)

    monkeypatch.setattr(arrivals, "_owe_again", owing)
    arrivals.keep_all([Arrived("z", "z", b"", world.at) for _ in range(50)])
    Arrival.objects.update(outcome="put aside", due_at=None)
    assert arrivals.retry_all(at=world.at) == 50
    assert together == [20, 20, 10]
    assert Arrival.objects.filter(outcome="waiting").count() == 50
