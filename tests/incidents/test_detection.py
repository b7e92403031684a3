"""When an incident was detected: when the desk, or whoever asked, first knew of it."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.incidents.models import Incident
from dutydesk.measures.flows.incidents import figures
from dutydesk.measures.rules.choices import containing
from dutydesk.postmortems.flows import chronicle
from dutydesk.wiring import ACTIONS
from testing.asked import ask
from testing.tellings import alert, evening, tell
from testing.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("measure.incidents")]


def measured(world: World) -> dict[str, str]:
    """Give this month's times to detect, to declare and to the first word, if one was said."""
    month = containing("month", world.at.astimezone(world.zone).date(), world.zone)
    found = figures(month, at=world.at)
    names = ("detect", "declare", *(("first-word",) if Incident.objects.count() > 1 else ()))
    return {one.name: one.written for one in found.figures if one.name in names}


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


@pytest.mark.parametrize("began", ["", "2026-11-24T18:50"])
@pytest.mark.parametrize("goes_on", ["first", "second"])
def test_one_that_is_merged_was_heard_of_declared_and_told_of_when_the_first_was(
    tmp_path: Path, goes_on: str, began: str
) -> None:
    world = evening(tmp_path)
    alarm = tell(world, alert("Down", world.at - timedelta(minutes=20)))
    assert alarm is not None
    world.forward(minutes=6)
    first = world.press("Ben", "incident.declare", alarm.about, title="Nobody can book").show
    world.forward(minutes=4)
    world.press("Ben", "incident.update", first, text="We look into it", next="60")
    world.forward(minutes=5)
    told = {"title": "Lists are empty", "began": began, "another": "yes"}
    second = world.press("Cy", "incident.declare", "new", **told).show
    world.press("Cy", "incident.update", second, text="So do we", next="60")
    part, whole = (second, first) if goes_on == "first" else (first, second)
    into = whole.partition(":")[2]
    world.press("Ben", "incident.merge", part, into=into, reason="One database is behind both")
    assert measured(world) == {"detect": "20 min", "declare": "6 min", "first-word": "4 min"}
    world.press("Ben", "incident.resolve", whole, text="It is back", still="yes")
    lengths = {one.title: dict(one.on) for one in chronicle.times(Incident.objects.get(pk=into))}
    minutes = {title: on["Elapsed time"].total_seconds() / 60 for title, on in lengths.items()}
    assert minutes["From its beginning until it was noticed"] == 20
    assert minutes["From its beginning until it was declared"] == 26
    assert minutes["From its declaration to the first update"] == 4


def test_a_declaration_of_a_part_is_no_detection_where_it_is_known_when_it_began(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    told = {"title": "Visits fail", "began": "2026-11-24T10:30", "another": "yes"}
    whole = world.press("Ada", "incident.declare", "new", **told).show
    world.forward(minutes=10)
    part = world.press("Ben", "incident.declare", "new", title="Lists fail", another="yes").show
    into = whole.partition(":")[2]
    world.press("Ben", "incident.merge", part, into=into, reason="One database")
    assert measured(world) == {"detect": "none", "declare": "none", "first-word": "none"}
    assert Incident.objects.get(pk=into).detected is None, "eleven o'clock was its declaration"
