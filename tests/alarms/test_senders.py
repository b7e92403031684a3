"""What monitoring systems send, in the shapes in which they really send it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.alarms.rules import events
from dutydesk.alarms.rules.alertmanager import read_notification
from dutydesk.alarms.rules.events import NotAnEvent, read_event, read_keys
from dutydesk.alarms.rules.generic import read_generic
from dutydesk.alarms.rules.grafana import read_grafana
from dutydesk.alarms.rules.notifications import (
    NotAnAlarm,
    NotifiedAlert,
    description_of,
    runbook_of,
    title_of,
)

DATA = Path(__file__).parent.parent / "data" / "alarms"
AT = datetime(2026, 11, 24, 10, 5, tzinfo=UTC)
KEY = "uXq3v7Jt0Yk2fLr9ZbN5wPd8sHc1mGea"


def body(name: str) -> bytes:
    return (DATA / name).read_bytes()


def event(**changes: Any) -> bytes:
    sent = json.loads(body("events/trigger.json"))
    payload = {**sent["payload"], **changes.pop("payload", {})}
    return json.dumps({**sent, "payload": payload, **changes}).encode()


@pytest.mark.parametrize("number", range(1, 7))
def test_real_requests_of_alertmanager_are_read(number: int) -> None:
    recorded = json.loads(body(f"alertmanager/00{number}.json"))
    read = read_notification(recorded["raw"].encode(), AT)
    sent = recorded["body"]
    assert read.group_key == sent["groupKey"]
    assert read.truncated == sent["truncatedAlerts"]
    assert [a.fingerprint for a in read.alerts] == [a["fingerprint"] for a in sent["alerts"]]
    assert all(a.firing and a.ends_at is None for a in read.alerts)
    assert [dict(a.labels) for a in read.alerts] == [a["labels"] for a in sent["alerts"]]


def test_grafana_tells_of_several_alerts_with_what_they_measured() -> None:
    (read,) = read_grafana(body("grafana/firing.json"), AT)
    first, second = read.alerts
    assert (first.firing, first.ends_at) == (True, None)
    assert first.starts_at == datetime(2026, 11, 24, 8, 3, 10, 157076, tzinfo=UTC)
    assert first.labels["service"] == "Prison visits"
    assert first.annotations["values"] == "A = 9.2394, C = 1"
    assert first.annotations["image_url"] == "https://grafana.example.org/render/1.png"
    assert "silence_url" in second.annotations
    assert "image_url" not in second.annotations
    assert title_of(first.labels, first.annotations) == "Booking a visit takes 9 s"
    assert runbook_of(first.annotations) == "https://runbooks.example.org/visits-slow"


def test_grafana_s_groups_are_one_alarm_from_firing_to_resolved_and_apart_from_others() -> None:
    names = ("firing", "half-resolved", "resolved")
    read = [read_grafana(body(f"grafana/{name}.json"), AT)[0] for name in names]
    assert len({one.group_key for one in read}) == 1
    assert [[a.firing for a in one.alerts] for one in read] == [
        [True, True],
        [False, True],
        [False],
    ]
    other = json.loads(body("grafana/firing.json"))
    for change in ({"orgId": 2}, {"externalURL": "https://other.example.org/"}):
        (told,) = read_grafana(json.dumps({**other, **change}).encode(), AT)
        assert told.group_key != read[0].group_key
    assert read[0].group_key != other["groupKey"]


def test_an_alert_about_a_rule_s_health_does_not_claim_what_the_rule_says() -> None:
    (no_data,), (error,) = (
        read_grafana(body(f"grafana/{name}.json"), AT)[0].alerts for name in ("no-data", "error")
    )
    assert title_of(no_data.labels, no_data.annotations) == "No data: Visits slow"
    assert "Booking a visit takes 9 s" in description_of(no_data.annotations)
    assert "may be well" in description_of(no_data.annotations)
    assert title_of(error.labels, error.annotations) == "The query failed: Disk filling"
    assert "connection refused" in error.annotations["Error"]


@pytest.mark.parametrize("name", ["test", "test-of-version-9", "test-with-own-labels"])
def test_the_test_button_of_grafana_fires_and_is_over_at_once(name: str) -> None:
    firing, over = read_grafana(body(f"grafana/{name}.json"), AT)
    assert firing.group_key == over.group_key
    assert [a.firing for a in firing.alerts] == [True]
    assert [a.firing for a in over.alerts] == [False]
    assert firing.alerts[0].fingerprint == over.alerts[0].fingerprint


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"version": "4"}, "version"),
        ({"alerts": []}, "alerts"),
        ({"groupKey": ""}, "groupKey"),
        ({"alerts": [{"status": "firing"}]}, "alerts.0.fingerprint"),
    ],
)
def test_what_grafana_would_not_send_is_refused_with_its_place(wrong: Any, says: str) -> None:
    sent = json.loads(body("grafana/firing.json"))
    with pytest.raises(NotAnAlarm) as refused:
        read_grafana(json.dumps({**sent, **wrong}).encode(), AT)
    assert says in refused.value.reason
    assert "kind Webhook" in refused.value.remedy


def told(read: events.SentEvent) -> NotifiedAlert:
    assert read.notification is not None
    (alert,) = read.notification.alerts
    return alert


def test_a_triggered_event_is_an_alert_with_all_that_it_says() -> None:
    read = read_event(body("events/trigger.json"), AT)
    assert (read.action, read.client) == ("trigger", "Nagios")
    keys = read_keys(body("events/trigger.json"))
    assert (keys.routing_key, keys.dedup_key, keys.named) == (KEY, read.dedup_key, True)
    assert read.dedup_key == "visits/db1/replication"
    alert = told(read)
    assert alert.firing
    assert alert.starts_at == datetime(2026, 11, 24, 10, 2, 58, 315000, tzinfo=UTC)
    assert alert.labels == {
        "alertname": "replication lag",
        "class": "replication lag",
        "component": "postgres",
        "group": "prison-visits",
        "service": "Prison visits",
        "severity": "critical",
        "source": "db1.example.org",
    }
    assert alert.annotations["summary"] == "Replication on db1 is 12 minutes behind"
    assert alert.annotations["load avg"] == "0.75"
    assert alert.annotations["replicas"] == '["db2", "db3"]'
    assert alert.annotations["runbook_url"] == "https://runbooks.example.org/replication"
    assert alert.annotations["images"].splitlines() == [
        "Lag https://graphs.example.org/1.png",
        "Lag https://graphs.example.org/",
    ]
    assert alert.source == "https://nagios.example.org/db1"


def test_an_event_is_resolved_and_acknowledged_by_its_key() -> None:
    trigger, resolve, acknowledge = (
        read_event(body(f"events/{name}.json"), AT)
        for name in ("trigger", "resolve", "acknowledge")
    )
    assert resolve.notification and trigger.notification
    assert resolve.notification.group_key == trigger.notification.group_key
    assert told(resolve).fingerprint == told(trigger).fingerprint
    assert (told(resolve).firing, told(resolve).ends_at) == (False, AT)
    assert (acknowledge.notification, acknowledge.client) == (None, "Nagios")


def test_an_event_without_a_key_gets_one_of_its_own() -> None:
    first, second = (read_keys(body("events/trigger-smallest.json")) for _ in range(2))
    assert first.dedup_key and first.dedup_key != second.dedup_key
    read = read_event(body("events/trigger-smallest.json"), AT, first.dedup_key)
    assert (read.dedup_key, told(read).starts_at) == (first.dedup_key, None)
    assert json.loads(events.accepted(first.dedup_key)) == {
        "status": "success",
        "message": "Event processed",
        "dedup_key": first.dedup_key,
    }


def test_the_routing_key_may_come_in_the_header() -> None:
    sent = json.loads(body("events/trigger.json"))
    del sent["routing_key"]
    assert read_keys(json.dumps(sent).encode(), KEY).routing_key == KEY


@pytest.mark.parametrize("name", [4412, 44.5, 0, True, ["db1", 5], {"host": "db1"}])
def test_a_thing_that_is_named_by_a_number_or_else_ends_by_that_name(name: Any) -> None:
    begun, over = (
        read_event(event(dedup_key=name, event_action=action), AT)
        for action in ("trigger", "resolve")
    )
    assert begun.notification and over.notification
    assert begun.notification.group_key == over.notification.group_key
    assert begun.notification.group_key == f"events {json.dumps(name)}"


def test_an_event_that_was_cut_is_let_in_by_the_key_that_can_be_seen() -> None:
    cut = body("events/trigger.json")[:-40]
    assert read_keys(cut).routing_key == KEY
    with pytest.raises(NotAnEvent):
        read_keys(b"[" + cut.replace(b"event_action", b"event"))


def test_details_may_be_words_and_a_time_that_is_none_is_let_be() -> None:
    alert = told(read_event(body("events/trigger-details-as-text.json"), AT))
    assert alert.annotations["details"] == "free words"
    assert alert.starts_at is None


def test_a_time_to_come_is_now_so_that_its_end_is_later() -> None:
    later = (AT + timedelta(hours=1)).isoformat()
    assert told(read_event(event(payload={"timestamp": later}), AT)).starts_at == AT
    assert told(read_event(event(payload={"timestamp": "2026-11-24T09:00"}), AT)).starts_at == (
        AT - timedelta(hours=1, minutes=5)
    )


@pytest.mark.parametrize(
    ("wrong", "errors"),
    [
        ({"event_action": ""}, ["'event_action' is missing or blank"]),
        ({"event_action": "resolve", "dedup_key": ""}, ["'dedup_key' is missing or blank"]),
        (
            {"payload": {"severity": "high"}},
            [
                "'payload.severity' is invalid (must be one of the following: 'critical', "
                "'warning', 'error' or 'info')"
            ],
        ),
        (
            {"payload": {"severity": None, "source": " "}},
            ["'payload.source' is missing or blank", "'payload.severity' is missing or blank"],
        ),
    ],
)
def test_a_wrong_event_is_refused_in_the_vendor_s_words(wrong: Any, errors: list[str]) -> None:
    with pytest.raises(NotAnEvent) as refused:
        read_event(event(**wrong), AT)
    assert list(refused.value.errors) == errors
    assert json.loads(events.refused(refused.value.errors)) == {
        "status": "invalid event",
        "message": "Event object is invalid",
        "errors": errors,
    }


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (
            {"routing_key": "short"},
            "Length of 'routing_key' is incorrect (should be 32 characters)",
        ),
        ({"routing_key": None}, "'routing_key' is missing or blank"),
        ({"event_action": None}, "'event_action' is missing or blank"),
    ],
)
def test_an_event_is_not_let_in_without_a_key(wrong: Any, says: str) -> None:
    with pytest.raises(NotAnEvent) as refused:
        read_keys(event(**wrong))
    assert list(refused.value.errors) == [says]


def test_the_other_answers_are_json_too() -> None:
    assert json.loads(events.unknown_key())["errors"] == ["Invalid routing key"]
    assert json.loads(events.too_many())["status"] == "throttle exceeded"


def test_the_desk_s_own_format_is_one_or_many() -> None:
    (one,) = read_generic(body("generic/one.json"), AT)
    (alert,) = one.alerts
    assert alert.labels == {
        "alertname": "backup-db1",
        "host": "db1",
        "service": "Prison visits",
        "severity": "critical",
    }
    assert title_of(alert.labels, alert.annotations) == "The backup of db1 failed"
    assert runbook_of(alert.annotations) == "https://runbooks.example.org/backup"
    named, ended = read_generic(body("generic/list.json"), AT)
    assert named.alerts[0].firing
    assert (ended.group_key, ended.alerts[0].firing) == (one.group_key, False)
    assert ended.alerts[0].fingerprint == alert.fingerprint


@pytest.mark.parametrize(
    "sent",
    ["[]", "5", '{"key": "x"}', "{}", '{"title": "t", "status": "on"}', '[{"title": [}]', "null"],
)
def test_what_the_own_format_can_t_mean_is_refused_whole(sent: str) -> None:
    with pytest.raises(NotAnAlarm, match="can't be read as an alert"):
        read_generic(sent.encode(), AT)


READERS: list[Callable[[bytes, datetime], object]] = [
    read_notification,
    read_grafana,
    read_event,
    read_generic,
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["version", "groupKey", "alerts", "labels", "payload", "title", "event_action"]
            ),
            inner,
        )
    ),
    max_leaves=12,
)


@given(JSON | st.binary(max_size=60))
def test_whatever_is_sent_is_read_or_refused(sent: Any) -> None:
    raw = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    for read in READERS:
        try:
            read(raw, AT)
        except NotAnAlarm as refusal:
            assert refusal.reason and refusal.remedy
