"""What a text says about itself: thanks, a kind, a likeness; and figures read from the journal."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.chat.rules import title_of
from dutydesk.desk.rules.figures import Length, QuestionEntry, figures
from dutydesk.desk.rules.phrases import burst, suggested_kind
from dutydesk.desk.rules.questions import announces, is_question, may_ask_how_it_was
from dutydesk.process.rules.ask_channel import KINDS
from dutydesk.process.rules.hours import Calendar, Clock

AT = datetime(2026, 11, 24, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("Hi team, quick question", True),
        ("Hello! I have a quick question:", True),
        ("just a small query", True),
        ("Hi all, quick question about quotas", False),
        ("A question of style", False),
        ("Quick question\nWhere are the logs?", False),
    ],
)
def test_what_only_says_that_a_question_follows_is_known(text: str, only: bool) -> None:
    assert announces(text) == only


def test_a_marker_at_the_beginning_makes_it_no_question() -> None:
    markers = ("[fyi]", "fyi:")
    assert not is_question("  [FYI] We deploy at noon", markers)
    assert not is_question("FYI: lunch", markers)
    assert is_question("Is this [fyi]?", markers)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("How do I add a namespace?", "question"),
        ("My deployment fails with an error", "problem"),
        ("Could you review this please", "request"),
        ("I need access to the cluster", "access"),
        ("Namespaces", "question"),
    ],
)
def test_a_kind_is_suggested_by_the_words(text: str, kind: str) -> None:
    assert suggested_kind(text, KINDS) == kind


def test_questions_look_alike_by_their_words_or_by_the_service_they_name() -> None:
    same = ["Login to Grafana fails", "I can't get my login at Grafana working", "grafana login?"]
    assert burst([*same[:2], "What about lunch?", same[2]], [], 3) == (0, 1, 3)
    named = [
        "Prison visits is slow",
        "Bookings vanish from prison visits",
        "visits at the prison down?",
    ]
    assert burst(named, ["Prison visits"], 3) == (0, 1, 2)
    assert (
        burst(["How do I add a user?", "How do I add a namespace?", "How do I add it?"], [], 3)
        == ()
    )
    assert burst(same[:2], [], 3) == ()


def test_nobody_is_asked_twice_in_a_week() -> None:
    week = timedelta(weeks=1)
    assert may_ask_how_it_was(None, week, AT)
    assert not may_ask_how_it_was(AT - timedelta(days=6), week, AT)
    assert may_ask_how_it_was(AT - week, week, AT)


def test_figures_are_read_from_the_journal_on_both_clocks() -> None:
    support = Clock("support", "Mo-Fr 10:00-17:00", Calendar(ZoneInfo("UTC"), "", ""))

    def hours(elapsed: float, counted: float) -> Length:
        return Length(timedelta(hours=elapsed), timedelta(hours=counted))

    asked = AT - timedelta(hours=15)  # 20:00 the day before
    told = [
        QuestionEntry("question.taken", AT - timedelta(hours=0.5), "Ada"),
        QuestionEntry("question.answered", AT, "Ben"),
        QuestionEntry("question.waiting", AT + timedelta(hours=1), "Ben"),
        QuestionEntry("question.resumed", AT + timedelta(hours=2), "Uma"),
        QuestionEntry("question.solved", AT + timedelta(hours=3), "Uma"),
        QuestionEntry("question.reopened", AT + timedelta(hours=4), "Uma"),
        QuestionEntry("question.waiting", AT + timedelta(hours=5), "Ben"),
        QuestionEntry("question.solved", AT + timedelta(hours=24), "the desk"),
    ]
    found = figures(told, asked, support)
    assert (found.taken_by, found.to_taken) == ("Ada", hours(14.5, 0.5))
    assert (found.answered_by, found.to_answer) == ("Ben", hours(15, 1))
    assert (found.waits, found.waited) == (2, hours(20, 3))
    assert (found.to_solved, found.reopened) == (hours(39, 8), 1)
    assert (found.ticketed, found.in_channel) == (False, True)
    nothing = figures([], asked, support)
    assert (nothing.to_answer, nothing.to_solved, nothing.in_channel) == (None, None, False)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Hello! My deploy fails", "My deploy fails"),
        ("Hi team, can someone help?", "Can someone help?"),
        ("Good morning all - is ECR down?", "Is ECR down?"),
        ("Dear platform team,\n\ncould we have a namespace?", "could we have a namespace?"),
        ("Hi there is a problem", "Hi there is a problem"),
        ("Evening shifts are broken", "Evening shifts are broken"),
        ("Hello", "Hello"),
        ("First line\nsecond", "First line"),
        ("word " * 20, "word word word word word word word word…"),
        (" \n ", ""),
    ],
)
def test_a_title_is_what_was_asked_without_the_greeting(text: str, title: str) -> None:
    assert title_of(text, 40) == title


@given(st.text(), st.integers(1, 200))
def test_no_title_is_too_long_or_more_than_a_line(text: str, longest: int) -> None:
    title = title_of(text, longest)
    assert len(title) <= longest + 1
    assert len(title.splitlines()) <= 1
    assert bool(title) == bool(text.strip())
