"""The measures, as the page shows them, on a real log and on none."""

import json
from pathlib import Path

import pytest
from django.test import Client
from typer.testing import CliRunner

from dutydesk.cli import app
from dutydesk.incidents.models import Incident
from dutydesk.people.models import Account
from testing.screens import squeezed
from testing.world import World

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent.parent / "data" / "incidents"


def page(client: Client, clock: str = "elapsed") -> str:
    client.force_login(Account.objects.get(name="Ada"))
    asked = {"each": "year", "from": "2023-01-01", "clock": clock}
    answer = client.get("/measures/incidents", asked)
    assert answer.status_code == 200
    return squeezed(answer.text)


def take_in(*options: str) -> dict[str, object]:
    words = ["import", "incidents", str(DATA / "incident-log.csv"), "--json", *options]
    words += ["--quarters", str(DATA / "incident-quarters.csv")]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == (0 if options else 1), "some rows are refused"
    told: dict[str, object] = json.loads(result.stdout)
    return told


@pytest.mark.clause("measure.recovery", "measure.incidents")
def test_a_real_log_is_taken_in_once_and_shown_beside_what_was_published(
    client: Client, tmp_path: Path
) -> None:
    World(tmp_path, "2026-11-24T11:00")
    first = take_in()
    assert first["counts"] == {"new": 34, "refused": 5}
    rows = [
        fault["row"]
        for row in first["incidents"]  # type: ignore[attr-defined]
        for fault in row.get("faults", [])[:1]
    ]
    assert rows == [6, 13, 18, 27, 28]
    assert take_in()["counts"] == {"same": 34, "refused": 5}
    assert Incident.objects.count() == 34
    shown = page(client)
    assert "priority not known" in shown
    assert "in elapsed time" in shown
    assert "in support hours" in page(client, "support")


@pytest.mark.clause("measure.recovery")
def test_of_a_real_log_as_it_is_all_quarters_but_one_follow_on_the_page(
    client: Client, tmp_path: Path
) -> None:
    World(tmp_path, "2026-11-24T11:00")
    client.force_login(Account.objects.get(name="Ada"))
    take_in()
    shown = squeezed(client.get("/measures/published").text)
    assert "incidents could be read" in shown, "which is what explains it until then"
    told = take_in("--without-wrong-times")
    assert told["counts"] == {"new": 5, "same": 34}
    doubted = Incident.objects.get(title="Prometheus on live cluster down", quarter="Q3 2023")
    assert doubted.resolved is None and doubted.repaired is not None, "no time is guessed"
    assert "It was resolved “2023-09-25 15:55”: left out." in doubted.warnings[0]
    shown = squeezed(client.get("/measures/published").text)
    assert "incidents could be read" not in shown
    figure = client.get("/measures/published?as=json")
    body = b"".join(figure.streaming_content)  # type: ignore[attr-defined]
    (follow,) = json.loads(body)["figures"]
    assert (follow["value"], follow["of"]) == (15, "of 16 with a published mean")
    assert "carried over from there" in shown, "and the one that does not is explained"


def test_a_file_that_is_no_log_is_refused_in_one_line(tmp_path: Path) -> None:
    World(tmp_path, "2026-11-24T11:00")
    wrong = tmp_path / "log.csv"
    wrong.write_text("a,b\n1,2\n")
    result = CliRunner().invoke(app, ["import", "incidents", str(wrong)])
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert not Incident.objects.exists()


@pytest.mark.clause("measure.recovery")
def test_published_figures_have_a_screen_only_where_there_are_any(
    client: Client, tmp_path: Path
) -> None:
    World(tmp_path, "2026-11-24T11:00")
    client.force_login(Account.objects.get(name="Ada"))
    assert client.get("/measures/published").status_code == 404
    assert "/measures/published" not in client.get("/measures/").content.decode()
    take_in()
    assert "/measures/published" in client.get("/measures/").content.decode()
    shown = squeezed(client.get("/measures/published").content.decode())
    assert "It was counted in support hours." in shown
    assert "carried over from there" in shown
