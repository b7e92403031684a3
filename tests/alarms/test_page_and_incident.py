"""While an incident has an alarm, its lead hears what fires; after it, that pages again."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.alarms.flows import takeover
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.forms import FormRefused
from dutydesk.oncall.models import Page
from dutydesk.wiring import ACTIONS
from testing.tellings import alert, called, declare, ends, evening, open_pages, tell
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    return evening(tmp_path)


def test_what_fires_when_an_incident_is_resolved_is_said_and_pages_again(world: World) -> None:
    down = alert("Down", world.at)
    alarm = tell(world, down)
    assert alarm is not None
    incident = declare(world, alarm)
    assert open_pages() == []
    with pytest.raises(FormRefused, match="“It is over all the same” is missing"):
        world.press("Ben", "incident.resolve", incident, text="It works again.")
    form = ACTIONS["incident.resolve"].form
    assert form is not None
    asked = form(incident, world.person("Ben"), world.at).fields[-1]
    assert asked.hint == (
        "Still firing: Down is wrong. It pages again today at 19:15 GMT, unless it is over by then."
    )
    done = world.press("Ben", "incident.resolve", incident, text="It works again.", still="yes")
    assert "Still firing: Down is wrong. It pages again today at 19:15 GMT" in done.says
    entries = JournalEntry.objects.filter(subject=incident).values_list("text", flat=True)
    assert any(text.startswith("Still firing: Down is wrong.") for text in entries)
    world.forward(minutes=14)
    assert open_pages() == []
    world.forward(minutes=1)
    assert open_pages() == ["Down is wrong"]


def test_what_is_over_before_its_time_pages_nobody_after_the_incident(world: World) -> None:
    down = alert("Down", world.at)
    alarm = tell(world, down)
    assert alarm is not None
    world.press(
        "Ben", "incident.resolve", declare(world, alarm), text="It works again.", still="yes"
    )
    world.forward(minutes=5)
    tell(world, *ends(down, at=world.at))
    world.forward(hours=1)
    assert called() == ["Ben"]


def test_what_begins_while_an_incident_has_the_alarm_is_told_to_its_lead(world: World) -> None:
    down = alert("Down", world.at)
    alarm = tell(world, down)
    assert alarm is not None
    incident = declare(world, alarm)
    world.press("Ben", "incident.take-lead", incident)
    world.forward(minutes=3)
    tell(world, down, alert("Database", world.at))
    assert open_pages() == []
    assert called() == ["Ben"]
    assert any(
        "Ben, this began to fire in the incident's alarm: Database is wrong" in said
        for said in world.said("#cloud-platform")
    )
    texts = JournalEntry.objects.filter(subject=incident).values_list("text", flat=True)
    assert "New alert: Database is wrong" in texts
    world.forward(minutes=3)
    tell(world, down, alert("Database", world.at - timedelta(minutes=3)))
    assert list(texts.all()).count("New alert: Database is wrong") == 1


def test_what_comes_and_goes_while_an_incident_has_it_is_told_to_its_lead(world: World) -> None:
    down = alert("Down", world.at)
    alarm = tell(world, down)
    assert alarm is not None
    incident = declare(world, alarm)
    world.forward(minutes=10)
    tell(world, *ends(down, at=world.at))
    world.forward(minutes=10)
    again = tell(world, alert("Down", world.at))
    assert again is not None and again.pk != alarm.pk
    assert (again.incident, called()) == (incident, ["Ben"])
    texts = JournalEntry.objects.filter(subject=incident).values_list("text", flat=True)
    assert "New alert: Down is wrong" in texts
    world.press("Ben", "incident.resolve", incident, text="It works again.", still="yes")
    world.forward(minutes=15)
    assert open_pages() == ["Down is wrong"]


def test_a_page_for_something_new_is_not_called_again_for_what_an_incident_had(
    world: World,
) -> None:
    down = alert("Down", world.at)
    alarm = tell(world, down)
    assert alarm is not None
    world.press(
        "Ben", "incident.resolve", declare(world, alarm), text="It works again.", still="yes"
    )
    world.forward(minutes=5)
    tell(world, down, alert("Database", world.at))
    page = Page.objects.exclude(state="resolved").get()
    world.press("Ben", "page.acknowledge", page.about)
    before = called()
    world.forward(minutes=20)
    assert called() == before


def test_of_many_new_alerts_the_lead_is_told_the_newest_and_how_many_more(world: World) -> None:
    down = alert("Down", world.at)
    alarm = tell(world, down)
    assert alarm is not None
    declare(world, alarm)
    world.forward(minutes=1)
    tell(world, down, *(alert(f"New{number}", world.at) for number in range(7)))
    told = JournalEntry.objects.get(kind="alarm.worsened").data["titles"]
    named = "; ".join(f"New{number} is wrong" for number in (6, 5, 4, 3, 2))
    assert told == f"{named} and 2 more"


@pytest.mark.clause("incident.declare")
def test_an_incident_begins_with_the_first_high_alert_of_an_alarm_of_many(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(takeover, "MOST_READ", 3)
    low = [alert(f"Low{number}", world.at, severity="warning") for number in range(3)]
    down = alert("Down", world.at - timedelta(minutes=20))
    alarm = tell(world, *low, down)
    assert alarm is not None
    world.forward(minutes=1)
    assert takeover.beginnings([alarm])[alarm.pk] == world.at - timedelta(minutes=21)
