"""What monitoring systems send too much of is cut and counted; what is written oddly is read."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dutydesk.alarms.rules.alertmanager import read_notification
from dutydesk.alarms.rules.events import read_event
from dutydesk.alarms.rules.generic import read_generic
from dutydesk.alarms.rules.grafana import read_grafana
from dutydesk.alarms.rules.notifications import (
    LONGEST_KEY,
    MOST_ALERTS,
    NotifiedAlert,
    scoped,
    title_of,
)

DATA = Path(__file__).parent.parent / "data" / "alarms"
EVENT = (DATA / "events" / "trigger.json").read_bytes()
AT = datetime(2026, 11, 24, 10, 5, tzinfo=UTC)


def test_what_is_longer_than_the_vendor_takes_is_taken() -> None:
    sent = json.loads((DATA / "events" / "trigger.json").read_text())
    sent["payload"]["summary"] = "s" * 1025
    read, other = (
        read_event(json.dumps({**sent, "dedup_key": "k" * length}).encode(), AT)
        for length in (9_000, 8_999)
    )
    assert read.notification and other.notification
    assert read.notification.alerts[0].annotations["summary"] == "s" * 1025
    assert read.notification.group_key != other.notification.group_key
    assert len(scoped(7, read.notification).group_key.encode()) <= LONGEST_KEY


@pytest.mark.parametrize("read", [read_notification, lambda raw, at: read_grafana(raw, at)[0]])
def test_of_too_many_alerts_the_first_are_taken_and_the_others_counted(read: Any) -> None:
    sent = json.loads((DATA / "grafana" / "firing.json").read_text())
    if read is read_notification:
        sent = {"version": "4", "groupKey": "g" * 3000, "alerts": sent["alerts"]}
    sent["alerts"] = [
        {**sent["alerts"][0], "fingerprint": f"{n:x}", "labels": {"n": n, "no": None}}
        for n in range(MOST_ALERTS + 1)
    ]
    told = read(json.dumps({**sent, "truncatedAlerts": 3}).encode(), AT)
    assert (len(told.alerts), told.truncated) == (MOST_ALERTS, 4)
    assert told.alerts[5].labels == {"n": "5"}


def test_the_own_format_takes_numbers_as_text_and_leaves_out_what_is_null() -> None:
    sent = {"title": 5, "severity": None, "labels": {"n": 5, "on": True, "off": None}}
    (one,) = read_generic(json.dumps(sent).encode(), AT)
    assert one.alerts[0].labels == {"alertname": "5", "n": "5", "on": "true"}
    many = read_generic(json.dumps([{"title": "t"}] * (MOST_ALERTS + 2)).encode(), AT)
    assert (len(many), many[-1].truncated, many[0].truncated) == (MOST_ALERTS, 2, 0)


@pytest.mark.parametrize(
    ("status", "firing"), [(None, True), (" Firing", True), ("RESOLVED\n", False)]
)
def test_the_own_format_takes_a_status_in_any_letters(status: Any, firing: bool) -> None:
    sent = {"key": "backup", "title": "The backup failed", "status": status}
    (one,) = read_generic(json.dumps(sent).encode(), AT)
    assert one.alerts[0].firing == firing


def event(sent: Any) -> NotifiedAlert:
    told = read_event(json.dumps(sent).encode(), AT).notification
    assert told is not None
    return told.alerts[0]


@pytest.mark.parametrize(
    "firing",
    [
        "Labels:\n - alertname = Down\n - service = Prison visits\n - severity = critical\n"
        "Annotations:\n - service = Courts\nSource: https://p/1\n"
        "Labels:\n - service = DNS\nAnnotations:\nSource: https://p/2\n",
        [{"status": "firing", "labels": {"service": "Prison visits"}}, {"labels": "odd"}],
    ],
)
def test_alertmanager_s_events_belong_to_the_service_of_their_first_alert(firing: Any) -> None:
    sent = json.loads(EVENT)
    sent["payload"] |= {"severity": "error", "custom_details": {"firing": firing, "num_firing": 2}}
    alert = event(sent)
    assert alert.labels["service"] == "Prison visits"
    assert alert.labels["urgency"] == "high"


@pytest.mark.parametrize("details", ["words", {"firing": 5}, {"firing": ["x"]}, {"service": {}}])
def test_details_that_name_no_service_give_none(details: Any) -> None:
    sent = json.loads(EVENT)
    sent["payload"]["custom_details"] = details
    assert "service" not in event(sent).labels


@pytest.mark.parametrize(
    ("annotations", "title"),
    [
        (
            {"summary": "Courts is down\nBcc: all@example.org\n"},
            "Courts is down Bcc: all@example.org",
        ),
        ({"summary": "  "}, "Down"),
        ({"summary": " \n", "message": " No data\t"}, "No data"),
        ({}, "Down"),
    ],
)
def test_an_alert_has_a_name_in_one_line(annotations: dict[str, str], title: str) -> None:
    assert title_of({"alertname": "Down"}, annotations) == title
    assert title_of({"alertname": " "}, {"summary": ""}) == "An alert without a name"
