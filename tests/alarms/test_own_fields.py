"""What a sender tells by names of its own choice is kept, and hides nothing that it tells else."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dutydesk.alarms.rules.events import read_event
from dutydesk.alarms.rules.generic import read_generic
from dutydesk.alarms.rules.grafana import read_grafana
from dutydesk.alarms.rules.notifications import NotifiedAlert

DATA = Path(__file__).parent.parent / "data" / "alarms"
AT = datetime(2026, 11, 24, 10, 5, tzinfo=UTC)


def event(**changes: Any) -> dict[str, Any]:
    sent: dict[str, Any] = json.loads((DATA / "events/trigger.json").read_bytes())
    return {**sent, **changes, "payload": {**sent["payload"], **changes.pop("payload", {})}}


def told(sent: dict[str, Any]) -> NotifiedAlert:
    read = read_event(json.dumps(sent).encode(), AT)
    assert read.notification is not None
    return read.notification.alerts[0]


def told_by_script(**said: Any) -> NotifiedAlert:
    (read,) = read_generic(json.dumps({"title": "The backup failed", **said}).encode(), AT)
    return read.alerts[0]


def test_a_script_s_own_fields_are_kept_by_their_names() -> None:
    alert = told_by_script(host="db1", tries=3, left=None, disks=["sda"], summary="Not its title")
    assert alert.annotations == {
        "summary": "The backup failed",
        "summary (besides)": "Not its title",
        "host": "db1",
        "tries": "3",
        "disks": '["sda"]',
    }


def test_of_too_many_fields_those_that_the_desk_knows_are_kept() -> None:
    alert = told_by_script(**{f"a{number}": number for number in range(300)}, runbook="https://r/1")
    assert alert.annotations["summary"] == "The backup failed"
    assert alert.annotations["runbook_url"] == "https://r/1"
    assert len(alert.annotations) <= 201


def test_details_of_an_event_hide_nothing_and_are_not_hidden() -> None:
    details = {"summary": "Its own", "client": "Zabbix", "links": 5, "n": None}
    links = ["https://h.example/1", {"text": "No address"}, {"href": "https://h.example/2"}]
    images = [{"src": "https://h.example/3", "href": "https://h.example/4", "alt": "Lag"}]
    sent = event(client=7, links=links, images=images, payload={"custom_details": details})
    assert told(sent).annotations == {
        "summary": "Replication on db1 is 12 minutes behind",
        "summary (besides)": "Its own",
        "client": "7",
        "client (besides)": "Zabbix",
        "links": "https://h.example/1\nNo address\nhttps://h.example/2",
        "links (besides)": "5",
        "images": "Lag https://h.example/3\nLag https://h.example/4",
    }
    unnamed = event(payload={"custom_details": {"client": "Zabbix"}})
    del unnamed["client"]
    assert told(unnamed).annotations["client"] == "Zabbix"


def test_a_part_of_an_event_may_be_named_by_a_number() -> None:
    labels = told(event(payload={"component": 4, "class": 5, "group": 0})).labels
    assert (labels["component"], labels["class"], labels["group"]) == ("4", "5", "0")
    assert labels["alertname"] == "5"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"values": {"B": None, "C": 1}}, "C = 1"),
        ({"values": {"B": True}}, "B = true"),
        ({"values": [1, 2]}, "value = [1, 2]"),
        ({"values": None, "valueString": "[ var='B' value=3 ]"}, "[ var='B' value=3 ]"),
        ({"annotations": {"values": "by hand"}, "values": {"B": 2}}, "B = 2"),
    ],
)
def test_what_grafana_measured_is_told_whatever_it_is(given: dict[str, Any], says: str) -> None:
    sent = json.loads((DATA / "grafana/firing.json").read_bytes())
    sent["alerts"][0] |= given
    (read,) = read_grafana(json.dumps(sent).encode(), AT)
    assert read.alerts[0].annotations["values"] == says
    if "annotations" in given:
        assert read.alerts[0].annotations["values (besides)"] == "by hand"
