"""Who will be told what stands in a form in Slack too, and is shown anew as its choices change."""

from pathlib import Path
from typing import Any

import pytest

from doubles.slack_workspace import Workspace
from dutydesk.adapters.slack import modals
from dutydesk.incidents.models import Incident
from dutydesk.kernel.forms import Form
from dutydesk.kernel.messages import Message
from dutydesk.kernel.tellings import Telling, wordings
from testing.audiences import declare, service
from testing.slack import UMA, slack_of
from testing.slack_person import Person
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben")
    return world


@pytest.fixture
def ada(world: World, there: Workspace) -> Person:
    return Person(world, slack_of(world, there))


def told(view: dict[str, Any]) -> list[str]:
    """Give what a form says of who will be told, a paragraph for each audience."""
    return [
        one["text"]["text"]
        for one in view["blocks"]
        if str(one.get("block_id", "")).startswith("who-is-told-")
    ]


def chosen(*values: str, as_: str = "value") -> dict[str, Any]:
    return {
        "as_": as_,
        "type": "checkboxes",
        "selected_options": [{"value": one} for one in values],
    }


@pytest.mark.clause("incident.comms-users", "incident.comms-leaders")
def test_a_form_in_slack_says_who_will_be_told_and_follows_what_is_chosen(
    ada: Person, there: Workspace
) -> None:
    ada.does(ada.typed("incident"))
    view = there.called("views.open")[-1]["view"]
    team, users = told(view)
    assert team.startswith("The team will read:\n\n#cloud-platform:\nIncident: …")
    assert "#ask-cloud-platform:\nIncident: …" in users
    typed = {"type": "plain_text_input", "value": "Visits fail"}
    ada.does(
        ada.changed(
            view,
            title=typed,
            services=chosen(service()),
            criteria=chosen("outage"),
            user_impact=chosen("yes", as_="flag"),
        )
    )
    again = there.called("views.update")[-1]
    assert (again["view_id"], bool(again["hash"])) == ("V111", True)
    _, users, leaders = told(again["view"])
    assert "#prisons:\nHigh-priority incident: Visits fail" in users
    assert "Director (e-mail):" in leaders
    kept = [one["block_id"] for one in again["view"]["blocks"] if one["type"] == "input"]
    assert kept == [one["block_id"] for one in view["blocks"] if one["type"] == "input"]
    assert again["view"]["private_metadata"] == view["private_metadata"]
    ada.does(ada.changed(again["view"], title=typed, services=chosen(service())))
    assert len(told(there.called("views.update")[-1]["view"])) == 1, "the team alone"
    assert not Incident.objects.exists()


def test_choices_are_asked_for_at_once_and_only_where_somebody_will_be_told(
    ada: Person, there: Workspace
) -> None:
    ada.does(ada.typed("incident"))
    view = there.called("views.open")[-1]["view"]
    live = {one["block_id"] for one in view["blocks"] if one.get("dispatch_action")}
    assert {"services", "criteria", "user_impact", "began"} <= live
    assert "title" not in live
    incident = declare(ada.world)
    ada.does(ada.pressed("incident.note", incident.about))
    other = there.called("views.open")[-1]["view"]
    assert not told(other)
    assert not [one for one in other["blocks"] if one.get("dispatch_action")]
    (*_, said) = (one["elements"][0]["text"] for one in other["blocks"] if "elements" in one)
    assert said.startswith("Pictures go with it on the desk.")


def test_what_is_in_the_way_leaves_an_open_form_as_it_is(
    world: World, ada: Person, there: Workspace
) -> None:
    incident = declare(world)
    ada.does(ada.pressed("incident.mistake", incident.about))
    view = there.called("views.open")[-1]["view"]
    assert "Declared by mistake: Visits can't be booked" in told(view)[0]
    there.mood = "hash_conflict"
    assert ada.does(ada.changed(view)) is None
    there.mood = ""
    uma = Person(world, ada.slack, UMA)
    before = len(there.called("views.update"))
    uma.does(uma.changed(view))
    incident.delete()
    ada.does(ada.changed(view))
    assert len(there.called("views.update")) == before


def test_many_audiences_keep_slacks_limits() -> None:
    many = [
        Telling(
            f"Audience {number % 6}", f"#channel-{number}", Message("& " * 5000, title="x" * 300)
        )
        for number in range(90)
    ]
    view = modals.modal(
        Form("Form", "Send"), action="x.y", meta={"about": "a:1"}, told=wordings(many)
    )
    assert len(told(view)) == 6
    assert all(0 < len(text) <= 3000 for text in told(view))
