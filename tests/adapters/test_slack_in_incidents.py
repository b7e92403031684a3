"""An incident, run from Slack by the team's sentences, by reactions and by shortcuts."""

import json
from pathlib import Path

import pytest

from doubles.slack_workspace import Workspace
from dutydesk.incidents.flows import timeline
from dutydesk.incidents.models import Incident
from dutydesk.slack.app import Slack
from testing.slack import (
    ADA,
    ASK,
    BEN,
    TEAM_CHANNEL,
    UMI,
    event,
    hear,
    message,
    reaction,
    slack_of,
    ts_of,
)
from testing.slack_person import Person
from testing.world import World

pytestmark = pytest.mark.django_db
DECLARE = "I am declaring an incident because visits are down. The impact is that nobody can book."


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-24T11:00")


@pytest.fixture
def slack(world: World, there: Workspace) -> Slack:
    return slack_of(world, there)


def say(world: World, text: str, by: str, number: int = 0, channel: str = TEAM_CHANNEL) -> str:
    ts = ts_of(world.at, number)
    hear(world, event(message(text, ts, by=by, channel=channel)))
    return ts


@pytest.mark.clause("incident.declare", "incident.lead", "incident.resolve")
def test_an_incident_is_declared_led_and_resolved_by_sentences_in_slack(
    world: World, slack: Slack
) -> None:
    say(world, DECLARE, UMI)
    say(world, DECLARE, ADA, 1, ASK)
    assert not Incident.objects.exists()
    say(world, DECLARE, ADA, 2)
    say(world, "I am the incident lead", BEN, 3)
    incident = Incident.objects.get()
    assert (incident.title, incident.declared_by) == ("Visits are down", "Ada")
    assert incident.lead is not None and incident.lead.name == "Ben"
    say(world, "I am declaring this incident resolved because the disk was emptied", BEN, 4)
    assert Incident.objects.get().state == "resolved"


@pytest.mark.clause("postmortem.timeline")
def test_a_reaction_or_a_shortcut_puts_a_message_into_the_timeline(
    world: World, slack: Slack, there: Workspace
) -> None:
    ada = Person(world, slack)
    world.press("Ada", "incident.declare", "new", title="Visits are down")
    incident = Incident.objects.get()
    first = say(world, "I restart the database", BEN, 1)
    second = say(world, "Nothing loads", BEN, 2, ASK)
    item = {"type": "message", "channel": TEAM_CHANNEL, "ts": first}
    marked = {**reaction(first, "memo"), "item": item}
    hear(world, event(marked))
    ada.does(ada.chose("message:incident.note", second))
    view = there.called("views.open")[-1]["view"]
    assert json.loads(view["private_metadata"])["about"].startswith("post:")
    chosen = {"type": "static_select", "selected_option": {"value": str(incident.pk)}}
    ada.does(ada.filled(view, incident=chosen))
    texts = [entry.text for entry in timeline.entries(incident, at=world.at)]
    assert {"Ben: I restart the database", "Ben: Nothing loads"} <= set(texts), texts


@pytest.mark.clause("incident.declare")
def test_declaring_from_a_message_begins_with_what_it_says(
    world: World, slack: Slack, there: Workspace
) -> None:
    ada = Person(world, slack)
    ts = say(world, "Grafana is slow since this morning", BEN)
    ada.does(ada.chose("message:incident.declare", ts, TEAM_CHANNEL))
    view = there.called("views.open")[-1]["view"]
    inputs = {one["block_id"]: one["element"] for one in view["blocks"] if one["type"] == "input"}
    assert inputs["title"]["initial_value"] == "Grafana is slow since this morning"
    assert "exercise" not in inputs
