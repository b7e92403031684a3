"""The monthly report, and that screens, exports, the command and the report say the same."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dutydesk.cli import app
from dutydesk.incidents.models import Incident
from dutydesk.measures.flows import reports
from dutydesk.measures.flows.whole import whole
from dutydesk.measures.models import MonthlyReport
from dutydesk.measures.rules.choices import containing
from dutydesk.process.flows import process
from dutydesk.process.rules.check import check
from testing.asked import TEAM, adopt
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    found = World(tmp_path, "2026-11-24T11:00")
    for name in ("dutydesk.site.middleware.clock", "dutydesk.wiring.clock"):
        monkeypatch.setattr(name, Moving(found))
    old = "{id: recovery, text: How long it takes to recover}"
    new = "{id: recovery, text: How long it takes to recover, target: 1 hour, clock: working}"
    adopt(found, old, new, tmp_path)
    for local in ("2026-10-05T10:00", "2026-11-03T10:00", "2026-11-04T17:30"):
        incident(found, local)
    return found


def incident(world: World, local: str) -> Incident:
    at = world.moment(local)
    ends = at + timedelta(minutes=60)
    times = {"detected": at, "declared": at, "repaired": ends, "resolved": ends}
    return Incident.objects.create(title=f"At {local}", priority="high", state="resolved", **times)


@pytest.mark.clause("measure.incidents", "measure.recovery")
def test_last_month_is_told_once_when_the_first_working_day_begins(world: World) -> None:
    world.at = world.moment("2026-12-01T08:59")
    reports.look_after(at=world.at)
    assert not MonthlyReport.objects.exists()
    world.at = world.moment("2026-12-01T09:00")
    for _ in range(2):
        reports.look_after(at=world.at)
    assert [one.month for one in MonthlyReport.objects.all()] == [date(2026, 11, 1)]
    told = [text for text in world.said(TEAM) if "incident" in text]
    assert len(told) == 1
    assert "Two incidents, one more than in October 2026; 2 of high priority." in told[0]
    assert (
        "Half were over within 45 min (working hours), after 1 h 00 min in October 2026" in told[0]
    )
    assert "The target, at most 1 h 00 min, was met." in told[0]
    assert "/measures/reports/2026-11" in told[0]


def test_a_month_before_the_desk_is_not_told(world: World) -> None:
    reports.look_after(at=world.moment("2019-12-02T10:00"))
    assert not MonthlyReport.objects.exists()


def test_a_report_stays_as_it_was_and_says_when_figures_differ_since(world: World) -> None:
    world.at = world.moment("2026-12-01T09:00")
    reports.look_after(at=world.at)
    page = seen(visit("Ada").get("/measures/reports/2026-11"))
    assert "Two incidents" in page
    assert "Figures now differ" not in page
    Incident.objects.filter(title="At 2026-11-03T10:00").update(state="mistake")
    page = seen(visit("Ada").get("/measures/reports/2026-11"))
    assert "Two incidents" in page
    assert "Figures now differ" in page
    assert "One incident, as many as in October 2026" in page
    markdown = visit("Ada").get("/measures/reports/2026-11?as=md").content.decode()
    assert markdown.startswith("# Cloud Platform: November 2026\n\n- Availability was ")
    assert "\n- Two incidents" in markdown
    assert "November 2026" in seen(visit("Ada").get("/measures/reports/"))


def test_figures_that_are_only_told_in_other_words_do_not_differ(world: World) -> None:
    world.at = world.moment("2026-12-01T09:00")
    reports.look_after(at=world.at)
    kept = MonthlyReport.objects.get()
    older = kept.text.replace("- Two incidents", "- There were two incidents")
    older = older.replace("| Held until somebody was on |", "| Held |").replace(" of ", " out of ")
    assert older != kept.text
    MonthlyReport.objects.update(text=older)
    assert "Figures now differ" not in seen(visit("Ada").get("/measures/reports/2026-11"))
    MonthlyReport.objects.update(text=older.replace("| Incidents | 2 |", "| Incidents | 3 |"))
    assert "Figures now differ" in seen(visit("Ada").get("/measures/reports/2026-11"))


@pytest.mark.clause("measure.incidents", "measure.recovery", "measure.happiness")
def test_screens_exports_the_command_and_the_report_say_the_same(world: World) -> None:
    choice = containing("month", date(2026, 11, 1), process.in_force().zone)
    command = CliRunner().invoke(
        app, ["measures", "--from", "2026-11-01", "--to", "2026-11-30", "--json"]
    )
    told = {one["subject"]: one for one in json.loads(command.stdout)["subjects"]}
    text = reports.report(choice, at=world.at).text
    ada = visit("Ada")
    for subject, found in whole(choice, at=world.at):
        clock = "working" if subject.clocks else "elapsed"
        path = f"{subject.address}?each=range&from=2026-11-01&to=2026-11-30&clock={clock}"
        page, answer = seen(ada.get(path)), _streamed(ada.get(f"{path}&as=json"))
        exported = {one["figure"]: one["value"] for one in json.loads(answer)["figures"]}
        printed = {one["figure"]: one["value"] for one in told[subject.name]["figures"]}
        for figure in found.figures:
            value = figure.value
            machine = value.total_seconds() if isinstance(value, timedelta) else value
            assert exported[figure.name] == printed[figure.name] == machine, figure.name
            assert f"{figure.title} {figure.written}" in page, figure.name
            in_report = f"| {figure.title} | {figure.written} |" in text
            for_all = figure.readers == "anyone"
            assert in_report == for_all or not subject.of_a_time, figure.name


def test_the_command_says_it_in_words_and_refuses_what_is_no_day(world: World) -> None:
    said = (
        CliRunner().invoke(app, ["measures", "--from", "2026-11-01", "--to", "2026-11-30"]).stdout
    )
    assert said.startswith("1 to 30 Nov 2026\n\nAvailability\n")
    assert "\n\nIncidents\n  Incidents: 2; 2 of high priority;" in said
    wrong = CliRunner().invoke(app, ["measures", "--from", "soon"])
    assert wrong.exception is not None
    assert "“soon” is not a day." in str(wrong.exception)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("recovery, text: x, target: soon", "“soon” is no target for recovery."),
        ("happiness, text: x, target: '6'", "“6” is no target for happiness."),
        ("availability, text: x, target: '99 %'", "target of availability stands at one place"),
        ("recovery, text: x, clock: lunar", "“lunar”, which is no clock here."),
    ],
)
def test_a_target_that_is_none_is_told_with_its_line(wrong: str, says: str) -> None:
    text = Path(check.__code__.co_filename).parents[1].joinpath("default.yaml").read_text()
    old = "  - {id: recovery, text: How long it takes to recover}\n"
    assert old in text
    (mistake,) = check(text.replace(old, f"  - {{id: {wrong}}}\n")).mistakes
    assert says in mistake.wrong
    assert mistake.line >= text[: text.index("measures:")].count("\n")


def _streamed(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()
