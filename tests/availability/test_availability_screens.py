"""Availability as people see it: on its screens, as files, and on a terminal."""

import csv
import json
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from dutydesk.availability.flows import trouble
from dutydesk.availability.flows.exclusions import NoExclusion, NothingToExclude
from dutydesk.availability.models import Exclusion, Run, SourceTerm
from dutydesk.availability.rules.typed import NotADay
from dutydesk.cli import app
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.actions import NotYours
from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import Service
from dutydesk.wiring import ACTIONS
from testing.measured import CLUSTERS, HOUR, MINUTE, VISITS, incident, measure, of
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("measure.availability")]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(made))
    return made


@pytest.fixture
def ada(world: World) -> Client:
    return visit("Ada")


def about(name: str) -> str:
    return f"availability:{Service.objects.get(name=name).pk}"


def test_the_screen_names_state_figure_budget_and_source(
    world: World, ada: Client, tmp_path: Path
) -> None:
    yesterday = world.moment("2026-11-23T10:00")
    incident(VISITS, start=yesterday, end=yesterday + 30 * MINUTE)
    nowhere = incident(start=yesterday, end=yesterday + HOUR)
    shown = seen(ada.get("/availability/"))
    # 30 minutes of 23 days and 11 hours; both services together have twice that.
    assert "99.911%" in shown and "99.955%" in shown
    assert "13m left of 43m for 30 days" in shown and "By the incident record." in shown
    assert "up now" in shown and "at its target" in shown
    assert f"/incidents/{nowhere}" in ada.get("/availability/").text
    assert "it names no service" in shown
    assert "Let something else than the incidents tell it" in shown
    measure(world, tmp_path, target=99.95, services=[{"service": "Nobody's", "target": 99}])
    shown = seen(ada.get("/availability/"))
    assert "below its target" in shown and "Nobody's: no service has this name" in shown
    assert "Let something else than the incidents tell it" not in shown


def test_a_range_is_chosen_by_its_address_and_nonsense_is_not_asked(
    world: World, ada: Client
) -> None:
    for query, title in (
        ("", "November 2026"),
        ("?range=quarter", "Q4 2026"),
        ("?range=year&on=2024-02-29", "2024"),
        ("?range=week&on=2026-03-29", "Week of 23 Mar 2026"),
        ("?from=2025-12-30&to=2026-01-02", "30 Dec 2025 to 2 Jan 2026"),
        ("?from=2026-01-02&to=2025-12-30", "November 2026"),
        ("?range=century&on=yesterday", "November 2026"),
        ("?range=year&on=9999-01-01", "2026"),
        ("?range=month&on=2199-12-31", "December 2199"),
        ("?from=0001-01-01&to=9999-12-31", "November 2026"),
    ):
        for path in ("/availability/", f"/{about(VISITS).replace(':', '/')}"):
            assert title in seen(ada.get(path + query)), query
    page = ada.get("/availability/?range=month&on=2026-10-05").text
    assert "?range=month&amp;on=2026-09-01" in page and "?range=month&amp;on=2026-11-01" in page
    assert "?range=month&amp;on=2026-12-01" not in ada.get("/availability/").text


def test_one_service_shows_when_it_was_down_and_which_incident_that_was(
    world: World, ada: Client
) -> None:
    start = world.moment("2026-11-23T10:00")
    number = incident(VISITS, start=start, end=start + 90 * MINUTE)
    page = ada.get(f"/{about(VISITS).replace(':', '/')}?range=year")
    shown = seen(page)
    assert "In numbers: " in shown and "Mon 23 Nov 2026" in shown and "1h30m" in shown
    assert f"/incidents/{number}" in page.text and "no incident" not in shown
    assert 'role="img"' in page.text and "down on 1 of 365 days" in page.text


def test_what_was_not_down_is_left_out_with_a_reason_and_can_be_taken_back(
    world: World, ada: Client
) -> None:
    start = world.moment("2026-11-23T10:00")
    incident(VISITS, start=start, end=start + HOUR)
    form = ACTIONS["availability.exclude"].form(about(VISITS), world.person("Ben"), world.at)  # type: ignore[misc]
    assert form.field("start").value == start
    times = {"start": "2026-11-23T10:00", "end": "2026-11-23T10:40"}
    with pytest.raises(NotYours):
        world.press("Uma", "availability.exclude", about(VISITS), **times, reason="Why not")
    world.press("Ben", "availability.exclude", about(VISITS), **times, reason="A broken probe")
    tally = of(VISITS, start, start + HOUR, world.at).tally
    assert (tally.excluded, tally.down) == (40 * MINUTE, 20 * MINUTE)
    shown = seen(ada.get(f"/{about(VISITS).replace(':', '/')}"))
    assert "A broken probe" in shown and "40m" in shown
    entry = JournalEntry.objects.get(kind="availability.excluded")
    assert entry.subject == about(VISITS) and entry.text.endswith("10:40 GMT: A broken probe")
    with pytest.raises(NothingToExclude):
        world.press("Ben", "availability.exclude", about(VISITS), **times, reason="Once more")
    made = Exclusion.objects.get()
    world.press("Ada", "availability.withdraw", made.about)
    assert of(VISITS, start, start + HOUR, world.at).tally.down == HOUR
    with pytest.raises(NoExclusion):
        world.press("Ada", "availability.withdraw", made.about)
    assert "taken back by Ada" in seen(ada.get(f"/{about(VISITS).replace(':', '/')}"))


def test_files_and_the_terminal_say_what_the_screen_says(world: World, ada: Client) -> None:
    start = world.moment("2026-10-23T10:00")
    incident(VISITS, start=start, end=start + HOUR)
    Service.objects.create(name="=HYPERLINK()")
    query = "?from=2026-10-01&to=2026-10-31"
    told = ada.get(f"/availability/figures.json{query}").json()
    rows = {row["name"]: row for row in told["services"]}
    assert rows[VISITS]["down"] == 3600 and rows[VISITS]["up"] == 745 * 3600 - 3600
    assert rows[VISITS]["sources"] == [
        {"from": "2026-09-30T23:00:00+00:00", "kind": "incidents", "detail": ""}
    ]
    lines = {row["name"]: row for row in _csv(ada.get(f"/availability/figures.csv{query}").text)}
    for name in (VISITS, CLUSTERS):
        for key, value in lines[name].items():
            assert value == ("" if rows[name][key] is None else str(rows[name][key])), key
    assert lines["All services"]["down"] == "3600"
    assert "'=HYPERLINK()" in lines
    empty = _csv(ada.get("/availability/figures.csv?from=2010-01-01&to=2010-01-02").text)[0]
    assert (empty["availability"], empty["unknown"]) == ("", str(48 * 3600))
    said = _terminal("--from", "2026-10-01", "--to", "2026-10-31", "--json")
    again = {row["name"]: row for row in json.loads(said)["services"]}
    for key in ("availability", "up", "down", "unknown", "sources", "target"):
        assert again[VISITS][key] == rows[VISITS][key]


def _csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def _terminal(*words: str) -> str:
    result = CliRunner().invoke(app, ["availability", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_terminal_says_what_to_do_while_nothing_is_measured(world: World) -> None:
    Service.objects.all().delete()
    told = CliRunner().invoke(app, ["availability"])
    assert told.exit_code == 0
    assert "No service is measured yet. Add those that users depend on" in told.stdout
    assert "0m" not in told.stdout


def test_the_terminal_refuses_what_is_no_range(world: World) -> None:
    def ask(*words: str) -> None:
        CliRunner().invoke(app, ["availability", *words], catch_exceptions=False)

    with pytest.raises(NotADay):
        ask("--from", "soon")
    with pytest.raises(Refused):
        ask("--from", "2026-02-01", "--to", "2026-01-01")
    assert "All services" in _terminal("--from", "2026-01-01", "--to", "2026-01-31")


def test_health_says_which_source_cannot_be_asked(world: World, tmp_path: Path) -> None:
    assert list(trouble.health(world.at)) == []
    source = {"kind": "check", "url": "https://visits.example.org/"}
    measure(world, tmp_path, services=[{"service": VISITS, "source": source}, {"service": "Gone"}])
    SourceTerm.objects.create(
        service=Service.objects.get(name=VISITS), kind="check", detail=source["url"],
        began=world.at, trouble="It is an inner one.", remedy="Name it.",
    )  # fmt: skip
    told = [(one.well, one.says) for one in trouble.health(world.at)]
    assert told == [
        (False, "Gone: no service has this name"),
        (False, f"{VISITS} can't be asked for: It is an inner one."),
    ]


def ten_years(world: World, services: int, outages: int) -> datetime:
    """Let each service have been up for ten years, but for so many times of five minutes."""
    start = world.at - timedelta(days=3650)
    runs: list[Any] = []
    for number in range(services):
        made = Service.objects.create(name=f"Service {number}")
        term = SourceTerm.objects.create(service=made, kind="check", detail="x", began=start)
        apart = (world.at - start) / outages
        for one in range(outages):
            begin = start + one * apart
            runs.append(Run(term=term, start=begin, end=begin + 5 * MINUTE, up=False, said="no"))
            runs.append(Run(term=term, start=begin + 5 * MINUTE, end=begin + apart, up=True))
    Run.objects.bulk_create(runs)
    return start


def test_ten_years_are_asked_for_with_as_many_questions_as_a_day(world: World, ada: Client) -> None:
    ten_years(world, services=5, outages=200)

    def questions(query: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert ada.get(f"/availability/{query}").status_code == 200
        return len(asked)

    ada.get("/availability/")
    assert questions("?from=2016-11-01&to=2026-11-24") == questions(
        "?from=2026-11-24&to=2026-11-24"
    )
    shown = seen(ada.get("/availability/?from=2016-11-26&to=2026-11-23"))
    assert "16h40m" in shown, "200 times 5 minutes"
