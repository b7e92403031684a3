"""Of many alerts told together, one that can't be read stands in the way of no other."""

import json
from time import process_time
from typing import Any

import pytest

from dutydesk.alarms.flows import keys
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules import generic, notifications, readable_part
from dutydesk.inbox.flows import arrivals
from dutydesk.inbox.models import Arrival
from dutydesk.kernel.arrivals import LEFT
from dutydesk.oncall.models import Page
from testing.arrivals import AlertDoor
from testing.load import alert
from testing.world import World

pytestmark = pytest.mark.django_db
DISK = {"key": "disk", "title": "The disk is full", "severity": "critical"}
BAD: list[Any] = [7, None, [], {"severity": "low"}, {"title": "t", "status": "gone"}]


@pytest.fixture
def key(world: World) -> str:
    return keys.make_key(name="Backups", by="Ada", at=world.at)


def pages() -> list[str]:
    return sorted(Page.objects.exclude(state="resolved").values_list("title", flat=True))


def post(world: World, door: AlertDoor, where: str, body: Any) -> Arrival:
    assert door.post(where, body).status == 200
    world.settle()
    return Arrival.objects.latest("id")


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("first", [False, True])
def test_the_others_of_a_list_page_as_if_sent_alone_and_the_bad_one_is_said(
    world: World, door: AlertDoor, key: str, bad: Any, first: bool
) -> None:
    body = [bad, DISK] if first else [DISK, bad]
    found = post(world, door, f"json/{key}", body)
    aside = "What Backups sent can't be worked out"
    assert "The disk is full" in pages()
    assert sorted(Alarm.objects.values_list("title", flat=True)) == ["The disk is full", aside]
    low = isinstance(bad, dict) and bad.get("severity") == "low"
    assert (aside in pages()) is not low, "it is as high as what can't be read may be"
    assert found.outcome == "put aside"
    assert found.problem.startswith("1 of 2 alerts can't be read; the other one is taken in.")
    assert f"Number {1 if first else 2}: " in found.problem
    assert found.became == [alarm.about for alarm in Alarm.objects.order_by("pk")]
    assert json.loads(bytes(found.body)) == body, "it is kept as it was sent"


def mended(found: Arrival, alerts: list[Any]) -> None:
    """Let what could not be read be readable, as it is after the desk has learnt it."""
    told = json.loads(bytes(found.body))
    body = {**told, "alerts": alerts} if isinstance(told, dict) else alerts
    Arrival.objects.filter(pk=found.pk).update(body=json.dumps(body).encode())


def test_what_is_left_is_tried_again_without_what_was_taken_in(
    world: World, door: AlertDoor, key: str
) -> None:
    found = post(world, door, f"json/{key}", [DISK, 7, 8])
    assert found.headers[LEFT] == "1 2"
    alarm = Alarm.objects.get(title="The disk is full")
    world.press("Ben", "alarm.over", alarm.about, reason="I mended it")
    mended(found, [DISK, {"title": "The tape is torn", "severity": "critical"}, 8])
    arrivals.retry(arrival=found.pk, at=world.at)
    world.settle()
    found.refresh_from_db()
    assert (found.outcome, found.headers[LEFT]) == ("put aside", "2")
    assert "Number 3: " in found.problem, "as it stands in what was sent"
    assert pages() == ["The tape is torn", "What Backups sent can't be worked out"]
    mended(found, [DISK, 7, {"title": "The belt is loose"}])
    arrivals.retry(arrival=found.pk, at=world.at)
    world.settle()
    found.refresh_from_db()
    assert (found.outcome, pages()) == ("done", ["The tape is torn"])
    assert Alarm.objects.filter(title="The belt is loose").exists()
    all_of_it = sorted(each.about for each in Alarm.objects.all())
    assert sorted(found.became) == all_of_it, "it led to what each try took in"


def test_what_a_part_told_since_is_not_overtaken_by_an_older_one_that_is_tried_again(
    world: World, door: AlertDoor, key: str
) -> None:
    old = post(world, door, f"json/{key}", [7])
    post(world, door, f"json/{key}", [{**DISK, "status": "resolved"}, 8])
    mended(old, [DISK])
    arrivals.retry(arrival=old.pk, at=world.at)
    world.settle()
    assert "The disk is full" not in pages()


@pytest.mark.parametrize("door_name", ["alertmanager", "grafana"])
def test_one_bad_alert_of_a_group_leaves_the_group_its_others(
    world: World, door: AlertDoor, key: str, door_name: str
) -> None:
    told = alert(1)
    if door_name == "grafana":
        told = {**told, "version": "1", "orgId": 1}
    bad = {**told["alerts"][0], "fingerprint": "", "labels": {"severity": "critical"}}
    found = post(world, door, f"{door_name}/{key}", {**told, "alerts": [bad, *told["alerts"]]})
    assert found.problem.startswith("1 of 2 alerts can't be read")
    assert len(pages()) == 2
    over = [{**told["alerts"][0], "status": "resolved", "endsAt": world.at.isoformat()}]
    found = post(world, door, f"{door_name}/{key}", {**told, "alerts": over})
    assert pages() == ["What Backups sent can't be worked out"]


def test_a_list_of_which_nothing_can_be_read_is_put_aside_whole(
    world: World, door: AlertDoor, key: str
) -> None:
    found = post(world, door, f"json/{key}", [7, 8])
    assert (found.outcome, LEFT in found.headers) == ("put aside", False)
    assert len(found.became) == 1


def test_what_is_wrong_is_said_of_the_alert_by_its_own_number(
    world: World, door: AlertDoor, key: str
) -> None:
    told = alert(1)
    bad = {**told["alerts"][0], "fingerprint": ""}
    found = post(world, door, f"alertmanager/{key}", {**told, "alerts": [*told["alerts"], bad]})
    assert "Number 2: This is not an Alertmanager webhook: fingerprint: " in found.problem
    found = post(world, door, f"json/{key}", [DISK, DISK, {"key": "tape"}, {"title": []}])
    assert found.problem.startswith("1 of 4 alerts can't be read")
    assert "Number 3: This can't be read as an alert: “tape” has no title." in found.problem


def test_of_more_than_is_taken_in_at_once_no_more_is_looked_at(
    world: World, door: AlertDoor, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (generic, readable_part, notifications):
        monkeypatch.setattr(module, "MOST_ALERTS", 3)
    found = post(world, door, f"json/{key}", [7, DISK, 8, 9, {**DISK, "key": "later"}])
    assert (found.outcome, found.headers[LEFT]) == ("put aside", "0 2")
    assert found.problem.startswith("2 of 5 alerts can't be read; of the others the first 1 are")
    assert pages() == ["The disk is full", "What Backups sent can't be worked out"]
    told = alert(1)
    few = [{}, *told["alerts"], {}, {}, {}]
    found = post(world, door, f"alertmanager/{key}", {**told, "alerts": few})
    assert found.headers[LEFT] == "0 2"
    assert Alarm.objects.get(title="Thing 1 is down").truncated == 2


def test_however_much_of_a_body_can_t_be_read_the_rest_is_found_soon(
    world: World, door: AlertDoor, key: str
) -> None:
    told = {**alert(1), "commonAnnotations": {"text": "long " * 200_000}}
    nonsense: list[Any] = [{}] * 250_000
    began = process_time()
    post(world, door, f"alertmanager/{key}", {**told, "alerts": [*told["alerts"], *nonsense]})
    post(world, door, f"json/{key}", [DISK, *([1] * 600_000)])
    assert process_time() - began < 30
    assert {"Thing 1 is down", "The disk is full"} < set(pages())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_what_a_windows_script_sends_in_wide_letters_pages(
    world: World, door: AlertDoor, key: str, encoding: str
) -> None:
    post(world, door, f"json/{key}", json.dumps(DISK).encode(encoding))
    assert pages() == ["The disk is full"]
    payload = {"summary": "It burns", "source": "s", "severity": "critical"}
    told = {"routing_key": key, "event_action": "trigger", "payload": payload}
    assert door.post("events/v2/enqueue", json.dumps(told).encode(encoding)).status == 202
    world.settle()
    assert pages() == ["It burns", "The disk is full"]
    assert key.encode() not in bytes(Arrival.objects.latest("id").body).replace(b"\x00", b"")
