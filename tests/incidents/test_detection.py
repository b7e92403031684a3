"""When an incident was detected: when the desk, or whoever asked, first knew of it."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.incidents.models import Incident
from dutydesk.measures.flows.incidents import figures
from dutydesk.measures.rules.choices import containing
from dutydesk.wiring import ACTIONS
from testing.asked import ask
from testing.tellings import alert, evening, tell
from testing.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("measure.incidents")]


def measured(world: World) -> dict[str, str]:
    """Give this month's times to detect and to declare."""
    month = containing("month", world.at.astimezone(world.zone).date(), world.zone)
    found = figures(month, at=world.at)
    return {one.name: one.written for one in found.figures if one.name in ("detect", "declare")}


def correct(world: World, incident: Incident, **values: str) -> None:
    form = ACTIONS["incident.correct"].form
    assert form is not None
    sent = form(incident.about, world.person("Ben"), world.at).filled_in(world.zone)
    world.press("Ben", "incident.correct", incident.about, **{**sent, **values})


def test_an_alarm_says_when_it_began_and_the_desk_when_it_was_told(tmp_path: Path) -> None:
    world = evening(tmp_path)
    told_at = world.at
    alarm = tell(world, alert("Down", told_at - timedelta(minutes=20)))
    assert alarm is not None
    world.forward(minutes=6)
    world.press("Ben", "incident.declare", alarm.about, title="Nobody can book")
    incident = Incident.objects.get()
    assert (incident.fault_occurs, incident.detected) == (told_at - timedelta(minutes=20), told_at)
    assert measured(world) == {"detect": "20 min", "declare": "6 min"}
    correct(world, incident, began="2026-11-24T18:30", reason="The graphs say so")
    incident.refresh_from_db()
    assert incident.detected == told_at, "what the desk heard, it heard"
    assert measured(world) == {"detect": "30 min", "declare": "6 min"}


def test_a_question_says_by_when_it_was_noticed_and_nothing_of_the_beginning(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    question, asked = ask(world, text="Nobody can log in to visits"), world.at
    world.forward(minutes=9)
    world.press("Ada", "incident.declare", question.about, title="No log in")
    incident = Incident.objects.get()
    assert (incident.fault_occurs, incident.began) == (None, question.asked_at)
    assert question.asked_at <= asked
    assert measured(world) == {"detect": "none", "declare": "9 min"}
    correct(world, incident, title="Nobody can log in", reason="So it is called")
    incident.refresh_from_db()
    assert incident.detected == question.asked_at


def test_what_was_noticed_as_it_was_declared_stays_so_when_only_the_title_is_corrected(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    began = world.at - timedelta(minutes=30)
    incident = Incident.objects.create(
        title="Old", state="resolved", priority="normal", fault_occurs=began,
        detected=world.at, declared=world.at, repaired=world.at, resolved=world.at,
    )  # fmt: skip
    correct(world, incident, title="Older", reason="A slip")
    incident.refresh_from_db()
    assert (incident.title, incident.detected) == ("Older", incident.declared)
