"""Logs of requests from before the desk, taken in and counted."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.cli import app
from dutydesk.desk.models import ImportedRequests, Question
from dutydesk.desk.rules.requests import Request, read_requests
from dutydesk.kernel.tables import Refusal
from dutydesk.people.models import Account
from testing.screens import squeezed
from testing.world import World

LOG = Path(__file__).parent.parent / "data" / "desk" / "support-requests.csv"
TODAY = date(2026, 11, 24)


def take_in(file: Path, code: int = 0) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["import", "requests", str(file), "--json"])
    assert result.exit_code == code, result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def measures(client: Client) -> str:
    client.force_login(Account.objects.get(name="Uma"))
    asked = {"each": "range", "from": "2023-10-01", "to": "2026-11-30"}
    return squeezed(client.get("/measures/requests", asked).content.decode())


@pytest.mark.django_db
def test_a_real_log_is_taken_in_once_however_often(tmp_path: Path, client: Client) -> None:
    World(tmp_path, "2026-11-24T11:00")
    assert "dutydesk import requests FILE.csv" in measures(client)
    rows = len(LOG.read_text().splitlines()) - 1
    first = take_in(LOG)
    assert (first["read"], first["new"], first["same"], first["refused"]) == (rows, rows, 0, [])
    assert first["spellings"] - first["kinds"] == len(first["respelt"]) == 3
    again = take_in(LOG)
    assert (again["new"], again["same"], again["gone"]) == (0, rows, 0)
    page = measures(client)
    assert f'<p class="huge num">{rows}</p>' in page
    assert f"of {first['kinds']} kinds" in page
    assert "infomation for information" in page
    assert page.count('data-label="Differs in"') == 3


@pytest.mark.django_db
def test_a_corrected_log_replaces_its_days(tmp_path: Path) -> None:
    World(tmp_path, "2026-11-24T11:00")
    file = tmp_path / "log.csv"
    file.write_text("Type,Action,Date\nA,one,2025-01-01\nA,one,2025-01-01\nA,two,2025-01-02\n")
    take_in(file)
    file.write_text("Type,Action,Date\nA,One,2025-01-01\nA,one,2025-01-01\n")
    told = take_in(file)
    assert (told["new"], told["same"], told["gone"]) == (1, 1, 1)
    kept = ImportedRequests.objects.order_by("on", "action").values_list("action", "count")
    assert sorted(kept) == [("One", 1), ("one", 1), ("two", 1)]


@pytest.mark.django_db
def test_rows_that_cannot_be_read_are_refused_by_row_and_field(tmp_path: Path) -> None:
    World(tmp_path, "2026-11-24T11:00")
    file = tmp_path / "log.csv"
    file.write_text("Type,Action,Date\nA,,2025-02-30\nA,one,2025-01-01\nA,one\n")
    told = take_in(file, code=1)
    assert told["new"] == 1
    assert [(f["row"], f["field"]) for f in told["refused"]] == [
        (2, "action"),
        (2, "date"),
        (4, "date"),
    ]
    plain = CliRunner().invoke(app, ["import", "requests", str(file)])
    assert "row 2, date “2025-02-30”: That is no day." in plain.output
    assert "0 new, 1 the same as before, 0 no longer in the log, 2 rows refused" in plain.output


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "When,What\n1,2\n", 'Type,Action,Date\n"a', "\ud800"])
def test_what_is_no_such_log_is_refused_whole(tmp_path: Path, text: str) -> None:
    World(tmp_path, "2026-11-24T11:00")
    file = tmp_path / "log.csv"
    file.write_bytes(
        text.encode("utf-16-le", "surrogatepass") if text == "\ud800" else text.encode()
    )
    result = CliRunner().invoke(app, ["import", "requests", str(file)])
    assert result.exit_code == 2
    assert not ImportedRequests.objects.exists()
    assert CliRunner().invoke(app, ["import", "requests", "/nowhere"]).exit_code == 2


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("A,b,01/02/2025", "date"),
        ("A,b,20250102", "date"),
        ("A,b,2026-11-25", "date"),
        ("A,b,1999-12-31", "date"),
        ("A,b,", "date"),
        (f"A,{'b' * 201},2025-01-01", "action"),
        (f"{'a' * 101},b,2025-01-01", "type"),
        (",b,2025-01-01", "type"),
    ],
)
def test_no_day_or_kind_is_guessed(row: str, field: str) -> None:
    (found,) = read_requests(["Type,Action,Date\n", row], today=TODAY)
    assert isinstance(found, Refusal)
    assert (found.row, found.field) == (2, field)


def test_spaces_around_and_within_are_tidied() -> None:
    (found,) = read_requests(["Date,Type,Action\n", "2025-01-02 , A  b,  c   d "], today=TODAY)
    assert found == Request("A b", "c d", date(2025, 1, 2))


@pytest.mark.django_db
def test_the_desks_own_questions_count_by_their_kind(tmp_path: Path, client: Client) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    uma = Author.of(world.person("Uma"))
    for text in ("May I have access?", "What is a pod?"):
        world.forward(minutes=5)
        people_posts.post(by=uma, channel="#ask-cloud-platform", text=text, at=world.at)
        world.settle()
    world.press("Ada", "question.solve", Question.objects.earliest("pk").about)
    file = tmp_path / "log.csv"
    file.write_text("Type,Action,Date\nA,access,2026-11-02\n")
    take_in(file)
    page = measures(client)
    assert '<p class="huge num">3</p>' in page
    assert "of 2 kinds" in page
    assert "the most, 2, in 2026" in page
    assert ">Kind not known</p>" in page
