"""Closed days are counted once; whatever is corrected in one, the figures are those of the rows."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from dutydesk.chat.models import Channel, Post
from dutydesk.commitments.models import Commitment
from dutydesk.desk.models import Question, Ticket
from dutydesk.incidents.models import Incident, Update
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.messages import Message
from dutydesk.measures.flows import (
    incident_times,
    question_figures,
    question_tables,
    tallies,
    tally_series,
)
from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.measures.flows.spreads import spread
from dutydesk.measures.flows.subjects import SUBJECTS
from dutydesk.measures.flows.tally_series import incident_lengths
from dutydesk.measures.models import CountTally, DayChange, LengthTally, TalliedDay
from dutydesk.measures.rules.choices import day_range
from dutydesk.measures.rules.day_spans import DaySpan
from dutydesk.measures.rules.steps import SPANS
from dutydesk.people.models import Account, Team
from dutydesk.process.flows import process
from testing.tries import tries
from testing.world import World

pytestmark = pytest.mark.django_db
NAMES = ("support", "promises", "happiness", "requests", "incidents", "recovery")
BEGINS = "2026-06-01T00:00"
MINUTES = st.integers(0, 60 * 24 * 150)
TOOK = st.integers(1, 60 * 24 * 3)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-30T18:00")


def break_down(world: World, minute: int, found: int = 3, then: int = 90) -> Incident:
    """Let something fail so long after the beginning; it is declared, told of and repaired."""
    at = world.moment(BEGINS) + timedelta(minutes=minute)
    after = [at + timedelta(minutes=found * n) for n in range(4)]
    one = Incident.objects.create(
        title="Down", state="resolved", fault_occurs=at, detected=after[1], declared=after[2],
        repaired=after[2] + timedelta(minutes=then), resolved=after[3] + timedelta(minutes=then),
        priority="high",
    )  # fmt: skip
    Update.objects.create(incident=one, text="So it is", at=after[3], by="Ada")
    return one


def ask(world: World, minute: int, first: int = 5, then: int = 60) -> Question:
    """Let somebody ask a question so long after the beginning; it is answered and solved."""
    at = world.moment(BEGINS) + timedelta(minutes=minute)
    post = Post.objects.create(
        key=f"q{next(NUMBERS)}", channel=Channel.objects.get_or_create(name="#ask")[0],
        author="Uma", message=Message("How do I?").as_json(), at=at,
    )  # fmt: skip
    answered, solved = at + timedelta(minutes=first), at + timedelta(minutes=first + then)
    Commitment.objects.create(
        kind="question.answer", subject=f"question:{post.pk}", owner="support", text="Answer",
        made_at=at, due_at=at + timedelta(minutes=15), state="kept", settled_at=answered,
    )  # fmt: skip
    return Question.objects.create(
        post=post, asked_at=at, answered_at=answered, solved_at=solved, state="solved",
        kind=("problem", "request")[minute % 2], asker=Account.objects.get(name="Uma"),
        happiness_asked_at=solved, happiness=minute % 5 + 1, happiness_at=solved,
    )  # fmt: skip


NUMBERS = count()


def told(world: World) -> list[object]:
    """Give all that is measured of those months, but for how finely dots are drawn."""
    choice = day_range(date(2026, 6, 1), date(2026, 11, 30), world.zone)
    found: list[object] = [DayTallies(world.at).counts(tally_series.HOURS, [choice.period])]
    for subject in SUBJECTS:
        if subject.name in NAMES:
            said = subject.figures(choice, at=world.at)
            found += [
                (one.name, one.written, one.value, one.of, one.before) for one in said.figures
            ]
            found += [list(one.csv_rows(world.zone)) for one in said.tables]
            found += [one.says for one in said.charts]
            found += [c.table.first(30) for c in said.charts if c.name in ("hours", "endings")]
    clock = process.in_force().clock("support")
    for what in question_tables.LENGTHS:
        lengths = question_figures.lengths
        ours = lengths(DayTallies(world.at), choice.period, clock, world.at, what)
        slow = spread(*question_tables.lengths(choice.period, clock, world.at, what))
        for name in ("count", "median", "mean", "p90"):
            assert getattr(ours, name, 0) == getattr(slow, name, 0), f"{what}: {name}"
        found.append(ours)
    return found


def longest_alike(world: World) -> bool:
    """Say whether the first rows of each list of long questions are those of the whole list."""
    choice = day_range(date(2026, 6, 1), date(2026, 11, 30), world.zone)
    support = next(one for one in SUBJECTS if one.name == "support").figures(choice, at=world.at)
    lists = [support.figure(name) for name in ("to-answer", "to-solution", "over")]
    return all(
        one.made_of.first(3) == list(islice(one.made_of.read(), 3))
        for one in lists
        if one is not None and one.made_of is not None
    )


def by_rows(world: World) -> list[object]:
    """Give the same as it is without any tallies."""
    kept = list(TalliedDay.objects.all())
    TalliedDay.objects.all().delete()
    found = told(world)
    TalliedDay.objects.bulk_create(kept)
    return found


CORRECTIONS: dict[str, Callable[[Any], object]] = {
    "answered later": lambda one: Question.objects.filter(pk=one.pk).update(
        answered_at=one.answered_at + timedelta(minutes=200)
    ),
    "opened again": lambda one: Question.objects.filter(pk=one.pk).update(state="answered"),
    "taken back": lambda one: Question.objects.filter(pk=one.pk).update(state="withdrawn"),
    "asked on another day": lambda one: Question.objects.filter(pk=one.pk).update(
        asked_at=one.asked_at - timedelta(days=3)
    ),
    "undone": lambda one: one.delete(),
    "another kind": lambda one: Question.objects.filter(pk=one.pk).update(kind="question"),
    "scored": lambda one: Question.objects.filter(pk=one.pk).update(happiness=1),
    "asked how it was on another day": lambda one: Question.objects.filter(pk=one.pk).update(
        happiness_asked_at=one.happiness_asked_at + timedelta(days=2)
    ),
    "a ticket": lambda one: Ticket.objects.create(
        question=one, title="Longer", body="", label="", column="", asked_by="Uma",
        raised_by="Ada", raised_at=one.asked_at, moved_at=one.asked_at,
    ),
    "waited for": lambda one: JournalEntry.objects.create(
        at=one.answered_at, kind="question.waiting", subject=one.about, actor="Ada", text="So"
    ),
    "another team": lambda _: Account.objects.filter(name="Uma").update(team=Team.objects.get()),
    "a promise broken": lambda one: Commitment.objects.filter(
        subject=f"question:{one.post_id}"
    ).update(state="missed", settled_at=one.solved_at),
}  # fmt: skip
BREAKS: dict[str, Callable[[Any], object]] = {
    "declared by mistake": lambda one: Incident.objects.filter(pk=one.pk).update(state="mistake"),
    "estimated": lambda one: Incident.objects.filter(pk=one.pk).update(estimated=True),
    "an exercise": lambda one: Incident.objects.filter(pk=one.pk).update(exercise=True),
    "part of another": lambda one: Incident.objects.filter(pk=one.pk).update(
        state="merged",
        merged_into=Incident.objects.create(title="All", state="resolved", declared=one.declared),
    ),
    "repaired later": lambda one: Incident.objects.filter(pk=one.pk).update(
        repaired=one.repaired + timedelta(hours=30)
    ),
    "declared in another month": lambda one: Incident.objects.filter(pk=one.pk).update(
        declared=one.declared - timedelta(days=31)
    ),
    "told of sooner": lambda one: Update.objects.create(
        incident=one, text="We know", at=one.declared, by="Ada"
    ),
    "undone": lambda one: one.delete(),
}
"""What may change of a day that is over: each is undone in no other way than by being counted."""


@tries(3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    asked=st.lists(st.tuples(MINUTES, TOOK, TOOK), min_size=1, max_size=12),
    changes=st.lists(st.tuples(st.sampled_from(sorted(CORRECTIONS)), st.integers(0, 11))),
)
def test_whatever_is_corrected_tallies_say_what_the_rows_say(
    world: World, asked: list[tuple[int, int, int]], changes: list[tuple[str, int]]
) -> None:
    for one in (Ticket, Question, Commitment, TalliedDay):
        one.objects.all().delete()
    Account.objects.update(team=None)
    questions = [ask(world, *one) for one in asked]
    tallies.tally_all(at=world.at)
    assert told(world) == by_rows(world)
    assert longest_alike(world)
    gone = set()
    for what, which in changes:
        number = which % len(questions)
        if number not in gone:
            CORRECTIONS[what](questions[number])
        gone |= {number} if what in ("undone", "a ticket") else set()
    assert told(world) == by_rows(world), "before the next round"
    tallies.look_after(at=world.at)
    assert told(world) == by_rows(world), "after it"
    assert longest_alike(world)


@tries(3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    broke=st.lists(st.tuples(MINUTES, st.integers(1, 90), TOOK), min_size=1, max_size=8),
    changes=st.lists(st.tuples(st.sampled_from(sorted(BREAKS)), st.integers(0, 7)), max_size=6),
)
def test_lengths_of_incidents_out_of_tallies_are_those_of_the_rows(
    world: World, broke: list[tuple[int, int, int]], changes: list[tuple[str, int]]
) -> None:
    Incident.objects.exclude(merged_into=None).delete()
    for one in (Incident, TalliedDay):
        one.objects.all().delete()
    incidents = [break_down(world, *one) for one in broke]
    tallies.tally_all(at=world.at)
    _same_lengths(world)
    gone = set()
    for what, which in changes:
        number = which % len(incidents)
        if number not in gone:
            BREAKS[what](incidents[number])
        gone |= {number} if what in ("undone", "part of another") else set()
    _same_lengths(world)
    tallies.look_after(at=world.at)
    _same_lengths(world)


def _same_lengths(world: World) -> None:
    """Compare what tallies say of each step on two clocks, month by month and of all of them."""
    whole = day_range(date(2026, 5, 1), date(2026, 11, 30), world.zone)
    for name in ("elapsed", "support"):
        clock = process.in_force().clock(name)
        for periods in ([one.period for one in whole.trend], [whole.period]):
            slow = incident_times.counted(periods, clock, SPANS)
            for period, one in zip(periods, slow, strict=True):
                for span in SPANS:
                    series = incident_lengths(span, name)
                    ours = DayTallies(world.at).lengths(series, period, dots=False)
                    theirs = one.spread(span)
                    assert (ours is None) == (theirs is None)
                    if ours is not None and theirs is not None:
                        assert ours.count == theirs.count
                        for value in ("median", "mean", "p90"):
                            apart = abs(getattr(ours, value) - getattr(theirs, value))
                            assert apart <= timedelta(milliseconds=1)


def test_each_correction_ends_the_tallies_of_its_day_at_once(world: World) -> None:
    for corrections, made, model in ((CORRECTIONS, ask, Question), (BREAKS, break_down, Incident)):
        number = made(world, 60 * 24 * 30 + 11 * 60).pk
        tallies.tally_all(at=world.at)
        tallies.look_after(at=world.at)
        for what, correct in corrections.items():
            assert not DayChange.objects.exists()
            with transaction.atomic():
                correct(model.objects.get(pk=number))
                days = {one.at.astimezone(world.zone).date() for one in DayChange.objects.all()}
                assert date(2026, 7, 1) in days, what
                transaction.set_rollback(True)


def test_closed_days_are_read_from_tallies_and_the_last_week_from_rows(world: World) -> None:
    ask(world, 11 * 60)
    ask(world, 60 * 24 * 180 + 11 * 60)
    tallies.tally_all(at=world.at)
    assert TalliedDay.objects.count() == 175
    spans = [DaySpan(date(2026, 6, 1), date(2026, 12, 1)).period(world.zone)]
    of_days_and_months = CountTally.objects.filter(series__in=("questions", "questions/months"))
    of_days_and_months.update(counts=[40, 0, 0, 0, 0, 0])
    (found,) = question_figures.by_kind(DayTallies(world.at), spans)
    assert {kind: one.asked for kind, one in found.items()} == {"problem": 41}
    TalliedDay.objects.update(terms="by other hours of support")
    (found,) = question_figures.by_kind(DayTallies(world.at), spans)
    assert found["problem"].asked == 2, "what other terms counted is not read"
    tallies.look_after(at=world.at)
    (found,) = question_figures.by_kind(DayTallies(world.at), spans)
    assert (found["problem"].asked, TalliedDay.objects.count()) == (2, 175)


def test_days_are_tallied_a_stretch_at_a_time_the_newest_first(world: World) -> None:
    ask(world, 0)
    first = tallies.tally_some(at=world.at)
    assert first == DaySpan(date(2026, 11, 1), date(2026, 11, 23))
    assert tallies.tally_some(at=world.at) == DaySpan(date(2026, 10, 1), date(2026, 11, 1))
    tallies.look_after(at=world.at)
    assert tallies.tally_some(at=world.at) is None
    assert TalliedDay.objects.order_by("day").values_list("day", flat=True)[0] == date(2026, 6, 1)
    assert LengthTally.objects.get(series="solution").lengths == [0], "support was closed"
