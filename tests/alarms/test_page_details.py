"""What a page, its messages and its alarm tell of what is wrong."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dutydesk.alarms.flows import ingestion
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.grafana import read_grafana
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.alarms.rules.page_details import PagedAlert, details_of, links_of
from dutydesk.oncall.models import Page
from testing.pages import hook, method
from testing.screens import seen, visit
from testing.world import World

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
NIGHT = datetime(2026, 11, 24, 2, tzinfo=UTC)


def alert(number: int, **annotations: str) -> PagedAlert:
    return PagedAlert(f"Alert {number}", NIGHT, "Prison visits", annotations)


@pytest.mark.clause("oncall.respond")
def test_one_alert_is_told_with_all_that_its_sender_says() -> None:
    told = PagedAlert(
        "Visits can't be booked",
        NIGHT,
        "Prison visits",
        {
            "summary": "Visits can't be booked",
            "description": "Half of the bookings fail.",
            "opdata": "97 %\nof 100",
            "runbook_url": "https://handbook.example/visits",
            "client": "Zabbix",
            "links": "Event link https://zabbix.example/1\nnothing that opens",
        },
        "https://zabbix.example/",
    )
    assert details_of([told], LONDON).splitlines() == [
        "Half of the bookings fail.",
        "Since: Tue 24 Nov 02:00 GMT",
        "Service: Prison visits",
        "opdata: 97 % of 100",
        "Runbook: https://handbook.example/visits",
        "Zabbix: https://zabbix.example/",
        "Event link: https://zabbix.example/1",
    ]


def test_several_alerts_are_a_line_each_and_what_is_long_is_cut() -> None:
    lines = details_of([alert(n) for n in range(13)], LONDON).splitlines()
    assert lines[0] == "Alert 0, Prison visits: since Tue 24 Nov 02:00 GMT"
    assert (len(lines), lines[-1]) == (11, "and 3 more")
    many = details_of([alert(1, **{f"v{n:02}": "x" * 900 for n in range(20)})], LONDON)
    assert max(map(len, many.splitlines())) == 302
    assert many.endswith("and 8 more that its sender says")


def test_what_no_browser_should_open_is_no_link() -> None:
    assert links_of({"links": "Mine javascript:alert(1)", "panel_url": "data:x"}, "ftp://x") == []


def test_an_address_is_whole_or_left_out() -> None:
    for length, there in ((1_900, True), (2_100, False)):
        address = "https://prometheus.example/" + "x" * length
        told = PagedAlert("Down", NIGHT, "", {}, address)
        assert (address in details_of([told], LONDON).splitlines()[-1]) is there
        assert " …" not in details_of([told], LONDON)


GRAFANA = """{"receiver": "desk", "status": "firing", "orgId": 1, "groupKey": "{}:{}",
  "externalURL": "https://grafana.example/", "version": "1", "truncatedAlerts": 0, "alerts": [{
  "status": "firing", "labels": {"alertname": "Disk", "severity": "critical"},
  "annotations": {"summary": "The disk is full"}, "startsAt": "2026-11-24T09:00:00Z",
  "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "https://grafana.example/alerting/1",
  "fingerprint": "c6eadffa33fcdf37", "silenceURL": "https://grafana.example/silence",
  "dashboardURL": "https://grafana.example/d/1", "values": {"B": 97.3}}]}"""


@pytest.mark.clause("oncall.respond")
def test_the_mail_and_the_alarm_say_what_grafana_measured_and_where_to_look(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    with hook() as push:
        method(world, "Ben", push)
        method(world, "Cy", push)
        ingestion.receive_all(told=read_grafana(GRAFANA.encode(), world.at), at=world.at)
        world.settle()
        world.forward(minutes=5)
    mail, last = (one["message"] for one in push.json()[:2])
    for line in (
        "Since: Tue 24 Nov 09:00 GMT",
        "values: B = 97.3",
        "Dashboard: https://grafana.example/d/1",
        "Without an answer in 5 minutes others are called, or you again.",
    ):
        assert f"\n{line}" in mail
    assert "Called before: Ben." in last
    shown = seen(visit("Uma").get(f"/alarms/{Alarm.objects.get().pk}"))
    assert "values: B = 97.3" in shown
    assert "Dashboard" in shown


@pytest.mark.clause("oncall.respond")
def test_what_a_bundle_is_about_is_listed_and_its_alarms_say_who_is_called(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    told = []
    for number in range(9):
        labels = {"alertname": f"Down{number}", "severity": "critical", "service": "Prison visits"}
        one = NotifiedAlert(f"a{number}", True, labels, {}, world.at, None)
        told.append(Notification(group_key=f"1 g{number}", alerts=(one,)))
    with hook() as push:
        method(world, "Ben", push)
        ingestion.receive_all(told=told, at=world.at)
        world.settle()
    bundle = Page.objects.get(bundle=True)
    assert bundle.details.splitlines()[-1] == "Down8, Prison visits"
    assert "Down8, Prison visits" in push.json()[-1]["message"]
    last = Alarm.objects.latest("id")
    assert "Nobody is paged for it" not in seen(visit("Uma").get(f"/alarms/{last.pk}"))
    assert seen(visit("Uma").get("/alarms/")).count("calling Ben") == 9
    shown = seen(visit("Uma").get(f"/pages/{bundle.pk}"))
    assert "Down8" in shown
    assert "See the page" not in shown
