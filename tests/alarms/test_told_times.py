"""Times that senders tell: read in one place, whatever they are."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.alarms.flows import ingestion, silences
from dutydesk.alarms.flows.silences import SilenceDraft
from dutydesk.alarms.models import Alarm, Alert
from dutydesk.alarms.rules.alertmanager import read_notification
from dutydesk.alarms.rules.events import read_event
from dutydesk.alarms.rules.generic import read_generic
from dutydesk.alarms.rules.grafana import read_grafana
from dutydesk.alarms.rules.notifications import Notification
from dutydesk.alarms.rules.silence_matchers import Matcher
from dutydesk.kernel.moments import told_time
from testing.screens import visit
from testing.world import World

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
ODD: list[Any] = [
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00+01:00",
    "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31T23:59:59Z",
    "2027-11-24T10:00:00Z",
    "soon",
    "",
    None,
    5,
    {},
]


@given(st.none() | st.text(max_size=30) | st.integers() | st.datetimes() | st.floats())
def test_a_told_time_is_one_that_can_be_meant_or_none(given_: Any) -> None:
    for value in (given_, given_.isoformat() if isinstance(given_, datetime) else given_):
        found = told_time(value, AT)
        assert found is None or datetime(2000, 1, 1, tzinfo=UTC) <= found <= AT


def test_a_clock_that_is_a_little_ahead_means_now_and_a_zone_is_kept() -> None:
    assert told_time("2026-11-24T10:20:00Z", AT) == AT
    assert told_time("2026-11-24T10:00:00+01:00", AT) == AT - timedelta(hours=1)
    assert told_time("2026-11-24T09:00:00.123456789Z", AT) == AT - timedelta(
        minutes=59, seconds=59, microseconds=876544
    )


@pytest.mark.parametrize(
    ("told", "means"),
    [
        (AT.timestamp() - 60, AT - timedelta(minutes=1)),
        (int(AT.timestamp()) - 60, AT - timedelta(minutes=1)),
        (int(AT.timestamp() * 1000) - 250, AT - timedelta(milliseconds=250)),
        (str(int(AT.timestamp()) - 60), AT - timedelta(minutes=1)),
        (int(AT.timestamp() * 10**9), None),
        (10**400, None),
        (True, None),
        ("2026-11-24", None),
        (" 2026-11-24 ", None),
        ("2026-11-24T09:00", AT - timedelta(hours=1)),
    ],
)
def test_a_script_may_tell_a_number_and_a_day_alone_is_no_time(
    told: Any, means: datetime | None
) -> None:
    assert told_time(told, AT) == means


def alertmanager(time: Any, firing: bool) -> tuple[Notification, ...]:
    one = {
        "status": "firing" if firing else "resolved",
        "labels": {"alertname": "Odd", "severity": "critical"},
        "startsAt": time,
        "endsAt": "0001-01-01T00:00:00Z" if firing else time,
        "fingerprint": "odd",
    }
    body = {"version": "4", "groupKey": "{}:{odd}", "alerts": [one]}
    return (read_notification(json.dumps(body).encode(), AT),)


def grafana(time: Any, firing: bool) -> tuple[Notification, ...]:
    body = {"version": "1", "groupKey": "{}:{odd}", "orgId": 1, "alerts": []}
    one = {
        "status": "firing" if firing else "resolved",
        "labels": {"alertname": "Odd", "severity": "critical"},
        "startsAt": time,
        "endsAt": time,
        "fingerprint": "odd",
    }
    return read_grafana(json.dumps({**body, "alerts": [one]}).encode(), AT)


def generic(time: Any, firing: bool) -> tuple[Notification, ...]:
    one = {"key": "odd", "title": "Odd", "severity": "critical", "starts_at": time}
    one["status"] = "firing" if firing else "resolved"
    return read_generic(json.dumps(one).encode(), AT)


def event(time: Any, firing: bool) -> tuple[Notification, ...]:
    body = {
        "routing_key": "k" * 32,
        "event_action": "trigger" if firing else "resolve",
        "dedup_key": "odd",
        "payload": {"summary": "Odd", "source": "x", "severity": "critical", "timestamp": time},
    }
    told = read_event(json.dumps(body).encode(), AT).notification
    assert told is not None
    return (told,)


@pytest.mark.django_db
@pytest.mark.parametrize("sender", [alertmanager, grafana, generic, event])
@pytest.mark.parametrize("time", ODD, ids=str)
def test_an_odd_time_is_now_and_harms_nothing_else(tmp_path: Path, sender: Any, time: Any) -> None:
    world = World(tmp_path, "2026-11-24T10:00")
    world.shifts(support="Ben")
    ingestion.receive_all(told=sender(time, True), at=world.at)
    alert = Alert.objects.get()
    assert (alert.firing, alert.starts_at) == (True, world.at)
    assert visit("Ben").get(f"/alarms/{alert.alarm_id}").status_code == 200
    until = world.at + timedelta(hours=1)
    wanted = SilenceDraft((Matcher("alertname", "=", "Other"),), world.at, until, "Known")
    silences.silence(wanted=wanted, by="Ada", at=world.at)
    ingestion.receive_all(told=sender(time, True), at=world.at)
    ingestion.receive_all(told=sender(time, False), at=world.at)
    assert Alarm.objects.get().state == "resolved"


@pytest.mark.django_db
def test_a_repeat_without_a_time_is_no_new_beginning(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T10:00")
    ingestion.receive_all(told=generic(None, True), at=world.at)
    ingestion.receive_all(told=generic(None, True), at=world.at + timedelta(hours=1))
    assert Alert.objects.get().starts_at == world.at
