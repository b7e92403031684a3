"""Deployments, told by a tool at a door of their own, stand where somebody looks for a cause."""

import json
from pathlib import Path

import pytest
from django.test import Client

from dutydesk.alarms.flows import keys
from dutydesk.alarms.flows.keys import WrongKey
from dutydesk.incidents.flows import deploys, timeline
from dutydesk.incidents.models import Deploy, Incident
from dutydesk.incidents.rules.deploys import LARGEST_BODY, NotADeploy, read_deploy
from dutydesk.journal.models import JournalEntry
from dutydesk.people.models import Account, Service
from testing.screens import squeezed, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-24T11:00")


@pytest.fixture
def token(world: World) -> str:
    return keys.make_key(name="Argo", by="Ada", at=world.at, opens="deploys")


def tell(world: World, token: str, **said: object) -> Deploy:
    body = json.dumps({"service": "Prison visits", "version": "1.4.2", **said}).encode()
    return deploys.take(token=token, body=body, at=world.at)


def line(world: World, incident: Incident) -> list[str]:
    found = timeline.entries(incident, at=world.at)
    return [f"{one.at.astimezone(world.zone):%H:%M} {one.text}" for one in found]


@pytest.mark.clause("postmortem.timeline")
def test_deployments_of_a_service_stand_in_the_timeline_of_its_incident(
    world: World, token: str
) -> None:
    tell(world, token, version="old", at="2026-11-24T07:50:00Z")
    tell(world, token, version="1.4.1", at="2026-11-24T09:50:00+00:00", by="Cy")
    tell(world, token, service="Clusters", version="9")
    service = Service.objects.get(name="Prison visits")
    world.press(
        "Ada", "incident.declare", "new", title="Down", services=[str(service.pk)],
        began="2026-11-24T10:00",
    )  # fmt: skip
    incident = Incident.objects.get()
    assert line(world, incident)[:2] == [
        "09:50 Prison visits 1.4.1 was deployed by Cy",
        "10:00 It began",
    ]
    world.forward(minutes=5)
    tell(world, token, service="prison-visits", url="https://ci.example.org/7")
    assert line(world, incident)[-1] == "11:05 Prison visits 1.4.2 was deployed"
    assert not [text for text in line(world, incident) if "old" in text or "Clusters" in text]
    world.press("Ada", "incident.resolve", incident.about, text="Back")
    world.forward(minutes=15)
    tell(world, token, version="1.4.3")
    incident.refresh_from_db()
    assert not [text for text in line(world, incident) if "1.4.3" in text]
    shown = squeezed(visit("Uma").get(f"/incidents/{incident.pk}").content.decode())
    assert 'href="https://ci.example.org/7"' in shown
    shown = squeezed(visit("Uma").get(f"/services/{service.pk}").content.decode())
    assert "1.4.3" in shown
    assert "told by Argo" in shown


def test_a_deployment_that_is_told_twice_is_one(world: World, token: str) -> None:
    first = tell(world, token, at="2026-11-24T10:58:00Z")
    assert tell(world, token, at="2026-11-24T10:58:00Z") == first
    now = tell(world, token, version="2")
    world.forward(minutes=9)
    assert tell(world, token, version="2") == now
    world.forward(minutes=2)
    assert tell(world, token, version="2") != now
    assert JournalEntry.objects.filter(kind="service.deployed").count() == 3


def test_a_service_that_was_renamed_is_known_by_its_first_name(world: World, token: str) -> None:
    visits = Service.objects.get(name="Prison visits")
    Service.objects.filter(pk=visits.pk).update(name="Visits online")
    for name in ("Prison visits", "PRISON_VISITS", "visits ONLINE"):
        assert tell(world, token, service=name, version=name).service_id == visits.pk


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "The body is not JSON."),
        (b"[]", "The body is not a JSON object."),
        (b"[" * 9000, "The body is not JSON."),
        (b"{" + b" " * LARGEST_BODY, f"{LARGEST_BODY} is the most."),
        (b'{"service": "Visits"}', "“version” is missing. Send it, as in {"),
        (b'{"service": " ", "version": "1"}', "“service” is missing."),
        (b'{"service": "V", "version": ["1"]}', "“version” is not a text."),
        (b'{"service": "V", "version": true}', "“version” is not a text."),
        (b'{"service": "V", "version": "' + b"1" * 101 + b'"}', "has 101 characters"),
        (b'{"service": "V", "version": "1\\n2"}', "can't be seen"),
        (b'{"service": "V", "version": "1", "env": "x"}', "“env” is nothing that"),
        (b'{"service": "V", "version": "1", "url": "javascript:x"}', "no address of the web"),
        (b'{"service": "V", "version": "1", "url": "https://[x"}', "no address of the web"),
        (b'{"service": "V", "version": "1", "at": "noon"}', "“at” is not a time."),
        (b'{"service": "V", "version": "1", "at": 7}', "“at” is not a time."),
        (b'{"service": "V", "version": "1", "at": "0001-01-01T00:00Z"}', "“at” is not a time."),
        (b'{"service": "V", "version": "1", "at": "2026-11-24T10:00"}', "of which zone"),
        (b'{"service": "V", "version": "1", "at": "2026-11-24T12:00Z"}', "still to come"),
    ],
)
def test_what_is_no_deployment_is_refused_with_what_to_send(
    world: World, body: bytes, says: str
) -> None:
    with pytest.raises(NotADeploy) as refused:
        read_deploy(body, world.at)
    assert says in str(refused.value)


def test_a_service_that_nobody_knows_is_answered_with_those_that_there_are(
    world: World, token: str
) -> None:
    with pytest.raises(NotADeploy, match="Those that there are: Clusters, Prison visits"):
        tell(world, token, service="Visits")
    assert not Deploy.objects.exists()


def test_the_door_answers_in_words_and_takes_keys_for_deployments_alone(
    world: World, token: str
) -> None:
    client = Client()
    sent = json.dumps({"service": "Clusters", "version": 7})

    def post(key: str, body: str) -> tuple[int, str]:
        answer = client.post(f"/deploys/in/{key}", body, content_type="application/json")
        return answer.status_code, answer.content.decode()

    assert post(token, sent)[0] == 200
    assert Deploy.objects.get().version == "7"
    assert post(token, "x") == (
        400,
        'The body is not JSON. Send an object, like {"service": "Prison visits", '
        '"version": "1.4.2", "at": "2026-11-24T10:58:00+00:00"}.\n',
    )
    status, says = post(token, " " * (LARGEST_BODY + 10))
    assert (status, f"{LARGEST_BODY} is the most" in says) == (400, True)
    alerts = keys.make_key(name="Alertmanager", by="Ada", at=world.at)
    for key in (alerts, "nothing"):
        assert post(key, sent) == (
            404, "This key opens nothing. Make one on the page Keys and use that.\n",
        )  # fmt: skip
    assert client.get(f"/deploys/in/{token}").status_code == 405
    with pytest.raises(WrongKey):
        keys.opened_by(token=token, at=world.at)


def test_an_administrator_makes_a_key_for_deployments_and_sees_what_to_paste(world: World) -> None:
    Account.objects.filter(name="Ada").update(is_administrator=True)
    made = visit("Ada").post("/alarms/keys/", {"name": "Argo", "opens": "deploys"})
    shown = squeezed(made.content.decode())
    assert "/deploys/in/" in shown
    assert "webhook_configs" not in shown
    again = visit("Ada").post("/alarms/keys/", {"name": "Other", "opens": "everything"})
    assert again.status_code == 422
    assert "for deploys" in squeezed(visit("Ada").get("/alarms/keys/").content.decode())


def test_what_a_tool_calls_its_json_changes_nothing(
    world: World, token: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    body = json.dumps({"service": "Prison visits", "version": "1.4.2"}, indent=1_000).encode()
    for called in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = client.post(f"/deploys/in/{token}", body, content_type=called)
        assert answer.status_code == 200, answer.text
    assert Deploy.objects.count() == 1
