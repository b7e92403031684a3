"""What monitoring systems send is kept first, and worked out right after, together or alone."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from dutydesk.alarms.flows import ingestion, keys
from dutydesk.alarms.models import Alarm, Alert
from dutydesk.alarms.rules.notifications import Notification
from dutydesk.alarms.rules.telling_place import place_of
from dutydesk.chat.models import Post
from dutydesk.inbox.flows import arrivals
from dutydesk.inbox.flows.work import ARRIVALS
from dutydesk.inbox.models import Arrival
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.arrivals import Arrived
from dutydesk.oncall.models import Page
from testing.arrivals import AlertDoor, worked_out
from testing.load import alert
from testing.world import World

pytestmark = pytest.mark.django_db
EVENTS = "events/v2/enqueue"


@pytest.fixture
def key(world: World) -> str:
    return keys.make_key(name="Prometheus", by="Ada", at=world.at)


def event(key: str, action: str = "trigger", name: str = "disk", **payload: Any) -> dict[str, Any]:
    said = {"summary": f"{name} is full", "source": "db1", "severity": "critical", **payload}
    return {"routing_key": key, "event_action": action, "dedup_key": name, "payload": said}


def outcomes() -> list[str]:
    return list(Arrival.objects.order_by("id").values_list("outcome", flat=True))


def firing() -> list[str]:
    found = Alarm.objects.filter(state="firing").order_by("title")
    return list(found.values_list("title", flat=True))


def test_an_alert_is_kept_and_answered_and_worked_out_after(
    world: World, door: AlertDoor, key: str
) -> None:
    told = door.post(f"alertmanager/{key}", alert(1), {"user-agent": "Alertmanager/0.25"})
    arrival = Arrival.objects.get()
    assert (told.status, told.text) == (200, f"Kept as arrival {arrival.pk}.\n")
    assert (arrival.outcome, arrival.sender) == ("waiting", "Prometheus")
    assert arrival.headers == {"user-agent": "Alertmanager/0.25"}
    assert json.loads(bytes(arrival.body)) == alert(1)
    assert not Alarm.objects.exists()
    worked_out(world.at)
    arrival.refresh_from_db()
    assert (arrival.outcome, arrival.became) == ("done", [Alarm.objects.get().about])
    assert Page.objects.get().subject == Alarm.objects.get().about


BATCH: Sequence[tuple[str, Callable[[str], Any]]] = (
    ("alertmanager/", lambda key: alert(1, "warning")),
    (EVENTS, lambda key: event(key)),
    ("alertmanager/", lambda key: {"version": "4", "groupKey": "g", "alerts": "none"}),
    (EVENTS, lambda key: event(key, "acknowledge")),
    ("alertmanager/", lambda key: alert(1, firing=False)),
    ("alertmanager/", lambda key: alert(2)),
    ("json/", lambda key: [{"title": "A"}, {"title": "B", "severity": "critical"}]),
    (EVENTS, lambda key: event(key, "resolve")),
    ("alertmanager/", lambda key: alert(1, "warning")),
    ("json/", lambda key: {"key": "A", "status": "resolved"}),
)


def left() -> list[object]:
    """Give all that is left of what was told, by names instead of numbers."""
    names = {alarm.about: f"{alarm.title} {alarm.state}" for alarm in Alarm.objects.all()}
    return [
        sorted(Alarm.objects.values_list("group_key", "title", "state", "severity", "times_told")),
        sorted(Alert.objects.values_list("alarm__group_key", "fingerprint", "firing", "count")),
        sorted((post.channel.name, post.words.title) for post in Post.objects.all()),
        sorted(
            (one.kind, one.text, names.get(one.subject, ""))
            for one in JournalEntry.objects.filter(subject__startswith="alarm:")
        ),
        list(Arrival.objects.order_by("id").values_list("outcome", "problem")),
        sorted(names[name] for one in Arrival.objects.all() for name in one.became),
    ]


def test_a_slash_at_the_end_of_the_address_loses_no_alert(
    world: World, door: AlertDoor, key: str
) -> None:
    assert door.post(f"alertmanager/{key}/", alert(1)).status == 200
    assert door.post(f"{EVENTS}/", event(key)).status == 202
    assert door.post(f"alertmanager/{key}/more", alert(2)).status == 403
    worked_out(world.at)
    assert firing() == ["Thing 1 is down", "disk is full"]


def test_what_is_told_together_comes_to_the_same_as_one_by_one(
    world: World, door: AlertDoor, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for alone in (False, True):
        with transaction.atomic(), monkeypatch.context() as patch:
            if alone:
                patch.setattr(ARRIVALS, "most", 1)
            for path, body in BATCH:
                where = path if path == EVENTS else path + key
                assert door.post(where, body(key)).status in (200, 202)
            worked_out(world.at)
            found.append(left())
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert "put aside" in [outcome for outcome, _ in found[0][4]]  # type: ignore[attr-defined]
    assert any("somebody works on it" in text for _, text, _ in found[0][3])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("json/", alert(1), "This is Alertmanager's; post it to /alarms/in/alertmanager/KEY."),
        ("grafana/", alert(1), "This is Alertmanager's; post it to"),
        ("alertmanager/", event("k"), "This is an event of the Events API v2; post it to"),
        ("alertmanager/", b"alert=1", "This is no JSON"),
        ("json/", b"", "This is no JSON"),
    ],
)
def test_a_body_that_is_not_this_door_s_is_refused_with_where_it_belongs(
    door: AlertDoor, key: str, path: str, body: Any, says: str
) -> None:
    told = door.post(path + key, body)
    assert told.status == 400
    assert says in told.text
    assert not Arrival.objects.exists()


def test_what_nobody_can_read_is_a_high_alarm_once_and_tried_again_it_is_over(
    world: World, door: AlertDoor, key: str
) -> None:
    for _ in range(2):
        assert door.post(f"json/{key}", b'{"title": "The disk is').status == 200
    door.post(f"alertmanager/{key}", alert(1))
    worked_out(world.at)
    assert outcomes() == ["put aside", "put aside", "done"]
    assert firing() == ["Thing 1 is down", "What Prometheus sent can't be worked out"]
    aside = Alarm.objects.get(title__startswith="What")
    assert (aside.severity, aside.times_told) == ("high", 1)
    assert "2 at once, the last arrival" in aside.description
    assert Page.objects.filter(subject=aside.about).exists()
    first, second = Arrival.objects.filter(outcome="put aside").order_by("id")
    assert first.became == [aside.about]
    for one in (first, second):
        Arrival.objects.filter(pk=one.pk).update(body=b'{"title": "The disk is full"}')
        arrivals.retry(arrival=one.pk, at=world.at)
        worked_out(world.at)
        aside.refresh_from_db()
        assert aside.state == ("firing" if one == first else "resolved")
    assert firing() == ["The disk is full", "Thing 1 is down"]


def test_what_nobody_can_read_but_says_that_it_is_low_pages_nobody(
    world: World, door: AlertDoor, key: str
) -> None:
    door.post(f"json/{key}", b'{"title": "Slow", "severity": "warning", "labels": [')
    worked_out(world.at)
    assert Alarm.objects.get().severity == "low"
    assert not Page.objects.exists()


def test_a_body_over_the_limit_is_kept_up_to_it_and_said(
    world: World, door: AlertDoor, key: str
) -> None:
    large = {"title": "x" * 2_500_000, "severity": "critical"}
    assert door.post(f"json/{key}", large).status == 200
    assert door.post(EVENTS, {**event(key), "client": "x" * 2_500_000}).status == 202
    worked_out(world.at)
    assert {len(bytes(one.body)) for one in Arrival.objects.all()} == {2_000_000}
    assert all("first 2,000,000 bytes" in one.problem for one in Arrival.objects.all())
    assert outcomes() == ["put aside", "done"]
    assert "disk is full" in firing()
    assert key.encode() not in b"".join(bytes(one.body) for one in Arrival.objects.all())


def test_one_that_trips_the_desk_harms_none_beside_it_and_is_put_aside_soon(
    world: World, door: AlertDoor, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive_all = ingestion.receive_all

    def trip(*, told: Sequence[Notification], at: Any) -> Any:
        if any("group 3" in one.group_key for one in told):
            raise KeyError("group 3")
        return receive_all(told=told, at=at)

    monkeypatch.setattr(ingestion, "receive_all", trip)
    other = keys.make_key(name="Other", by="Ada", at=world.at)
    for number in range(1, 6):
        door.post(f"alertmanager/{key}", alert(number))
    door.post(f"alertmanager/{other}", alert(6))
    worked_out(world.at)
    assert outcomes() == ["done", "done", "waiting", "done", "done", "done"]
    for _ in range(8):
        world.at += timedelta(seconds=1)
        with suppress(KeyError):  # It ends a job.
            worked_out(world.at)
    assert outcomes() == ["done", "done", "put aside", "done", "done", "done"]
    aside = Arrival.objects.get(outcome="put aside")
    assert aside.problem == "a fault of the desk's own"
    assert "What Prometheus sent can't be worked out" in firing()


def test_an_event_without_a_name_is_known_by_the_one_that_its_sender_was_told(
    world: World, door: AlertDoor, key: str
) -> None:
    sent = event(key)
    del sent["dedup_key"]
    named = json.loads(door.post(EVENTS, sent).text)["dedup_key"]
    worked_out(world.at)
    assert Alarm.objects.get().group_key.endswith(f"events {named}")
    door.post(EVENTS, event(key, "resolve", named))
    worked_out(world.at)
    assert Alarm.objects.get().state == "resolved"


def test_of_a_body_that_was_cut_the_alerts_that_are_whole_are_alarms(
    world: World, door: AlertDoor, key: str
) -> None:
    many = alert(1)
    one = many["alerts"][0]
    many["alerts"] = [
        {**one, "fingerprint": f"{n:x}", "annotations": {"description": "d" * 4_000}}
        for n in range(600)
    ]
    told = {"alerts": many["alerts"], "version": "4", "groupKey": "g"}  # As its sender orders them.
    for _ in range(2):
        assert door.post(f"alertmanager/{key}", told).status == 200
        worked_out(world.at)
    assert outcomes() == ["done", "done"]
    alarm = Alarm.objects.get()
    assert (alarm.truncated, alarm.times_told) == (1, 2)
    assert 400 < alarm.firing_count < 500
    assert {one.problem for one in Arrival.objects.all()} == {
        "The first 2,000,000 bytes of a larger body."
    }
    objects = [{"key": str(n), "title": "d" * 10_000} for n in range(250)]
    assert door.post(f"json/{key}", objects).status == 200
    worked_out(world.at)
    assert Arrival.objects.latest("id").outcome == "done"
    assert 190 < len(Arrival.objects.latest("id").became) < 200


def test_a_flood_of_what_nobody_can_read_is_told_once_for_each_severity(
    world: World, door: AlertDoor, key: str
) -> None:
    for number in range(60):
        severity = ("critical", "warning")[number % 2]
        door.post(f"json/{key}", b'{"severity": "%s", "title": ' % severity.encode())
    worked_out(world.at)
    assert set(outcomes()) == {"put aside"}
    alarm = Alarm.objects.get()
    assert (alarm.times_told, alarm.firing_count) == (2, 2)
    assert {tuple(one.became) for one in Arrival.objects.all()} == {(alarm.about,)}


def test_a_storm_delays_no_page_of_another_service_and_a_group_keeps_its_order(
    world: World, door: AlertDoor, key: str
) -> None:
    for number in range(20):
        door.post(f"alertmanager/{key}", alert(number, "warning"))
    door.post(f"alertmanager/{key}", alert(7))
    door.post(f"alertmanager/{key}", alert(99))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ARRIVALS, "most", 6)
        assert ARRIVALS.together(lambda: world.at) == 6
        assert Alarm.objects.filter(title="Thing 99 is down").exists()
        assert Arrival.objects.filter(outcome="waiting").count() == 16
        worked_out(world.at)
    seven = Alarm.objects.get(title="Thing 7 is down")
    assert (seven.severity, seven.times_told) == ("high", 2)
    kept = Arrival.objects.filter(became=[seven.about]).order_by("id")
    assert [b"critical" in bytes(one.body) for one in kept] == [False, True]


@pytest.mark.parametrize("written", ["\\u{:04x}", "\\u{:04X}"])
def test_a_routing_key_is_kept_nowhere_whichever_of_its_letters_are_escaped(
    world: World, door: AlertDoor, key: str, written: str
) -> None:
    escaped = "".join(written.format(ord(one)) if n % 2 else one for n, one in enumerate(key))
    body = json.dumps(event(key)).replace(key, escaped)
    assert json.loads(body)["routing_key"] == key
    assert door.post(EVENTS, body.encode()).status == 202
    worked_out(world.at)
    kept = Arrival.objects.get()
    assert (kept.outcome, firing()) == ("done", ["disk is full"])
    assert json.loads(bytes(kept.body))["routing_key"] == "*" * len(key)


def test_a_body_that_was_cut_is_in_the_turn_of_its_group(world: World) -> None:
    whole = json.dumps({"groupKey": "{}:{g}", "version": "4", "alerts": [{"status": "firing"}]})
    sent = Arrived("alertmanager", "key:1", whole.encode(), world.at)
    cut = replace(sent, body=sent.body[:-10], note="It was cut.")
    assert place_of(cut).turn == place_of(sent).turn != sent.source
    nameless = replace(cut, body=sent.body[:15])
    assert place_of(nameless).turn == sent.source
