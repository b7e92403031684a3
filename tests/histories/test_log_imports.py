"""Logs are taken in as often as one likes, corrected ones too, and taken back."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner, Result

from dutydesk.cli import app
from dutydesk.incidents.models import Incident, IncidentImport, Note, Quarter
from testing.world import World

pytestmark = pytest.mark.django_db
HEADER = "quarter,incident,first_detected,declared,repaired,resolved"
APRIL = "Q2 2022,Outage of ci,2022-04-12T11:07:00Z,,,2022-04-12T12:20:00Z"
MAY = "Q2 2022,Outage of ci,2022-05-01T12:58:00Z,,,2022-05-01T13:59:00Z"


@pytest.fixture(autouse=True)
def _desk(tmp_path: Path) -> None:
    World(tmp_path / "desk", "2026-11-24T11:00")


def run(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(app, ["import", *words], input=given)


def take_in(
    folder: Path, *rows: str, header: str = HEADER, options: tuple[str, ...] = ()
) -> Result:
    file = folder / "log.csv"
    file.write_text("\n".join([header, *rows]))
    return run("incidents", str(file), *options)


def titles() -> list[tuple[str, str]]:
    rows = Incident.objects.order_by("detected").values_list("title", "detected")
    return [(title, f"{detected:%d %b %H:%M}") for title, detected in rows]


def test_a_second_file_takes_no_earlier_incident_away(tmp_path: Path) -> None:
    assert take_in(tmp_path, APRIL).exit_code == 0
    assert "1 new, 0 changed" in take_in(tmp_path, MAY).stdout
    assert titles() == [("Outage of ci", "12 Apr 11:07"), ("Outage of ci", "01 May 12:58")]
    assert "0 new, 0 changed, 2 the same" in take_in(tmp_path, MAY, APRIL).stdout


def test_a_corrected_row_corrects_its_incident(tmp_path: Path) -> None:
    take_in(tmp_path, APRIL, MAY)
    assert "1 changed, 1 the same" in take_in(tmp_path, APRIL.replace("11:07", "11:17"), MAY).stdout
    assert "1 changed" in take_in(tmp_path, MAY.replace("Outage of ci", "Jenkins was down")).stdout
    assert titles() == [("Outage of ci", "12 Apr 11:17"), ("Jenkins was down", "01 May 12:58")]


def test_another_of_the_same_day_is_refused_and_not_taken_for_a_correction(tmp_path: Path) -> None:
    take_in(tmp_path, APRIL)
    evening = APRIL.replace("T11:07", "T18:30").replace("T12:20", "T19:00")
    told = take_in(tmp_path, evening)
    assert (
        told.exit_code == 1 and "0 new, 0 changed, 0 the same as before, 1 refused" in told.stdout
    )
    said = "has the same quarter, name and day, and went from 12:07 to 13:20: this may be another."
    assert "row 2" in told.stderr and said in told.stderr
    assert "1 new" in take_in(tmp_path, evening.replace("of ci", "of ci again")).stdout
    assert titles() == [("Outage of ci", "12 Apr 11:07"), ("Outage of ci again", "12 Apr 18:30")]
    later = APRIL.replace("T11:07", "T11:37").replace("T12:20", "T12:40")
    assert "1 changed" in take_in(tmp_path, later).stdout, "it was put right by half an hour"


def test_an_id_of_the_log_s_own_is_what_counts(tmp_path: Path) -> None:
    header = f"{HEADER},id,team"
    take_in(tmp_path, f"{APRIL},7,Build", header=header)
    told = take_in(tmp_path, f"{MAY.replace('of ci', 'of Jenkins')},7,Build", header=header)
    assert "1 changed" in told.stdout
    assert titles() == [("Outage of Jenkins", "01 May 12:58")]
    assert "kept with the import, and not used: team" in told.stderr
    batch = IncidentImport.objects.latest("pk")
    assert batch.rows.get().row["team"] == "Build"


def test_priority_services_and_impact_are_taken_in_where_the_log_says_them(tmp_path: Path) -> None:
    header = f"{HEADER},priority,services,user_impact"
    told = take_in(tmp_path, f'{APRIL},High,"prison visits, Mail",no', f"{MAY},,,", header=header)
    assert "No service here is called “Mail”." in told.stderr
    first, other = Incident.objects.order_by("detected")
    assert (first.priority, first.user_impact) == ("high", False)
    assert [service.name for service in first.services.all()] == ["Prison visits"]
    assert (other.priority, other.user_impact, other.services.count()) == ("", True, 0)
    Incident.objects.filter(pk=other.pk).update(priority="normal")
    again = take_in(tmp_path, f"{APRIL},normal,,no", f"{MAY},,,", header=header)
    assert "1 changed, 1 the same" in again.stdout
    first.refresh_from_db()
    other.refresh_from_db()
    assert (first.priority, first.services.count(), other.priority) == ("normal", 1, "normal")
    run("take-back", again.stdout.split()[-1])
    first.refresh_from_db()
    assert first.priority == "high"


def test_a_trial_says_what_would_be_and_keeps_nothing(tmp_path: Path) -> None:
    told = take_in(tmp_path, APRIL, "Q2 2022,No time,,,,", options=("--dry-run",))
    assert told.exit_code == 1
    assert "1 new, 0 changed, 0 the same as before, 1 refused" in told.stdout
    assert "Nothing was kept" in told.stdout
    assert Incident.objects.count() == 0
    assert IncidentImport.objects.count() == 0


def test_an_import_is_taken_back_as_one(tmp_path: Path) -> None:
    take_in(tmp_path, APRIL)
    told = take_in(tmp_path, APRIL.replace("12:20", "12:40"), MAY)
    number = told.stdout.split()[-1]
    assert f"{number}: log.csv, " in run("take-back").stdout
    assert "1 removed, 1 as before, 0 stay." in run("take-back", number).stdout
    assert titles() == [("Outage of ci", "12 Apr 11:07")]
    assert f"{Incident.objects.get().resolved:%H:%M}" == "12:20"
    again = run("take-back", number)
    assert again.exit_code == 1
    assert "taken back already" in str(again.exception)
    assert "There is no import 99" in str(run("take-back", "99").exception)


def test_what_was_changed_here_since_stays_when_an_import_is_taken_back(tmp_path: Path) -> None:
    told = take_in(tmp_path, APRIL, MAY)
    Incident.objects.filter(detected__month=4).update(title="Jenkins was down")
    back = run("take-back", told.stdout.split()[-1])
    assert "stays, since it was changed here: Jenkins was down" in back.stderr
    assert titles() == [("Jenkins was down", "12 Apr 11:07")]


def test_how_a_log_is_to_be_read_is_said(tmp_path: Path) -> None:
    row = "Q4 2021,Slow,03/11/2021 15:30,,,05/01/2022 16:00"
    refused = take_in(tmp_path, row)
    assert "ambiguous" in refused.stderr
    options = ("--day-first", "--zone", "America/New_York", "--longest", "90 days")
    assert take_in(tmp_path, row, options=options).stderr == ""
    assert titles() == [("Slow", "03 Nov 19:30")]
    for option, wrong in (("--zone", "Middle/Earth"), ("--longest", "ages")):
        told = take_in(tmp_path, row, options=(option, wrong))
        assert told.exit_code == 2
        assert wrong in told.stderr


def test_a_log_comes_from_a_pipe_too(tmp_path: Path) -> None:
    assert "1 new" in run("incidents", "-", given=f"{HEADER}\n{APRIL}\n").stdout


def test_a_long_log_takes_as_long_as_it_takes_however_hasty_the_server_is(tmp_path: Path) -> None:
    words = "incidents", str(tmp_path / "log.csv")
    (tmp_path / "log.csv").write_text(f"{HEADER}\n{APRIL}")
    with connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute("SET LOCAL statement_timeout = '1h'")
            told = run(*words)
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("0",)
            words = "take-back", told.stdout.split()[-1]


def test_quarters_that_can_t_be_read_are_named_and_odd_ones_pointed_at(tmp_path: Path) -> None:
    file = tmp_path / "quarters.csv"
    published = (
        "published_mean_time_to_repair,published_mean_time_to_resolve,repair_min,resolve_min"
    )
    rows = "spring,1,1h,1h,,\nQ1 2022,3,1h 22m,,83,\n"
    file.write_text(f"quarter,incidents_listed,{published}\n{rows}")
    told = take_in(tmp_path, APRIL, options=("--quarters", str(file)))
    assert told.exit_code == 1
    assert "row 2, quarter “spring”" in told.stderr
    odd = "kept, but unusual: Q1 2022: repair_min is 83, but the published mean is 1h22m."
    assert odd in told.stderr


def test_an_id_that_begins_as_another_one_does_is_another_s(tmp_path: Path) -> None:
    header = f"{HEADER},id"
    take_in(tmp_path, f"{APRIL},42/1", f"{MAY},42", header=header)
    assert "1 the same" in take_in(tmp_path, f"{MAY},42", header=header).stdout


def test_an_incident_that_somebody_wrote_about_stays(tmp_path: Path) -> None:
    told = take_in(tmp_path, APRIL, MAY)
    first = Incident.objects.earliest("detected")
    when = first.began
    assert when is not None
    Note.objects.create(incident=first, happened_at=when, at=when, text="A fuse", by="Ada")
    back = run("take-back", told.stdout.split()[-1])
    assert "1 removed, 0 as before, 1 stay." in back.stdout


def quarters(folder: Path, *rows: str) -> tuple[str, str]:
    means = "published_mean_time_to_repair,published_mean_time_to_resolve"
    file = folder / "quarters.csv"
    file.write_text("\n".join([f"quarter,incidents_listed,{means}", *rows]))
    return "--quarters", str(file)


def test_what_was_published_of_quarters_is_taken_back_with_its_import(tmp_path: Path) -> None:
    first = take_in(tmp_path, options=quarters(tmp_path, "Q1 2022,3,1h,2h"))
    longer = quarters(tmp_path, "Q4 2021,2,,5h", "Q1 2022,4,1h 30m,2h")
    second = take_in(tmp_path, options=longer)
    again = take_in(tmp_path, options=longer)
    assert "take-back" not in again.stdout, "it changed nothing"
    assert "1 removed, 1 as before, 0 stay." in run("take-back", second.stdout.split()[-1]).stdout
    one = Quarter.objects.get()
    assert (one.quarter, one.listed, one.mean_repair) == ("Q1 2022", 3, timedelta(hours=1))
    assert "1 removed, 0 as before, 0 stay." in run("take-back", first.stdout.split()[-1]).stdout
    assert not Quarter.objects.exists()
    trial = take_in(tmp_path, options=(*longer, "--dry-run"))
    assert (trial.exit_code, Quarter.objects.count()) == (0, 0)


def test_a_row_is_looked_for_by_as_short_a_statement_however_long_the_log(tmp_path: Path) -> None:
    rows = [
        APRIL.replace("of ci", f"of {n:03}").replace("T11:07", f"T11:{n % 60:02}")
        for n in range(100, 160)
    ]
    with CaptureQueriesContext(connection) as asked:
        assert "60 new" in take_in(tmp_path, *rows).stdout
    looked = [len(one["sql"]) for one in asked.captured_queries if "FOR UPDATE" in one["sql"]]
    assert len(looked) >= 60
    assert max(looked[-4:]) <= max(looked[:4])
