"""What a page, its messages and its alarm tell of what is wrong."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.adapters.slack.blocks import calling, message
from dutydesk.alarms import words
from dutydesk.alarms.flows import ingestion
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.grafana import read_grafana
from dutydesk.alarms.rules.notifications import (
    Notification,
    NotifiedAlert,
    runbook_of,
    title_of,
)
from dutydesk.alarms.rules.page_details import PagedAlert, besides, details_of, links_of
from dutydesk.chat.models import Post
from dutydesk.oncall.models import Page
from dutydesk.process.flows import process
from testing.pages import hook, method
from testing.screens import seen, visit
from testing.storms import begin, bundle_of, receive, telling
from testing.world import World

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
NIGHT = datetime(2026, 11, 24, 2, tzinfo=UTC)


def alert(number: int, **annotations: str) -> PagedAlert:
    return PagedAlert(f"Alert {number}", NIGHT, "Prison visits", annotations)


TOLD = PagedAlert(
    "Visits can't be booked",
    NIGHT,
    "Prison visits",
    {
        "summary": "Visits can't be booked",
        "description": "Half of the bookings fail.",
        "opdata": "97 %\nof 100",
        "runbook_url": "https://handbook.example/visits\n",
        "client": "Zabbix",
        "links": "Event link https://zabbix.example/1\nnothing that opens",
    },
    "https://zabbix.example/",
    {"service": "Prison visits", "severity": "critical", "host": "web-1"},
)


@pytest.mark.clause("oncall.respond")
def test_one_alert_is_told_with_all_that_its_sender_says_what_helps_first() -> None:
    assert details_of([TOLD], LONDON).splitlines() == [
        "Since: Tue 24 Nov 02:00 GMT",
        "Service: Prison visits",
        "Runbook: https://handbook.example/visits",
        "Half of the bookings fail.",
        "Labels: host=web-1",
        "links: nothing that opens",
        "opdata: 97 % of 100",
        "Zabbix: https://zabbix.example/",
        "Event link: https://zabbix.example/1",
    ]


def test_long_words_come_last_and_are_cut_with_a_sign() -> None:
    told = replace(TOLD, annotations={**TOLD.annotations, "description": "word " * 900})
    *facts, last = details_of([told], LONDON, left_out=47).splitlines()
    assert facts[:3] == [
        "Since: Tue 24 Nov 02:00 GMT",
        "And 47 more alerts, which are not told one by one",
        "Service: Prison visits",
    ]
    assert facts[-1] == "Event link: https://zabbix.example/1"
    assert (len(last), last[-1]) == (1_000, "…")
    assert title_of({}, {"summary": "x" * 201}) == "x" * 199 + "…"


def test_several_alerts_are_a_line_each_and_what_is_long_is_cut() -> None:
    lines = details_of([alert(n) for n in range(13)], LONDON).splitlines()
    assert lines[0] == "Alert 0, Prison visits: since Tue 24 Nov 02:00 GMT"
    assert (len(lines), lines[-1]) == (11, "and 3 more")
    many = details_of([alert(1, **{f"v{n:02}": "x" * 900 for n in range(20)})], LONDON)
    assert max(map(len, many.splitlines())) == 300
    assert many.endswith("…\nand 8 more that its sender says")


@pytest.mark.clause("docs.repo")
def test_of_several_the_worst_has_its_runbook_and_its_words() -> None:
    first = replace(TOLD, annotations={"description": "Half of them fail."}, runbook="https://r/1")
    lines = details_of([first, replace(alert(2), but="low")], LONDON).splitlines()
    assert lines == [
        "Visits can't be booked, Prison visits: since Tue 24 Nov 02:00 GMT",
        "Runbook: https://r/1",
        "Alert 2, Prison visits: since Tue 24 Nov 02:00 GMT (low)",
        "Half of them fail.",
    ]


def test_alerts_that_are_called_the_same_are_told_apart_by_what_differs() -> None:
    alike = {"job": "node", "severity": "critical"}
    pods = [replace(alert(1), labels=alike | {"pod": f"web-{n}"}) for n in range(2)]
    lines = details_of([*pods, replace(alert(2), labels=alike | {"pod": "db"})], LONDON)
    assert [line.partition(":")[0] for line in lines.splitlines()] == [
        "Alert 1, Prison visits, pod=web-0",
        "Alert 1, Prison visits, pod=web-1",
        "Alert 2, Prison visits",
    ]


NAMES = ("summary", "message", "description", "runbook_url", "links", "images", "client", "x")
LINKED = ("dashboard_url", "panel_url", "silence_url", "image_url")
VALUES = st.sampled_from(
    (
        *("", " ", "words", "Visits are down", "two\nlines", "See https://h.example/1"),
        *("https://h.example/2", "HTTPS://H.EXAMPLE/3", "javascript:alert(4)", "/relative/5"),
        *("https://h.example/6\nsee 7", "wiki: 8", "word " * 70),
    )
)


@given(st.dictionaries(st.sampled_from(NAMES + LINKED), VALUES), VALUES)
def test_nothing_that_a_sender_tells_is_shown_nowhere(
    annotations: dict[str, str], source: str
) -> None:
    """Each word of it is the title's, the description's, or stands in what is shown besides."""
    labels = {"alertname": "Down"}
    shown = [
        title_of(labels, annotations),
        annotations.get("description", ""),
        runbook_of(annotations),
        *(part for pair in besides(labels, annotations, source) for part in pair),
        *(part for pair in links_of(annotations, source) for part in pair),
    ]
    words = {word for text in shown for word in text.replace(";", " ").split()}
    for name, value in (*annotations.items(), ("source", source)):
        assert set(value.split()) <= words, name


@pytest.mark.parametrize(
    ("summary", "name"),
    [
        ("\u200b\u2060", "Down"),
        ("\u202egpj.exe \u2066is down\u2069", "gpj.exe is down"),
        ("Vi\u00adsits\x1b[31m are\x07 down", "Visits[31m are down"),
        ("\U0001f468\u200d\U0001f680 is down", "\U0001f468\u200d\U0001f680 is down"),
    ],
)
def test_a_title_hides_nothing_and_turns_nothing_round(summary: str, name: str) -> None:
    assert title_of({"alertname": "Down"}, {"summary": summary}) == name


def test_what_has_no_name_is_called_by_its_words_or_its_labels() -> None:
    assert title_of({"job": "node"}, {"description": "\nIt is\tfull.\nSee 1"}) == "It is full."
    assert title_of({"job": "node", "host": "a", "odd": " "}, {}) == "job=node, host=a"
    assert title_of({}, {}) == "An alert without a name"


def test_what_no_browser_should_open_is_no_link() -> None:
    assert links_of({"links": "Mine javascript:alert(1)", "panel_url": "data:x"}, "ftp://x") == []


def test_an_address_is_whole_or_said_to_be_too_long() -> None:
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
    assert bundle.details.splitlines()[0] == "Down8, Prison visits"
    assert "Down8, Prison visits" in push.json()[-1]["message"]
    last = Alarm.objects.latest("id")
    assert "Nobody is paged for it" not in seen(visit("Uma").get(f"/alarms/{last.pk}"))
    assert seen(visit("Uma").get("/alarms/")).count("calling Ben") == 9
    shown = seen(visit("Uma").get(f"/pages/{bundle.pk}"))
    assert "Down8" in shown
    assert "See the page" not in shown


@pytest.mark.clause("oncall.respond")
def test_whoever_is_called_again_for_a_bundle_reads_what_joined_it(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")

    def tell(*names: str, **said: str) -> None:
        for number, name in enumerate(names):
            labels = {"alertname": name, "severity": "critical", "service": "Prison visits"}
            one = NotifiedAlert(name, True, labels, said, world.at, None)
            group = f"1 {name}{number}" if len(set(names)) < len(names) else f"1 {name}"
            ingestion.receive(told=Notification(group, (one,)), at=world.at)
        world.settle()

    tell(*(f"Down{number:02}" for number in range(20)))
    bundle = Page.objects.get(bundle=True)
    world.press("Ben", "page.acknowledge", bundle.about)
    tell("Pod", "Pod", "Pod")
    bundle.refresh_from_db()
    assert bundle.title == "18 more alarms at once, the newest: Pod"
    assert bundle.details.splitlines()[:2] == [
        "Pod, Prison visits (3 alarms)",
        "Down19, Prison visits",
    ]
    assert bundle.details.splitlines()[-1] == "and 6 more"
    tell("Down00", "Down19", summary="Visits are gone")
    bundle.refresh_from_db()
    assert bundle.details.splitlines()[1] == "Visits are gone, Prison visits"


def test_alarms_that_are_called_the_same_are_told_apart_where_they_are_shown(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    said = {"summary": "A pod crashes again and again"}
    for name in ("web", "mail"):
        pods = (f"{name}-{number}" for number in range(2))
        labels = {"alertname": "Crashing", "severity": "Disaster", "app": name}
        alerts = [NotifiedAlert(pod, True, labels | {"pod": pod}, said, world.at) for pod in pods]
        ingestion.receive(told=Notification(f"1 {name}", tuple(alerts)), at=world.at)
    world.settle()
    shown = world.said("#low-priority-alarms")
    assert [post.count("Labels: alertname=Crashing, app=") for post in shown] == [1, 1]
    assert sum("app=mail" in post for post in shown) == 1
    assert not any("pod=" in post for post in shown)
    text = seen(visit("Uma").get(f"/alarms/{Alarm.objects.latest('pk').pk}"))
    assert "Its sender calls it Disaster; what is called critical or page or high pages." in text


def test_what_a_sender_says_calls_nobody_in_a_chat() -> None:
    shown = words.alarm(
        about="alarm:1",
        title="@desk *now*",
        high=False,
        counts=words.Counts(1, 0),
        description="cc @desk, <!channel> <@U1> <!subteam^S1>, a@desk.example",
        facts={"Labels": "owner= @desk"},
        quiet=False,
        incident=False,
    )
    made = str(calling(message(shown, "https://desk.example.org/"), {"@desk": "S1"}))
    assert "<!subteam" not in made and "<!channel" not in made and "<@U1" not in made
    assert "a@desk.example" in made
    assert made.count("@\N{WORD JOINER}desk") + made.count("@\\u2060desk") == 6


def test_nothing_that_is_said_of_a_page_calls_anybody_by_its_sender_s_words(
    tmp_path: Path,
) -> None:
    world = begin(tmp_path)
    mention = process.in_force().team.mention
    told = [telling(world, f"{mention} V{number}") for number in range(8)]
    receive(world, *told)
    bundle = bundle_of(f"{mention} V7")
    world.press("Ben", "page.acknowledge", bundle.about)
    receive(world, telling(world, f"{mention} W"))
    world.forward(minutes=31)
    said = [post.words for post in Post.objects.order_by("pk")]
    assert any("More came" in one.title for one in said)
    assert any("you are called: " in one.body for one in said)
    for words_ in said:
        made = str(calling(message(words_, "https://desk.example.org/"), {mention: "S1"}))
        assert "<!subteam" not in made or words_.body.startswith(mention), made


@pytest.mark.clause("oncall.respond")
def test_a_telephone_is_told_what_fits_it_and_the_link_whole(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    said = {
        "summary": "Visits " * 40,
        "description": "word " * 900,
        "runbook_url": "https://r.example/visits",
        **{f"value {n:02}": "x" * 90 for n in range(9)},
    }
    labels = {"alertname": "Down", "severity": "critical", "service": "Prison visits"}
    one = NotifiedAlert("a", True, labels, said, world.at, None)
    with hook() as push:
        method(world, "Ben", push)
        ingestion.receive(told=Notification("1 g", (one,)), at=world.at)
        world.settle()
    told = push.json()[-1]["message"]
    assert len(told) <= 1_000
    assert "Runbook: https://r.example/visits" in told
    assert "x …\n" in told and "word" not in told
    assert re.search(r"/pages/answer/[\w:-]+/?\n", told)
    assert "others are called, or you again." in told
