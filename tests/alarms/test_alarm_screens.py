"""The alarms' screens: all of them, keys, heartbeats, and explaining one."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dutydesk.alarms.flows import ingestion, keys
from dutydesk.alarms.models import Heartbeat, IntegrationKey
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.oncall.models import Page
from dutydesk.people.models import Account
from testing.screens import seen
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    return world


@pytest.fixture
def ada(client: Client, world: World) -> Client:
    Account.objects.filter(name="Ada").update(is_administrator=True)
    client.force_login(Account.objects.get(name="Ada"))
    return client


def alarm(world: World, name: str, *, firing: bool = True, **labels: str) -> None:
    at = world.at
    one = NotifiedAlert(name, firing, {"alertname": name, **labels}, {}, at, None if firing else at)
    ingestion.receive(told=Notification(name, (one,)), at=at)


def test_alarms_are_listed_with_what_fires_first_and_high_ones_before(
    world: World, ada: Client
) -> None:
    assert "Nothing fires. Make a key" in seen(ada.get("/alarms/"))
    alarm(world, "Slow", severity="warning", service="Prison visits")
    alarm(world, "Down", severity="critical", service="Clusters")
    alarm(world, "Gone", severity="warning")
    alarm(world, "Gone", severity="warning", firing=False)
    told = seen(ada.get("/alarms/"))
    assert told.index("Firing: 2") < told.index("Down") < told.index("Slow") < told.index("Gone")
    assert "calling Ben" in told
    assert "Clusters, 1 alert, since" in told
    assert "/alarms/" in ada.get("/").text
    high = seen(ada.get("/alarms/?severity=high"))
    assert "Down" in high and "Slow" not in high and "Gone" not in high
    number = Page.objects.get().subject.removeprefix("alarm:")
    assert f'href="/alarms/{number}"' in ada.get("/alarms/?severity=high").text


def test_many_alarms_come_fifty_at_a_time_with_few_questions(world: World, ada: Client) -> None:
    told = [
        Notification(f"G{n}", (NotifiedAlert("a", True, {"alertname": f"A{n:03}"}, {}, world.at),))
        for n in range(120)
    ]
    ingestion.receive_all(told=told, at=world.at)
    with CaptureQueriesContext(connection) as asked:
        first = ada.get("/alarms/")
    assert first.text.count('<span class="tag low">') == 50
    assert len(asked) < 16
    assert "page 1 of 3" in seen(first)
    last = ada.get("/alarms/?firing=3&severity=low")
    assert last.text.count('<span class="tag low">') == 20
    assert ada.get("/alarms/?firing=x&page=-1&service=999999999999&severity=odd").status_code == 200


def test_no_more_alarms_are_counted_than_are_worth_it(
    world: World, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dutydesk.web.tables.MOST_COUNTED", 3)
    monkeypatch.setattr("dutydesk.web.tables.ROWS_OF_A_PAGE", 2)
    for number in range(4):
        alarm(world, f"fires {number}")
        alarm(world, f"ended {number}")
        alarm(world, f"ended {number}", firing=False)
    shown = " ".join(ada.get("/alarms/").content.decode().split())
    assert "Firing: 3 and more" in shown
    assert "page 1 of 2, 3 and more" in shown


def test_alarms_that_are_over_are_sorted_and_narrowed_by_the_address(
    world: World, ada: Client
) -> None:
    for name, severity, minutes in (("Down", "critical", 30), ("Slow", "warning", 5)):
        alarm(world, name, severity=severity, service="Prison visits")
        world.forward(minutes=minutes)
        alarm(world, name, severity=severity, firing=False)

    def over(query: str) -> list[str]:
        return re.findall(r"Down|Slow", ada.get(f"/alarms/{query}").text.partition("<tbody>")[2])

    assert over("") == ["Slow", "Down"]
    assert over("?sort=title") == over("?sort=-took") == over("?sort=severity") == ["Down", "Slow"]
    assert over("?q=slow") == over("?severity=low") == ["Slow"]
    assert "Nothing matches. Show all" in seen(ada.get("/alarms/?q=nothing"))


def test_a_new_key_comes_with_what_to_paste_for_each_sender(world: World, ada: Client) -> None:
    answer = ada.post("/alarms/keys/", {"name": "Live cluster"})
    (token,) = set(re.findall(r"alertmanager/([\w-]+)", answer.text))
    assert len(token) == 32
    told = seen(answer)
    for address in ("alertmanager", "grafana", "json"):
        assert f"http://testserver/alarms/in/{address}/{token}" in told
    assert "http://testserver/alarms/in/events/v2/enqueue" in told
    assert answer.headers["Cache-Control"] == "no-store"
    assert token not in ada.get("/alarms/keys/").text
    assert keys.opened_by(token=token, at=world.at).name == "Live cluster"


def test_a_rotated_key_has_two_secrets_for_a_day_and_then_one(world: World, ada: Client) -> None:
    first = keys.make_key(name="K", by="Ada", at=world.at)
    key, second = keys.rotate_key(key=IntegrationKey.objects.get().pk, at=world.at)
    for token in (first, second):
        assert keys.opened_by(token=token, at=world.at + timedelta(hours=23, minutes=59)) == key
    with pytest.raises(keys.WrongKey):
        keys.opened_by(token=first, at=world.at + timedelta(hours=24))
    assert keys.opened_by(token=second, at=world.at + timedelta(days=9)) == key
    _, third = keys.rotate_key(key=key.pk, at=world.at)
    with pytest.raises(keys.WrongKey):
        keys.opened_by(token=first, at=world.at)
    keys.revoke_old(key=key.pk)
    with pytest.raises(keys.WrongKey):
        keys.opened_by(token=second, at=world.at)
    assert keys.opened_by(token=third, at=world.at) == key


def test_keys_are_rotated_and_revoked_on_their_page(world: World, ada: Client) -> None:
    token = keys.make_key(name="K", by="Ada", at=world.at)
    key = IntegrationKey.objects.get()
    told = seen(ada.post("/alarms/keys/", {"rotate": key.pk}))
    assert "This key is shown once. The secret that K had before opens too, until" in told
    assert "Revoke the old secret" in told
    ada.post("/alarms/keys/", {"revoke-old": key.pk})
    with pytest.raises(keys.WrongKey):
        keys.opened_by(token=token, at=world.at)
    ada.post("/alarms/keys/", {"revoke": key.pk})
    assert "revoked" in seen(ada.get("/alarms/keys/"))
    again = ada.post("/alarms/keys/", {"rotate": key.pk})
    assert again.status_code == 422
    assert "That key is revoked or was never there." in again.text


def test_heartbeats_are_made_paused_and_removed_on_their_page(world: World, ada: Client) -> None:
    assert "Nothing yet. A heartbeat is the ping" in seen(ada.get("/alarms/heartbeats/"))
    values = {"name": "Backup", "every": "90 seconds", "grace": "1 hour", "severity": "high"}
    made = ada.post("/alarms/heartbeats/", values)
    (address,) = re.findall(r"http://testserver(/alarms/in/heartbeat/[\w-]+)", made.text)
    assert "every 1 minute 30 seconds, may be 1 hour late; high" in seen(made)
    assert ada.post(address).status_code == 200
    assert "arriving" in seen(ada.get("/alarms/heartbeats/"))
    assert address not in ada.get("/alarms/heartbeats/").text
    number = Heartbeat.objects.get().pk
    assert "Resume" in seen(ada.post("/alarms/heartbeats/", {"pause": number}, follow=True))
    assert "expected to ping" in seen(
        ada.post("/alarms/heartbeats/", {"resume": number}, follow=True)
    )
    wrong = ada.post("/alarms/heartbeats/", {**values, "name": "Other", "every": "often"})
    assert (wrong.status_code, "is not a length of time" in wrong.text) == (422, True)
    assert 'value="Other"' in wrong.text
    ada.post("/alarms/heartbeats/", {"remove": number})
    assert not Heartbeat.objects.exists()


def test_a_user_sees_alarms_but_neither_keys_nor_heartbeats(client: Client, world: World) -> None:
    client.force_login(Account.objects.get(name="Uma"))
    assert client.get("/alarms/").status_code == 200
    assert client.get("/alarms/keys/").status_code == 403
    assert client.get("/alarms/heartbeats/").status_code == 403


def test_an_alert_is_explained_on_the_web(world: World, ada: Client) -> None:
    assert "which route it takes and why" in seen(ada.get("/alarms/explain"))
    asked = {"labels": "severity=critical\nservice=Prison visits", "at": "2026-11-24T02:00"}
    told = seen(ada.get("/alarms/explain", asked))
    assert "it is held until today at 07:00 GMT: nobody is promised before" in told
    assert "Ben is called by chat" in told
    assert "Stops when somebody presses “I have it”" in told
    for wrong in ({"labels": "nothing"}, {"labels": "a=b", "at": "soon"}):
        answer = ada.get("/alarms/explain", wrong)
        assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    assert not Page.objects.exists()


def test_an_alarm_of_thousands_says_which_alerts_it_shows_and_leads_to_the_others(
    world: World, ada: Client
) -> None:
    long = "x" * 400
    alerts = [
        NotifiedAlert(
            f"a{n}", True, {"alertname": f"A{n:04}", "pod": long if n == 7 else ""}, {}, world.at
        )
        for n in range(1_201)
    ]
    down = NotifiedAlert("d", True, {"alertname": "Down", "severity": "critical"}, {}, world.at)
    told = ingestion.receive(told=Notification("1 g", (*alerts, down)), at=world.at)
    assert told is not None
    first = seen(ada.get(told.about.replace("alarm:", "/alarms/")))
    assert "1 to 200 of 1,202" in first
    assert first.index("Down") < first.index("A0000") < first.index("A0198")
    assert "A0199" not in first
    assert long not in first
    last = ada.get(f"/alarms/{told.pk}?alerts=7")
    assert "1,201 to 1,202 of 1,202" in seen(last)
    assert "A1200" in seen(last)
    assert 'href="?alerts=6"' in last.text
    whole = told.alerts.get(fingerprint="a7")
    assert f'href="?alert={whole.pk}"' in ada.get(f"/alarms/{told.pk}").text
    shown = seen(ada.get(f"/alarms/{told.pk}?alert={whole.pk}"))
    assert long in shown and "Down" not in shown.partition("A0007")[2].partition("Page")[0]
    assert ada.get(f"/alarms/{told.pk}?alert=none&alerts=-3").status_code == 200
