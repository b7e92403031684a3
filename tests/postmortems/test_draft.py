"""A draft opens by itself, and already holds what the desk knows."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dutydesk.incidents.models import Incident
from dutydesk.journal.models import JournalEntry
from dutydesk.postmortems.flows import chronicle
from dutydesk.postmortems.flows.events import PostmortemRefused
from dutydesk.postmortems.models import Postmortem
from dutydesk.postmortems.rules.durations import StepTimes, lengths
from dutydesk.process.rules.check import DEFAULT_FILE, check, default_process
from dutydesk.process.words import document
from testing.screens import seen, visit
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben")
    return world


def declared(world: World, **more: str | list[str]) -> Incident:
    values: dict[str, Any] = {"criteria": ["outage"], "title": "Visits fail", "began": "", **more}
    world.press("Ada", "incident.declare", "new", **values)
    return Incident.objects.latest("pk")


def page(of: Postmortem, name: str = "Ada") -> str:
    return seen(visit(name).get(f"/postmortems/{of.pk}"))


@pytest.mark.clause("postmortem.timeline")
def test_its_timeline_goes_from_what_led_to_it_to_its_resolution_without_reminders(
    world: World,
) -> None:
    incident = declared(world, began="2026-11-24T10:30")
    world.press("Ben", "incident.take-lead", incident.about)
    world.forward(minutes=25)  # The first update is late by then.
    world.press("Ada", "incident.resolve", incident.about, text="It works again")
    found = Postmortem.objects.get()
    world.forward(minutes=5)
    world.press(
        "Ben", "incident.note", incident.about, text="A disk was full", at="2026-11-24T11:05"
    )
    world.press(
        "Ben", "incident.note", incident.about, text="We went for lunch", at="2026-11-24T11:29"
    )
    texts = [one.entry.text for one in chronicle.entries(found.incident, at=world.at)]
    assert texts[0] == "It began"
    assert texts.index("Ben leads") < texts.index("A disk was full")
    assert "It works again" in texts[-1] or "Resolved" in texts[-1], texts
    assert "We went for lunch" not in texts
    assert JournalEntry.objects.filter(text__startswith="Due now: ").exists()
    assert not any(text.startswith(("Due", "Overdue")) for text in texts)
    keys = [one.key for one in chronicle.entries(found.incident, at=world.at)]
    assert len(set(keys)) == len(keys)


@pytest.mark.clause("postmortem.timeline")
def test_it_says_how_long_each_step_took_on_each_named_clock() -> None:
    process = default_process()
    night = datetime(2026, 11, 24, 6, tzinfo=process.zone)
    hour = timedelta(hours=1)
    times = StepTimes(
        began=night,
        noticed=None,
        declared=night + hour,
        told=night,
        repaired=night + 4 * hour,
        resolved=night + 5 * hour,
    )
    clocks = [process.clock(name) for name in ("elapsed", "support", "on_call")]
    found = {one.title: dict(one.on) for one in lengths(times, clocks)}
    assert list(found) == [
        "From its beginning until it was declared",
        "From its beginning until users had it back",
        "From its beginning until it was resolved",
    ]
    elapsed, support, on_call = (clock.title for clock in clocks)
    whole = found["From its beginning until it was resolved"]
    assert (whole[elapsed], whole[support], whole[on_call]) == (5 * hour, hour, 3 * hour)


@pytest.mark.clause("postmortem.timeline")
def test_it_shows_who_was_told_what_and_what_the_process_asked_for_and_got(world: World) -> None:
    incident = declared(world)
    world.press("Ben", "incident.take-lead", incident.about)
    world.press("Ada", "incident.update", incident.about, text="We look at a disk", next="30")
    world.forward(minutes=65)
    world.press("Ada", "incident.resolve", incident.about, text="It works again")
    found = Postmortem.objects.get()
    told = chronicle.told(found.incident)
    assert [one.text for one in told][:2] == ["It was declared", "We look at a disk"]
    assert all(one.receipts.places for one in told)
    became = {
        one.state: [each.kind for each in one.promises] for one in chronicle.promised(incident)
    }
    assert "incident.lead" in became["kept"]
    assert "incident.update" in became["late"]
    shown = page(found)
    for words in ("Who was told", "We look at a disk", "What the process asked for", "late"):
        assert words in shown
    assert "How long it took" in shown
    assert "Support hours" in shown


@pytest.mark.clause("postmortem.timeline", "postmortem.session")
def test_for_another_priority_somebody_opens_it_from_the_incident(world: World) -> None:
    incident = declared(world, criteria=[])
    with pytest.raises(PostmortemRefused, match="not resolved"):
        world.press("Ben", "postmortem.open", incident.about)
    world.press("Ada", "incident.resolve", incident.about, text="Fine")
    assert not Postmortem.objects.exists()
    assert "Open a postmortem" in seen(visit("Ben").get(f"/incidents/{incident.pk}"))
    assert "Open a postmortem" not in seen(visit("Uma").get(f"/incidents/{incident.pk}"))
    done = world.press("Ben", "postmortem.open", incident.about)
    found = Postmortem.objects.get()
    assert (done.show, found.by_hand) == (found.about, True)
    with pytest.raises(PostmortemRefused, match="a postmortem already"):
        world.press("Ada", "postmortem.open", incident.about)
    world.press(
        "Ada", "incident.correct", incident.about, title="Visits were slow", reason="It was seen"
    )
    for criteria in (["outage"], []):
        world.press("Ada", "incident.assess", incident.about, criteria=criteria, reason="Seen")
    assert Postmortem.objects.count() == 1
    assert "Visits were slow" in seen(visit("Uma").get("/postmortems/"))


def test_an_exercise_has_none_by_hand_either(world: World) -> None:
    incident = declared(world, exercise="yes")
    world.press("Ada", "incident.resolve", incident.about, text="Practised")
    with pytest.raises(PostmortemRefused, match="exercise"):
        world.press("Ada", "postmortem.open", incident.about)


def test_its_sections_are_the_process_files_and_a_wrong_one_is_refused_with_its_line(
    world: World,
) -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    chapter = next(one for one in document(default_process()) if one.anchor == "postmortems")
    assert "• Impact: Who noticed, what they could not do, and for how long." in chapter.lines
    assert any(line.startswith("• Where luck helped (if there") for line in chapter.lines)
    twice = check(text.replace("id: luck", "id: impact"))
    assert [(one.line > 100, one.wrong) for one in twice.mistakes] == [
        (True, "“impact” is there twice.")
    ]
    line = text.splitlines().index("    - id: luck") + 1
    wrong = check(text.replace("id: luck", "id: Luck!"))
    assert [one.line for one in wrong.mistakes] == [line]
    older = text[: text.index("  # What is written;")] + text[text.index("\ndocumentation:") :]
    process = check(older).process
    assert process is not None
    assert process.postmortems.sections[0].id == "summary"
    world.press("Ada", "incident.declare", "new", criteria=["outage"], title="It <b>fails</b>")
    about = Incident.objects.get().about
    world.press("Ada", "incident.resolve", about, text="Over")
    shown = page(Postmortem.objects.get())
    assert "What surprised us" in shown
    assert "It <b>fails</b>" in shown
