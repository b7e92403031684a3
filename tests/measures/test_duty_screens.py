"""The screens of promises, support and on call: each figure opens, and who may see whose load."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.measures.flows.on_call import ON_CALL
from dutydesk.measures.flows.promises import PROMISES
from dutydesk.measures.flows.support import SUPPORT
from dutydesk.measures.rules.choices import containing
from dutydesk.measures.rules.figures import Subject
from dutydesk.oncall.models import Call, Page
from dutydesk.people.models import Engineer
from testing.asked import ask
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
QUERY = "?each=month&from=2026-11-01"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Give a world in which a question was asked in time, and Ada was called in the night."""
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    ask(world, "Uma", "How do I get access to the logs?")
    at = world.moment("2026-11-23T03:00")
    page = Page.objects.create(
        subject="alarm:1",
        title="=Disk is full",
        thread_key="1",
        raised_at=at,
        state="resolved",
        settled_at=at + timedelta(hours=1),
    )
    Call.objects.create(page=page, engineer=Engineer.objects.get(name="Ben"), round=1, at=at)
    return world


@pytest.mark.parametrize("subject", [PROMISES, SUPPORT, ON_CALL], ids=lambda one: one.name)
def test_each_figure_is_explained_on_a_screen_of_its_own(world: World, subject: Subject) -> None:
    ada = visit("Ada")
    screen = seen(ada.get(f"{subject.address}{QUERY}"))
    found = subject.figures(containing("month", world.at.date(), world.zone), at=world.at)
    for figure in found.figures:
        assert f"{figure.title} {figure.written}" in screen
        behind = ada.get(f"{subject.address}/{figure.name}{QUERY}")
        assert behind.status_code == 200, figure.name
        assert figure.title in seen(behind)
    for table in found.tables:
        answer = ada.get(f"{subject.address}{QUERY}&as=csv&table={table.name}")
        rows = list(csv.reader(io.StringIO(b"".join(answer).decode())))
        assert rows[0] == [column.exported for column in table.columns], table.name


def test_the_load_of_a_person_is_for_the_team_alone(world: World) -> None:
    team, user = visit("Ada"), visit("Uma")
    assert "What each person carried" in seen(team.get(f"/measures/on-call{QUERY}"))
    told = seen(user.get(f"/measures/on-call{QUERY}"))
    assert "Pages 1" in told
    for private in ("What each person carried", "Pages for each turn", "Ben"):
        assert private not in told
    assert user.get(f"/measures/on-call/per-turn{QUERY}").status_code == 404
    assert user.get(f"/measures/on-call{QUERY}&as=csv&table=people").status_code == 404


def test_what_people_wrote_is_no_formula_in_a_spreadsheet(world: World) -> None:
    answer = visit("Ada").get(f"/measures/on-call/pages{QUERY}&as=csv")
    assert "'=Disk is full" in b"".join(answer).decode()
