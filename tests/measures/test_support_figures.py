"""How support went, on the support clock: the same figures as each question's own."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from dutydesk.chat.models import Channel, Post
from dutydesk.desk.models import PastAnswer, Question, Ticket
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.messages import Message
from dutydesk.measures.flows import tallies
from dutydesk.measures.flows.support import SUPPORT
from dutydesk.measures.rules.charts import Dots
from dutydesk.measures.rules.choices import containing, day_range
from dutydesk.measures.rules.distributions import percentile
from dutydesk.measures.rules.figures import Figure, SubjectFigures
from dutydesk.measures.rules.tables import FigureLine, FigureTable
from dutydesk.people.models import Account, Engineer, Team
from dutydesk.process.flows import process
from dutydesk.rota.models import Shift
from testing.tries import tries
from testing.world import World

pytestmark = pytest.mark.django_db
MINUTES = st.integers(0, 60 * 24 * 9)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-30T18:00")


def shown(world: World, month: int = 11) -> SubjectFigures:
    choice = containing("month", date(2026, month, 1), world.zone)
    found = SUPPORT.figures(choice, at=world.at)
    assert isinstance(found, SubjectFigures)
    return found


def figure(world: World, name: str) -> Figure:
    found = shown(world).figure(name)
    assert found is not None
    return found


def asked(world: World, local: str, *, after: tuple[str, str] = ("", ""), **facts: Any) -> Question:
    """Make a question that was asked then, answered and solved at these times, if at all."""
    number = Post.objects.count()
    at, (answered, solved) = world.moment(local), after
    post = Post.objects.create(
        key=f"q{number}", channel=Channel.objects.get_or_create(name="#ask")[0], author="Uma",
        message=Message(f"How do I do number {number}?").as_json(), at=at,
    )  # fmt: skip
    state = "solved" if solved else ("answered" if answered else "open")
    return Question.objects.create(
        post=post,
        asked_at=at,
        answered_at=world.moment(answered) if answered else None,
        solved_at=world.moment(solved) if solved else None,
        **{"state": state, **facts},
    )


def rows(figure: Figure) -> list[FigureLine]:
    assert figure.made_of is not None
    found = figure.made_of.first(99)
    assert len(found) == figure.made_of.count
    return found


def told(world: World, question: Question, kind: str, local: str) -> None:
    JournalEntry.objects.create(
        at=world.moment(local), kind=kind, subject=question.about, actor="Uma", text="It was so"
    )


def ticket(question: Question) -> None:
    Ticket.objects.create(
        question=question, title="Longer", body="", label="", column="", asked_by="Uma",
        raised_by="Ada", raised_at=question.asked_at, moved_at=question.asked_at,
    )  # fmt: skip


def test_a_question_counts_where_it_was_asked_and_on_the_support_clock(world: World) -> None:
    asked(world, "2026-10-31T23:59", after=("2026-11-02T11:00", "2026-11-02T11:01"))
    asked(world, "2026-11-02T09:00", after=("2026-11-02T10:30", "2026-11-03T10:30"))
    asked(world, "2026-11-02T10:00", after=("2026-11-02T10:10", "2026-11-02T10:20"))
    asked(world, "2026-12-01T00:00")
    asked(world, "2026-11-04T12:00", state="withdrawn")
    asked(world, "2026-11-05T12:00")
    questions = figure(world, "questions")
    assert (questions.value, questions.before, questions.of) == (3, 1, "2 solved, 1 still open")
    assert questions.left_out[0].count == 1
    answer, solution = figure(world, "to-answer"), figure(world, "to-solution")
    clock = process.in_force().clock("support")
    lengths = sorted(
        clock.between(one.asked_at, one.solved_at)
        for one in Question.objects.filter(solved_at__isnull=False)[1:]
        if one.solved_at
    )
    assert solution.value == sum(lengths, timedelta()) / 2
    assert [line.cells[3] for line in rows(solution)] == lengths[::-1]
    assert answer.value == timedelta(minutes=20), "what was asked before it opened waits for that"
    assert answer.left_out[0].rows is not None
    assert len(answer.left_out[0].rows.first(9)) == answer.left_out[0].count == 1
    assert figure(world, "in-channel").value == 1.0


@tries(5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(MINUTES, MINUTES, MINUTES), min_size=1, max_size=12))
def test_the_figures_are_those_of_a_slow_count(
    world: World, times: list[tuple[int, int, int]]
) -> None:
    Question.objects.all().delete()
    start = world.moment("2026-11-03T00:00")
    for begins, first, then in times:
        one = asked(world, "2026-11-03T00:00")
        one.asked_at = start + timedelta(minutes=begins)
        one.answered_at = one.asked_at + timedelta(minutes=first)
        one.solved_at, one.state = one.answered_at + timedelta(minutes=then), "solved"
        one.save()
    clock, limit = process.in_force().clock("support"), process.in_force().ask.quick_limit
    found = [(one.asked_at, one.answered_at, one.solved_at) for one in Question.objects.all()]
    helped = [clock.between(b, c) for _, b, c in found if b and c]
    for name, lengths in (
        ("to-answer", sorted(clock.between(a, b) for a, b, _ in found if b)),
        ("to-solution", sorted(clock.between(a, c) for a, _, c in found if c)),
    ):
        mean = sum(lengths, timedelta()) / len(lengths)
        shown_ = figure(world, name)
        assert isinstance(shown_.value, timedelta)
        assert abs(shown_.value - percentile(lengths, 0.5)) < timedelta(seconds=1)
        (dots,) = (one for one in shown(world).charts if one.name == f"{name[3:]}-dots")
        assert isinstance(dots, Dots)
        assert dots.found is not None
        assert abs(dots.found.mean - mean) < timedelta(seconds=1)
        assert abs(dots.found.p90 - percentile(lengths, 0.9)) < timedelta(seconds=1)
    over = [length for length in helped if length > limit]
    assert figure(world, "over").value == len(over) / len(helped)


@pytest.mark.clause("ask.quick")
def test_the_quick_limit_does_not_count_while_the_asker_is_waited_for(world: World) -> None:
    waited = asked(world, "2026-11-02T11:00", after=("2026-11-02T11:00", "2026-11-02T11:40"))
    told(world, waited, "question.waiting", "2026-11-02T11:05")
    told(world, waited, "question.resumed", "2026-11-02T11:35")
    late = asked(world, "2026-11-02T11:00", after=("2026-11-02T11:00", "2026-11-02T11:40"))
    ticket(late)
    open_ = asked(world, "2026-11-05T11:00", after=("2026-11-05T11:00", ""))
    asked(world, "2026-11-06T11:00")
    over = figure(world, "over")
    assert over.title == "Longer than 15 minutes"
    assert over.of == "of 3: 2 took longer, of which 1 have a ticket"
    assert [line.address for line in rows(over)] == [
        f"/questions/{open_.pk}",
        f"/questions/{late.pk}",
    ]
    assert [one.count for one in over.left_out] == [1]
    assert figure(world, "in-channel").of == "of 2: 1 without a ticket, 1 with one"


def test_kinds_teams_and_hours_add_up(world: World) -> None:
    uma = Account.objects.get(name="Uma")
    uma.team = Team.objects.get()
    uma.save()
    asked(world, "2026-11-02T10:59", kind="how-to", asker=uma)
    asked(world, "2026-11-02T10:00", kind="how-to", asker=uma)
    asked(world, "2026-11-08T23:59")
    found = shown(world)
    by_kind, by_team = found.tables
    assert [line.cells[:2] for line in by_kind.first(9)][1] == ("Kind not known", 1)
    assert [line.cells[:2] for line in by_team.first(9)] == [("Prisons", 2), ("Team not known", 1)]
    grid = found.charts[0].table.first(9)
    assert grid[0].cells[11] == 2, "Monday at ten"
    assert grid[6].cells[24] == 1, "Sunday before midnight"
    assert sum(cell for line in grid for cell in line.cells[1:] if isinstance(cell, int)) == 3


def test_past_answers_and_reopenings_count_where_they_were(world: World) -> None:
    first, second = asked(world, "2026-11-02T11:00"), asked(world, "2026-11-03T11:00")
    third = asked(world, "2026-11-04T11:00")
    offers = ((second, first, True), (third, first, False), (third, second, False))
    for new, past, helped in offers:
        PastAnswer.objects.create(
            question=new, past=past, likeness=0.5, offered_at=new.asked_at,
            helped_at=new.asked_at if helped else None,
        )  # fmt: skip
    told(world, first, "question.reopened", "2026-11-05T11:00")
    told(world, first, "question.reopened", "2026-11-06T11:00")
    told(world, first, "question.reopened", "2026-12-06T11:00")
    offered = figure(world, "past-answers")
    assert (offered.value, len(rows(offered))) == (0.5, 3)
    reopened = figure(world, "reopened")
    assert (reopened.value, reopened.of) == (2, "of 1 question")
    assert len(rows(reopened)) == 2


def test_hours_of_support_with_nobody_on_are_told_to_the_minute(world: World) -> None:
    assert figure(world, "cover").value is None, "no shift is on record"
    ada = Engineer.objects.get(name="Ada")
    for start, end in (
        ("2026-11-30T08:00", "2026-11-30T11:30"),
        ("2026-11-30T12:00", "2026-12-09T18:00"),
    ):
        Shift.objects.create(
            duty="support", engineer=ada, start=world.moment(start), end=world.moment(end)
        )
    found = figure(world, "cover")
    (hole,) = rows(found)
    assert hole.cells[1:] == (
        world.moment("2026-11-30T11:30"),
        world.moment("2026-11-30T12:00"),
        timedelta(minutes=30),
    )
    declared = (
        process.in_force()
        .clock("support")
        .between(world.moment("2026-11-30T08:00"), world.moment("2026-12-01T00:00"))
    )
    assert found.value == 1 - timedelta(minutes=30) / declared


def test_however_many_there_are_it_takes_the_same_few_statements(world: World) -> None:
    with CaptureQueriesContext(connection) as few:
        shown(world)
    for _ in range(20):
        asked(world, "2026-11-02T11:00", after=("2026-11-02T11:01", "2026-11-02T11:40"))
    with CaptureQueriesContext(connection) as many:
        shown(world)
    assert len(many) <= len(few) + 6, "two pictures have dots now"


def test_a_figure_alone_is_the_same_and_looks_for_less(world: World) -> None:
    for day in range(10, 20):
        asked(world, f"2026-11-{day}T11:00", after=(f"2026-11-{day}T11:01", f"2026-11-{day}T16:40"))
    asked(world, "2026-11-20T11:00", state="withdrawn")
    asked(world, "2026-11-21T11:00")
    choice = containing("month", date(2026, 11, 1), world.zone)
    with CaptureQueriesContext(connection) as whole:
        every = shown(world).figures
    for one in every:
        with CaptureQueriesContext(connection) as few:
            alone = SUPPORT.alone(choice, one.name, at=world.at)
        assert alone is not None and len(few) < len(whole) / 2, one.name
        assert replace(alone, made_of=None, left_out=()) == replace(one, made_of=None, left_out=())
        assert [list(table.read()) for table in tables_of(alone)] == [
            list(table.read()) for table in tables_of(one)
        ]
    assert SUPPORT.alone(choice, "of nothing", at=world.at) is None


def tables_of(figure: Figure) -> list[FigureTable]:
    left = [one.rows for one in figure.left_out]
    return [one for one in (figure.made_of, *left) if one is not None]


def test_the_longest_of_years_are_found_without_a_statement_for_each_day(world: World) -> None:
    for number in range(12):
        day = date(2026, 2 + number // 2, 3 + 7 * (number % 2))
        question = asked(world, f"{day}T11:00", after=(f"{day}T11:01", f"{day}T16:{10 + number}"))
        told(world, question, "question.waiting", f"{day}T12:00")
        told(world, question, "question.resumed", f"{day}T12:{10 + number % 3}")
    tallies.tally_all(at=world.at)
    choice = day_range(date(2026, 1, 1), date(2026, 11, 30), world.zone)
    for name in ("to-answer", "to-solution", "over"):
        alone = SUPPORT.alone(choice, name, at=world.at)
        assert alone is not None and alone.made_of is not None
        with CaptureQueriesContext(connection) as few:
            longest = alone.made_of.first(5)
        assert longest == list(alone.made_of.read())[:5]
        assert len(longest) == 5 and len(few) < 8, name
