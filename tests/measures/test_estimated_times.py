"""Incidents whose times somebody only estimated: they count, and no clock measures them."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dutydesk.cli import app
from dutydesk.incidents.flows import timeline
from dutydesk.incidents.models import Incident
from dutydesk.measures.flows.incident_explained import explained
from dutydesk.measures.flows.incidents import figures as incident_figures
from dutydesk.measures.flows.recovery import figures as recovery_figures
from dutydesk.measures.rules.choices import PeriodChoice, containing
from dutydesk.process.flows import process
from dutydesk.wiring import ACTIONS
from testing.past_files import NIGHT, put, take_in
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("measure.recovery")]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path / "desk", "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    monkeypatch.setattr("dutydesk.wiring.clock", Moving(world))
    return world


def november(world: World, clock: str = "elapsed") -> PeriodChoice:
    day = world.at.astimezone(process.in_force().zone).date()
    return containing("month", day, process.in_force().zone, clock)


def over(world: World, minutes: int, **more: object) -> Incident:
    """Let an incident of this month be over, that lasted so long."""
    begun = world.moment("2026-11-10T10:00")
    ended = world.moment(f"2026-11-10T10:{minutes}")
    return Incident.objects.create(
        title=f"Down for {minutes}", state="resolved", fault_occurs=begun, detected=begun,
        declared=begun, repaired=ended, resolved=ended, **more,
    )  # fmt: skip


def correct(world: World, incident: Incident, **values: str) -> None:
    form = ACTIONS["incident.correct"].form
    assert form is not None
    filled = form(incident.about, world.person("Ben"), world.at).filled_in(world.zone)
    sent: dict[str, Any] = {**filled, **values}
    world.press("Ben", "incident.correct", incident.about, **sent)


@pytest.mark.parametrize("clock", ["elapsed", "support"])
def test_an_incident_with_estimated_times_counts_and_is_in_no_length(
    world: World, clock: str
) -> None:
    over(world, 20)
    guessed = over(world, 50, estimated=True)
    choice = november(world, clock)
    found = incident_figures(choice, at=world.at)
    count, repair = found.figure("incidents"), found.figure("repair")
    assert count and repair
    assert count.value == 2
    assert repair.written == "20 min"
    assert repair.of.startswith("median of 1 of 2;")
    (left,) = repair.left_out
    assert [line.cells[::2] for line in left.rows.first(5)] == [  # type: ignore[union-attr]
        ("Down for 50", "Its times are estimates")
    ]
    assert "Counted, but in no length of time, estimated times: 1." in found.notes
    every = next(one for one in found.tables if one.name == "incidents")
    rows = {row["incident"]: row["estimated"] for row in every.plain_rows(None)}
    assert rows == {"Down for 20": None, "Down for 50": "yes"}
    recovery = recovery_figures(choice, at=world.at)
    assert "Counted, but in no length of time, estimated times: 1." in recovery.notes
    assert recovery.figures[0].written == "20 min"
    dots = next(one for one in found.charts if one.name == "repair-dots")
    assert "50" not in str(dots.table.first(9)), "nor is there a dot of it"
    workings = {one.span.name: one for one in explained(guessed.pk, choice).workings}
    assert workings["repair"].length is None
    assert workings["repair"].missing == "Its times are estimates"
    assert any("no estimates" in change for change in workings["repair"].changes)


def test_who_corrects_an_incident_says_that_its_times_are_estimates(world: World) -> None:
    incident = over(world, 20, source="imported")
    correct(world, incident, estimated="yes", reason="Nobody looked at a clock")
    incident.refresh_from_db()
    assert incident.estimated
    page = seen(visit("Ada").get(f"/incidents/{incident.pk}"))
    assert "estimated times" in page
    texts = [entry.text for entry in timeline.entries(incident, at=world.at)]
    said = "Ben corrected it: its times are estimates. Why: Nobody looked at a clock"
    assert said in texts
    assert "It began, as estimated" not in texts, "it was declared in that minute"
    correct(world, incident, began="2026-11-10T09:30", reason="The log says so")
    incident.refresh_from_db()
    assert incident.estimated, "the form says what is so"
    texts = [entry.text for entry in timeline.entries(incident, at=world.at)]
    assert "It began, as estimated" in texts
    correct(world, incident, estimated="", reason="A second log agrees")
    incident.refresh_from_db()
    assert not incident.estimated
    assert "estimated times" not in seen(visit("Ada").get(f"/incidents/{incident.pk}"))


LOG = """quarter,incident,first_detected,declared,repaired,resolved,estimated
Q4 2026,Slow,2026-11-03 10:00,,,2026-11-03 11:00,{}
"""


def test_a_log_says_whose_times_are_estimates_and_nothing_where_it_says_nothing(
    world: World, tmp_path: Path
) -> None:
    file = tmp_path / "log.csv"
    for said, expected in (("Yes", True), ("", True), ("no", False), ("x", True)):
        file.write_text(LOG.format(said))
        done = CliRunner().invoke(app, ["import", "incidents", str(file)])
        assert done.exit_code == 0, done.stderr
        assert Incident.objects.get().estimated is expected, said
    file.write_text(LOG.format("perhaps"))
    done = CliRunner().invoke(app, ["import", "incidents", str(file), "--json"])
    assert done.exit_code == 1
    (fault,) = json.loads(done.stdout)["incidents"][0]["faults"]
    assert (fault["field"], fault["remedy"]) == ("estimated", "Write yes, no, or nothing.")
    assert Incident.objects.get().estimated, "a refused row changes nothing"


def test_a_postmortem_s_front_matter_says_so_too(world: World, tmp_path: Path) -> None:
    guessed = NIGHT.replace("date: 2024-06-01", "date: 2024-06-01\nestimated: true")
    assert take_in(put(tmp_path, queue_DOT_md=guessed)).exit_code == 0
    assert Incident.objects.get().estimated
