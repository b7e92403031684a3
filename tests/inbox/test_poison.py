"""Whatever is sent, and whoever dies when: nothing that was kept is lost or done twice."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dutydesk.alarms.flows import keys
from dutydesk.alarms.models import Alarm
from dutydesk.database import rows
from dutydesk.inbox.flows import work
from dutydesk.inbox.flows.work import ARRIVALS
from dutydesk.inbox.models import Arrival
from dutydesk.oncall.models import Page
from testing.arrivals import AlertDoor, worked_out
from testing.load import alert
from testing.parcels import Died
from testing.world import World

DATA = Path(__file__).parent.parent / "data" / "alarms"
SECOND = timedelta(seconds=1)
EVENTS = "events/v2/enqueue"
Sent = dict[str, Any]


@pytest.fixture
def key(world: World) -> str:
    return keys.make_key(name="All", by="Ada", at=world.at)


def grafana() -> Sent:
    read: Sent = json.loads((DATA / "grafana" / "firing.json").read_text())
    return read


def event() -> Sent:
    payload = {"summary": "It is full", "source": "db1", "severity": "critical"}
    return {"event_action": "trigger", "dedup_key": "poison", "payload": payload}


def grouped(sent: Callable[[], Sent]) -> list[Any]:
    """Give ten poisonous bodies in a format that groups alerts."""
    one = sent()["alerts"][0]

    def with_alert(**changes: Any) -> Sent:
        return {**sent(), "alerts": [{**one, **changes}]}

    return [
        {**sent(), "alerts": []},
        {**sent(), "alerts": {"a": 1}},
        {**sent(), "groupKey": ["g"]},
        {**sent(), "groupKey": "\x00" * 9_000},
        {**sent(), "truncatedAlerts": -(10**30)},
        with_alert(labels={"alertname": "\ud800\x00", "severity": {"a": ["critical"]}}),
        with_alert(labels={"x" * 9_000: "y" * 9_000, "": ""}, annotations=None),
        with_alert(startsAt="0001-01-01T00:00:00+14:00", endsAt="9999-12-31T23:59:59-14:00"),
        with_alert(fingerprint="f" * 500, status="FIRING"),
        json.dumps(sent()).encode()[:-30] + b"\xff\xfe",
    ]


def own() -> Sent:
    return {"key": "poison", "title": "Poison", "severity": "critical"}


POISON: dict[str, list[Any]] = {
    "alertmanager": grouped(lambda: alert(666)),
    "grafana": grouped(grafana),
    "json": [
        [],
        {},
        [own(), 5, None],
        {**own(), "status": "on fire"},
        {**own(), "key": "k" * 100_000, "title": "\x00\ud800" * 900},
        {**own(), "labels": [1, 2]},
        {**own(), "labels": {"": None, "\x00": 10**400}},
        {**own(), "starts_at": "0001-01-01T00:00:00+14:00", "severity": [["critical"]]},
        b'{"title": ' + b"[" * 100_000,
        b'{"title": "\xe9", "n": NaN, "runbook": "javascript:alert(1)"}',
    ],
    "events": [
        {**event(), "event_action": "burn"},
        {**event(), "payload": None},
        {**event(), "payload": {"summary": "\x00\ud800", "source": [1], "severity": 5}},
        {**event(), "dedup_key": "d" * 100_000},
        {**event(), "dedup_key": {"a": 1}, "event_action": "resolve"},
        {**event(), "dedup_key": 10**400},
        {**event(), "links": [[1], {"href": 5}], "images": 7, "client_url": {}},
        {**event(), "client": "\x00" * 3_000, "event_action": "acknowledge"},
        {**event(), "payload": {**event()["payload"], "timestamp": "0001-01-01T00:00:00+14:00"}},
        {**event(), "payload": {**event()["payload"], "custom_details": {"a": [[[]]] * 900}}},
    ],
}


@pytest.mark.django_db
@pytest.mark.parametrize("sender", POISON)
def test_ten_poisonous_tellings_of_each_door_harm_nothing_beside_them(
    world: World, door: AlertDoor, key: str, sender: str
) -> None:
    assert len(POISON[sender]) == 10
    door.post(f"alertmanager/{key}", alert(1))
    for number, bad in enumerate(POISON[sender]):
        if sender == "events":
            door.post(EVENTS, bad, {"x-routing-key": key})
        else:
            door.post(f"{sender}/{key}", bad)
        door.post(f"alertmanager/{key}", alert(10 + number))
    worked_out(world.at)
    assert not Arrival.objects.filter(outcome="waiting").exists()
    there = set(Alarm.objects.filter(state="firing").values_list("title", flat=True))
    assert {f"Thing {n} is down" for n in (1, *range(10, 20))} <= there
    aside = Arrival.objects.filter(outcome="put aside")
    told = Alarm.objects.filter(title__startswith="What All sent")
    assert aside.exists() and told.count() == 1
    assert {one.became[-1] for one in aside} == {told.get().about}


def _before_anything(die: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "arrived", lambda row: die())


def _before_it_is_marked(die: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    def update(found: Sequence[Any], names: Sequence[str]) -> None:
        if found and isinstance(found[0], Arrival):
            die()

    monkeypatch.setattr("dutydesk.database.batch.rows.update", update)


def _before_the_commit(die: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    settle = ARRIVALS.all_inside

    def all_inside(found: Sequence[Arrival], at: Any) -> None:
        settle(found, at)
        die()

    monkeypatch.setattr(ARRIVALS, "all_inside", all_inside)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", [_before_anything, _before_it_is_marked, _before_the_commit])
def test_a_worker_that_dies_over_what_was_kept_leaves_it_to_the_next_who_does_it_once(
    world: World, door: AlertDoor, key: str, moment: Any
) -> None:
    for number in range(3):
        assert door.post(f"alertmanager/{key}", alert(number)).status == 200

    def die() -> None:
        raise Died

    with pytest.MonkeyPatch.context() as patch, suppress(Died):
        moment(die, patch)
        ARRIVALS.together(lambda: world.at)
        raise AssertionError("it lives")
    rows.give_back()
    assert not Alarm.objects.exists()
    worked_out(world.at)
    assert not Alarm.objects.exists(), "whoever died may still be at it"
    world.at += 7 * SECOND
    worked_out(world.at)
    assert sorted(Alarm.objects.values_list("title", "times_told")) == [
        (f"Thing {number} is down", 1) for number in range(3)
    ]
    assert Page.objects.count() == 3
    assert set(Arrival.objects.values_list("outcome", flat=True)) == {"done"}
