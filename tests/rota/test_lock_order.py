"""Whatever changes rotas holds them before it locks or writes a row of its own: no two cross."""

import ast
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dutydesk.kernel.periods import Period
from dutydesk.rota import flows
from dutydesk.rota.flows import edits, imports, shift_corrections, swaps, upkeep
from dutydesk.rota.models import Outlook, Override, ShiftCorrection, Swap
from testing.calendars import Event, calendar
from testing.world import World, number

LOCKS = re.compile(r"(INSERT INTO|UPDATE|DELETE FROM|SELECT.*FOR (NO KEY )?UPDATE)", re.DOTALL)
TABLE = re.compile(r"(?:FROM|INTO|UPDATE) \"(rota_\w+)\"")
CALENDAR = calendar(Event("d", "On Call - Cy", "2026-12-14T10:00", "2026-12-21T10:00"))
FIRST = "rota_outlook"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-23T08:00")
    world.shifts(primary="Ada", secondary="Ben")
    return world


def locked(do: Callable[[], object]) -> list[str]:
    """Give what is said to the database that locks or writes rows of rotas, in its order."""
    with CaptureQueriesContext(connection) as asked:
        do()
    said = [query["sql"] for query in asked.captured_queries if LOCKS.match(query["sql"])]
    return [sql for sql in said if TABLE.search(sql)]


def first_table(do: Callable[[], object]) -> str:
    found = TABLE.search(locked(do)[0])
    assert found is not None
    return found[1]


def called(function: ast.FunctionDef, among: dict[str, ast.FunctionDef]) -> set[str]:
    """Give what a function calls by its name alone, itself or by its module's private functions."""
    names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    for name in names & among.keys():
        if name.startswith("_"):
            names |= called(among[name], {key: one for key, one in among.items() if key != name})
    return names


def test_every_flow_that_works_rotas_out_again_holds_them_first() -> None:
    found: list[str] = []
    loose: list[str] = []
    for file in sorted(Path(flows.__path__[0]).glob("*.py")):
        module = ast.parse(file.read_text(encoding="utf-8"))
        own = {one.name: one for one in module.body if isinstance(one, ast.FunctionDef)}
        for name, function in own.items():
            if name.startswith("_") or name == "rebuild" or "rebuild" not in called(function, own):
                continue
            held = any(ast.unparse(one) == "rota_lock.held" for one in function.decorator_list)
            (found if held else loose).append(f"{file.stem}.{name}")
    assert loose == []
    assert len(found) > 15


@pytest.mark.django_db
@pytest.mark.clause("oncall.rota")
def test_what_is_taken_back_taken_over_and_taken_in_locks_in_one_order(world: World) -> None:
    later, day = world.at + timedelta(days=3), timedelta(days=1)
    span = Period(later, later + day)
    cy, ada = number("Cy"), number("Ada")
    edits.override(duty="primary", span=span, add=cy, remove=ada, at=world.at, by="Ada")
    made = Override.objects.latest("pk").pk
    assert first_table(lambda: edits.undo(number=made, at=world.at, by="Ada")) == FIRST
    swaps.offer(duty="primary", span=span, engineer=ada, asked=None, at=world.at)
    offer = Swap.objects.latest("pk").pk
    assert first_table(lambda: swaps.take(swap=offer, engineer=cy, at=world.at)) == FIRST
    taking = partial(imports.take_in, text=CALENDAR, duty="primary", instead=True)
    assert first_table(lambda: taking(at=world.at, by="Ada")) == FIRST


@pytest.mark.django_db
def test_who_looks_after_rotas_waits_for_nobody_and_holds_them_in_that_order(world: World) -> None:
    upkeep.look_after(at=world.at)
    Outlook.objects.update(look_at=world.at)
    tried, held, *_ = locked(lambda: upkeep.look_after(at=world.at))
    assert "SKIP LOCKED" in tried and "LIMIT 1" in tried, "one row, the first, is tried"
    assert "SKIP LOCKED" not in held and 'ORDER BY "rota_outlook"."duty"' in held


@pytest.mark.django_db
@pytest.mark.clause("oncall.rota")
def test_who_puts_the_past_right_holds_it_so_that_no_time_is_paid_twice(world: World) -> None:
    past = Period(world.at - timedelta(hours=3), world.at)
    putting = partial(shift_corrections.correct, duty="primary", span=past, why="Ada was ill.")
    cy, ada = number("Cy"), number("Ada")
    assert first_table(lambda: putting(add=cy, remove=ada, at=world.at, by="Ada")) == FIRST
    made = ShiftCorrection.objects.get().pk
    undo = partial(shift_corrections.undo, number=made)
    assert first_table(lambda: undo(at=world.at, by="Ada")) == FIRST


@pytest.mark.django_db
def test_of_two_who_begin_to_use_rotas_at_once_the_second_finds_what_the_first_made(
    tmp_path: Path,
) -> None:
    """There is no row to wait for yet, so that one source would be taken in twice, unseen."""
    world = World(tmp_path, "2026-11-23T08:00")
    assert not Outlook.objects.exists()
    before: list[str] = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            imports.take_in(text=CALENDAR, duty="primary", at=world.at, by="Ada")
        said = [query["sql"] for query in asked.captured_queries]
        made = next(n for n, sql in enumerate(said) if 'INSERT INTO "rota_rotaimport"' in sql)
        before.append(" ".join(said[:made]))
    assert "pg_advisory_xact_lock" in before[0]
    assert "pg_advisory_xact_lock" not in before[1], "from then on its rows are waited for"
