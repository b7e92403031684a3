"""A figure that is worked out alone is the one among all of its subject, and asks for less."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dutydesk.chat.models import Channel, Post
from dutydesk.desk.models import Question
from dutydesk.incidents.models import Incident
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.messages import Message
from dutydesk.measures.flows import reports, tallies
from dutydesk.measures.flows.overview import tiles
from dutydesk.measures.flows.subjects import SUBJECTS
from dutydesk.measures.models import MonthlyReport, TalliedDay
from dutydesk.measures.rules.choices import PeriodChoice, containing, day_range
from dutydesk.measures.rules.figures import Figure, Subject
from dutydesk.measures.rules.tables import FigureLine
from dutydesk.oncall.models import Call, Page
from dutydesk.people.models import Engineer
from dutydesk.rota.models import Shift
from testing.world import World

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NUMBERS = count(1)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """There is a desk with three months of shifts, pages, incidents and questions."""
    world = World(tmp_path, "2026-11-30T18:00")
    begun = world.moment("2026-09-02T10:00")
    for week in range(13):
        start = begun + timedelta(days=7 * week)
        for place, duty in enumerate(("primary", "secondary")):
            who = Engineer.objects.get(name=("Ada", "Ben", "Cy")[(week + place) % 3])
            Shift.objects.create(
                duty=duty, engineer=who, start=start, end=start + timedelta(days=7), turn=start
            )
        for place in range(week % 4 + 2):
            at = start + timedelta(days=place, hours=5 * place, minutes=7 * week)
            page(at, 2 + place)
            incident(at, 20 + 3 * week)
            question(at, 4 + place, 30 + 11 * week)
    return world


def page(at: datetime, minutes: int) -> None:
    """Let Ada be paged, and have it after so long."""
    ada, number = Engineer.objects.get(name="Ada"), next(NUMBERS)
    had = at + minutes * MINUTE if minutes % 4 else None
    one = Page.objects.create(
        subject=f"alarm:{number}", title=f"Page {number}", thread_key=str(number), raised_at=at,
        state="resolved", settled_at=at + HOUR, acknowledged_at=had,
        acknowledged_by=ada if had else None,
    )  # fmt: skip
    Call.objects.create(page=one, engineer=ada, round=1, at=at + (minutes % 3) * MINUTE)
    if had:
        JournalEntry.objects.create(
            at=had, kind="page.acknowledged", subject=one.subject, actor="Ada", text="Has it",
            data={"page": one.pk, "subject": one.subject, "who": "Ada"},
        )  # fmt: skip


def incident(at: datetime, minutes: int) -> None:
    ended = at + minutes * MINUTE
    Incident.objects.create(
        title=f"Down {next(NUMBERS)}", state="resolved", priority="high" if minutes % 2 else "",
        fault_occurs=at, detected=at + MINUTE, declared=at + 4 * MINUTE, repaired=ended,
        resolved=ended + 5 * MINUTE, estimated=not minutes % 5,
    )  # fmt: skip


def question(at: datetime, first: int, then: int) -> None:
    channel = Channel.objects.get_or_create(name="#ask")[0]
    post = Post.objects.create(
        key=f"q{next(NUMBERS)}", channel=channel, author="Uma", at=at,
        message=Message("How do I?").as_json(),
    )  # fmt: skip
    answered = at + first * MINUTE
    Question.objects.create(
        post=post, asked_at=at, answered_at=answered, solved_at=answered + then * MINUTE,
        state="solved", kind="problem",
    )  # fmt: skip


def told(figure: Figure) -> tuple[object, ...]:
    """Give all that a figure says, with the rows behind it."""
    tables = [figure.made_of, *(one.rows for one in figure.left_out)]
    rows: list[list[FigureLine]] = [list(one.read()) for one in tables if one is not None]
    left = [(one.reason, one.count) for one in figure.left_out]
    plain = (figure.name, figure.title, figure.value, figure.of, figure.before, figure.says)
    return (*plain, figure.target, figure.readers, figure.trend, left, rows)


def choices(world: World) -> Iterator[PeriodChoice]:
    yield containing("month", date(2026, 11, 1), world.zone)
    yield day_range(date(2026, 9, 1), date(2026, 11, 30), world.zone, "working")


@pytest.mark.parametrize("tallied", [False, True], ids=["out of rows", "out of tallies"])
@pytest.mark.parametrize(
    "subject", [one for one in SUBJECTS if one.each], ids=lambda subject: subject.name
)
def test_each_alone_says_the_same(world: World, subject: Subject, tallied: bool) -> None:
    if tallied:
        tallies.tally_all(at=world.at)
    for choice in choices(world):
        with CaptureQueriesContext(connection) as whole:
            every = subject.figures(choice, at=world.at).figures
        with CaptureQueriesContext(connection) as few:
            alone = subject.only_figures(choice, at=world.at)
        assert len(few) < len(whole)
        assert [told(one) for one in alone] == [told(one) for one in every]
        for one in every:
            found = subject.alone(choice, one.name, at=world.at)
            assert found is not None and told(found) == told(one)
        assert subject.alone(choice, "of nothing", at=world.at) is None


def test_lengths_of_the_month_before_are_the_same_out_of_tallies_and_out_of_rows(
    world: World,
) -> None:
    month = containing("month", date(2026, 11, 1), world.zone)
    subjects = [one for one in SUBJECTS if one.each]

    def said() -> list[tuple[object, ...]]:
        return [told(one) for each in subjects for one in each.only_figures(month, at=world.at)]

    by_rows = said()
    tallies.tally_all(at=world.at)
    assert TalliedDay.objects.filter(day__month=10).count() == 31
    with CaptureQueriesContext(connection) as asked:
        assert said() == by_rows
    assert any("measures_lengthtally" in one["sql"] for one in asked.captured_queries)


def test_the_report_begins_with_the_tiles_of_the_first_screen(world: World) -> None:
    month = containing("month", date(2026, 10, 1), world.zone)
    report = reports.report(month, at=world.at)
    first = tiles(month, at=world.at)
    assert len(first) == len(report.sentences) > 2
    for tile in first:
        assert f"| {tile.figure.title} | {tile.figure.written} |" in report.text


def test_a_report_that_is_compared_asks_once_which_days_are_tallied(world: World) -> None:
    tallies.tally_all(at=world.at)
    october = date(2026, 10, 1)
    text = reports.report(containing("month", october, world.zone), at=world.at).text
    kept = MonthlyReport(month=october, text=text)
    with CaptureQueriesContext(connection) as asked:
        assert reports.differs(kept, at=world.at) == ""
    of_days = [one for one in asked.captured_queries if "row_number() OVER" in one["sql"]]
    assert len(of_days) == 2, "one of them for availability, which goes by services too"
