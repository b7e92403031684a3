"""Planned maintenance of a team's past: kept as that, never an incident, and taken back."""

import json
from pathlib import Path

import pytest

from dutydesk.availability.flows.figures import availability
from dutydesk.histories.rules.imported_maintenance import (
    ImportedMaintenance,
    ToldMaintenance,
    read_maintenance,
)
from dutydesk.histories.rules.imported_times import LogReading
from dutydesk.incidents.models import Incident, Maintenance
from dutydesk.kernel.periods import Period
from dutydesk.kernel.tables import Refusal
from testing.measured import MINUTE, VISITS, incident, measure
from testing.past_files import put, run, take_in, utc
from testing.world import Moving, World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("measure.availability")]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path / "desk", "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.wiring.clock", Moving(world))
    return world


def page(**changes: object) -> str:
    """Give what a status page tells of one scheduled maintenance that is over."""
    day = "2026-11-10T{}:00Z"
    told = {
        "id": "m1", "name": "New disks", "status": "completed", "impact": "maintenance",
        "scheduled_for": day.format("02:00"), "scheduled_until": day.format("05:00"),
        "created_at": "2026-11-01T09:00:00Z", "resolved_at": day.format("04:30"),
        "components": [{"name": "prison VISITS"}, {"name": "Unheard of"}],
        "incident_updates": [
            {"status": "scheduled", "body": "At night.", "display_at": "2026-11-01T09:00:00Z"},
            {"status": "in_progress", "body": "Begun.", "display_at": day.format("02:10")},
        ],
    } | changes  # fmt: skip
    return json.dumps({"scheduled_maintenances": [told]})


def test_what_a_status_page_planned_is_kept_as_planned_time_and_no_incident(
    world: World, tmp_path: Path
) -> None:
    incident(VISITS, start=utc("2026-11-02 00:00"), end=utc("2026-11-02 01:00"))
    file = put(tmp_path, planned_DOT_json=page()) / "planned.json"
    trial = take_in(file, "--dry-run")
    assert "1 new" in trial.stdout and "1 of them planned maintenance" in trial.stdout
    assert "planned maintenance: New disks, 2026-11-10 02:10 to 2026-11-10 04:30" in trial.stderr
    assert not Maintenance.objects.exists()
    told = take_in(file)
    assert told.exit_code == 0
    kept = Maintenance.objects.get()
    assert (kept.service.name, kept.reason, kept.message) == (VISITS, "New disks", "New disks")
    assert (kept.on_at, kept.off_at) == (utc("2026-11-10 02:10"), utc("2026-11-10 04:30"))
    assert Incident.objects.count() == 1, "the one of before"
    day = Period(utc("2026-11-10 00:00"), utc("2026-11-11 00:00"))

    def planned_and_down() -> tuple[int, int]:
        found = availability(day, at=world.at)
        tally = next(one.tally for one in found if one.service.name == VISITS)
        return tally.planned // MINUTE, tally.down // MINUTE

    assert planned_and_down() == (140, 0)
    measure(world, tmp_path / "desk", maintenance="down")
    assert planned_and_down() == (0, 140)
    assert "1 removed" in run("take-back", told.stdout.split()[-1]).stdout
    assert not Maintenance.objects.exists()


def test_told_again_it_is_changed_and_never_doubled_and_each_import_is_undone(
    world: World, tmp_path: Path
) -> None:
    file = put(tmp_path, planned_DOT_json=page()) / "planned.json"
    first = take_in(file).stdout.split()[-1]
    assert "0 new, 0 changed, 1 the same" in take_in(file).stdout
    put(tmp_path, planned_DOT_json=page(resolved_at="2026-11-10T06:00:00Z"))
    second = take_in(file)
    assert "0 new, 1 changed" in second.stdout
    assert Maintenance.objects.get().off_at == utc("2026-11-10 06:00")
    assert "0 removed, 1 as before" in run("take-back", second.stdout.split()[-1]).stdout
    assert Maintenance.objects.get().off_at == utc("2026-11-10 04:30")
    assert "1 removed" in run("take-back", first).stdout


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "scheduled", "resolved_at": None}, "left out: New disks: it is planned"),
        ({"components": []}, "no service here is named there (none)"),
        ({"resolved_at": "2026-11-10T02:10:00Z"}, "It ends before it begins"),
        ({"resolved_at": "soon"}, "planned.json, maintenance m1, ends “soon”"),
        ({"resolved_at": "", "scheduled_until": "2031-01-01T00:00:00Z"}, "still to come"),
        ({"resolved_at": "", "scheduled_until": ""}, "It isn't said when that was."),
    ],
)
def test_what_is_not_over_or_can_t_be_is_left_out_or_refused_by_name(
    world: World, tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    told = take_in(put(tmp_path, planned_DOT_json=page(**changes)) / "planned.json")
    assert said in told.stderr
    assert not Maintenance.objects.exists()


def test_upptime_s_window_is_read_from_its_comment_and_cstate_s_from_its_front_matter(
    world: World, tmp_path: Path
) -> None:
    body = (
        "We move.\n<!--\nstart: 2026-11-11T01:00:00+01:00\nend: 2026-11-11T02:00:00Z\n"
        "expectedDown: clusters\n-->"
    )
    issue = {
        "number": 7, "title": "New racks", "labels": [{"name": "maintenance"}], "body": body,
        "html_url": "https://github.com/example/up/issues/7", "closed_at": "2026-11-11T02:00:00Z",
    }  # fmt: skip
    notice = (
        "---\ntitle: {}\ndate: 2026-11-12T03:00:00Z\nresolved: true\ninformational: true\n"
        "resolvedWhen: 2026-11-12T04:00:00Z\naffected: [Prison visits]\nsection: issue\n---\n"
    )
    folder = put(
        tmp_path,
        **{"issues.json": json.dumps([issue]), "issues__work.md": notice.format("Planned upgrade"),
           "issues__note.md": notice.format("We moved our office")},
    )  # fmt: skip
    told = take_in(folder)
    assert "2 new" in told.stdout and "2 of them planned maintenance. 1 left out." in told.stdout
    assert "We moved our office: it only informs" in told.stderr
    rows = Maintenance.objects.order_by("on_at").values_list("service__name", "on_at", "off_at")
    assert list(rows) == [
        ("Clusters", utc("2026-11-11 00:00"), utc("2026-11-11 02:00")),
        (VISITS, utc("2026-11-12 03:00"), utc("2026-11-12 04:00")),
    ]
    assert not Incident.objects.exists()


def test_a_name_that_no_database_takes_is_refused_with_its_place(world: World) -> None:
    reading = LogReading(world.zone)
    sound = ToldMaintenance("a.md", "k", "Work", "2026-11-10T02:00Z", "2026-11-10T03:00Z", ())
    assert isinstance(read_maintenance(1, sound, reading), ImportedMaintenance)
    odd = ToldMaintenance("a.md", "k", "W\x00rk", "2026-11-10T02:00Z", "2026-11-10T03:00Z", ())
    found = read_maintenance(1, odd, reading)
    assert isinstance(found, Refusal)
    assert found.place == "a.md"
