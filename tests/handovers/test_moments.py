"""When something is handed over, what is told of it, and what the process file says of it."""

from datetime import UTC, datetime, timedelta

import pytest

from dutydesk.handovers.rules import facts, moments
from dutydesk.handovers.rules.facts import fact
from dutydesk.handovers.rules.moments import CallTurn, Moment
from dutydesk.kernel.periods import Period, instant
from dutydesk.process.rules.check import DEFAULT_FILE, check, default_process
from dutydesk.process.rules.handovers import DEFAULT
from dutydesk.process.rules.model import Process
from dutydesk.process.words import document

pytestmark = pytest.mark.clause("support.day-start", "support.day-end")
TEXT = DEFAULT_FILE.read_text(encoding="utf-8")


def at(local: str) -> datetime:
    return instant(datetime.fromisoformat(local), default_process().zone)


def told(one: Moment) -> str:
    zone = default_process().zone
    when = (one.told.start, one.due_at, one.ahead.end)
    return " ".join(f"{each.astimezone(zone):%a %d %H:%M}" for each in when)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-24T08:29", []),
        ("2026-11-24T08:30", ["Mon 23 18:00 Tue 24 09:00 Tue 24 18:00"]),
        ("2026-11-24T10:00", ["Mon 23 18:00 Tue 24 09:00 Tue 24 18:00"]),
        ("2026-11-24T10:01", []),
        ("2026-11-27T16:30", ["Fri 27 09:00 Fri 27 18:00 Mon 30 09:00"]),
        ("2026-11-28T09:00", []),
        ("2026-12-24T17:00", ["Thu 24 09:00 Thu 24 18:00 Tue 29 09:00"]),
        ("2026-12-29T08:45", ["Thu 24 18:00 Tue 29 09:00 Tue 29 18:00"]),
        ("2027-01-01T09:00", []),
        ("2027-03-29T09:00", []),  # Easter Monday, the day after the clocks went forward.
        ("2027-03-30T09:00", ["Thu 25 18:00 Tue 30 09:00 Tue 30 18:00"]),
    ],
)
def test_the_day_s_handovers_follow_working_hours_and_holidays(
    now: str, expected: list[str]
) -> None:
    assert [told(one) for one in moments.days(default_process(), at(now))] == expected


def changed(before: str, after: str) -> Process:
    assert before in TEXT
    found = check(TEXT.replace(before, after, 1)).process
    assert found is not None
    return found


def test_a_lunch_between_is_no_handover() -> None:
    process = changed('"Mo-Fr 09:00-18:00; PH off"', '"Mo-Fr 09:00-12:00,13:00-18:00; PH off"')
    for noon in ("2026-11-24T11:55", "2026-11-24T13:05"):
        assert list(moments.days(process, at(noon))) == []
    (evening,) = moments.days(process, at("2026-11-24T17:00"))
    assert told(evening) == "Tue 24 09:00 Tue 24 18:00 Wed 25 09:00"


@pytest.mark.clause("oncall.rota")
def test_a_turn_changes_when_another_person_is_on_and_not_between_one_s_shifts() -> None:
    week = [at(f"2026-10-{day}T10:00") for day in (19, 22, 26)]
    end = at("2026-11-02T10:00")
    shifts = [
        (1, Period(week[0], week[1])),
        (1, Period(week[1], week[2])),
        (2, Period(week[2], end)),
    ]
    turns = moments.turns(shifts)
    assert turns == [CallTurn(1, Period(week[0], week[2])), CallTurn(2, Period(week[2], end))]
    process = default_process()
    assert list(moments.changes(process, turns, week[2] - timedelta(hours=2, minutes=1))) == []
    (one,) = moments.changes(process, turns, week[2] - timedelta(hours=2))
    assert (one.giver, one.told, one.ahead) == (1, turns[0].period, turns[1].period)
    assert one.told.length == timedelta(days=7, hours=1), "the clocks went back"
    assert list(moments.changes(process, turns, week[1])) == []


def test_what_is_too_much_of_a_part_is_cut_and_says_so() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    many = [fact(f"pages:page:{n}", f"page:{n}", f"P{n}", f"P{n}: {n}", now) for n in range(50)]
    chosen = facts.told_in("start of day", [*many, fact("work:a", "a", "W", "W", now)])
    assert len(chosen) == facts.MOST
    assert chosen[-1].text == "11 more, from this one on: P39: 39"
    assert chosen[-1].about == "page:39"
    assert {one.part for one in chosen} == {"pages"}, "planned work is told in the evening"


def test_time_that_two_things_took_at_once_counts_once() -> None:
    hour = timedelta(hours=1)
    begin = datetime(2026, 11, 24, tzinfo=UTC)
    spans = [Period(begin, begin + 2 * hour), Period(begin + hour, begin + 9 * hour)]
    assert facts.worked(spans, Period(begin, begin + 3 * hour)) == 3 * hour
    assert facts.worked([], Period(begin, begin + hour)) == timedelta()


def test_an_older_process_file_hands_over_as_the_shipped_one_does() -> None:
    begins = TEXT.index("# What is handed over when")
    ends = TEXT.index("# Whoever approves the process presses so")
    older = check(TEXT[:begins] + TEXT[ends:]).process
    assert older is not None
    assert older.handovers == default_process().handovers == DEFAULT
    without = check(TEXT[:begins] + "handovers: []\n" + TEXT[ends:]).process
    assert without is not None
    assert [one for one in document(without) if one.anchor == "handovers"] == []


def test_the_process_page_says_what_is_handed_over() -> None:
    (chapter,) = [one for one in document(default_process()) if one.anchor == "handovers"]
    assert chapter.lines[1] == (
        "• Start of day: from on call to support, when working hours open. It is drafted "
        "30 minutes before, accepted within 30 minutes, and asked for every 30 minutes after "
        "that. One with nothing in it closes by itself."
    )


@pytest.mark.parametrize(
    ("before", "after", "wrong"),
    [
        ("giver: on call\n    taker: support", "giver: support\n    taker: support",
         "At the start of day “support” would hand over to itself."),
        ("when: end of day", "when: start of day", "“start of day” is there twice."),
        ("when: end of day", "when: noon", "“noon” is not possible here."),
        ("remind_before: 10 minutes", "remind_before: 1 hour",
         "remind_before is not shorter than drafted_before."),
        ("when: turn change\n    giver: on call", "when: turn change\n    giver: support",
         "An on-call turn is handed over by on call, to on call."),
        ("chase_every: 1 hour", "chase_every: 5 seconds", "“5 seconds” is too short here."),
        ("accept_within: 1 hour", "acept_within: 1 hour", "“acept_within” is not a key here."),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_process_file_is_said_with_its_line(
    before: str, after: str, wrong: str
) -> None:
    assert before in TEXT
    text = TEXT.replace(before, after, 1)
    (mistake,) = check(text).mistakes
    assert mistake.wrong == wrong
    first = text[: text.index("handovers:\n  - when")].count("\n") + 1
    assert first <= mistake.line <= first + 26


def test_two_facts_that_differ_at_their_end_are_two() -> None:
    titles = ["Disk of " + "a-node-with-a-long-name-" * 7 + end for end in ("1", "2")]
    keys = {
        fact(f"alarms:often:{title}", "", title, title, at("2026-11-30T09:00")).key
        for title in titles
    }
    assert len(keys) == 2
    assert max(map(len, keys)) == 160


@pytest.mark.clause("oncall.rota")
def test_cover_for_an_evening_is_no_turn_and_one_night_is() -> None:
    days = [at(f"2026-10-{day}") for day in ("19T10:00", "21T18:00", "21T22:00", "26T10:00")]
    end = at("2026-11-02T10:00")
    shifts = [
        (1, Period(days[0], days[1])),
        (3, Period(days[1], days[2])),
        (1, Period(days[2], days[3])),
        (2, Period(days[3], end)),
    ]
    whole = [CallTurn(1, Period(days[0], days[3])), CallTurn(2, Period(days[3], end))]
    assert moments.turns(shifts, timedelta(hours=8)) == whole
    assert len(moments.turns(shifts, timedelta(hours=4))) == 4
    assert next(one for one in DEFAULT if one.when == "turn change").turn_from == timedelta(hours=8)


@pytest.mark.clause("oncall.rota")
def test_a_night_in_which_the_clock_is_put_forward_is_a_turn() -> None:
    evening, morning = at("2026-03-28T22:00"), at("2026-03-29T06:00")
    night = Period(evening, morning)
    assert night.length == timedelta(hours=7)
    shifts = [
        (1, Period(at("2026-03-28T10:00"), evening)),
        (2, night),
        (1, Period(morning, at("2026-03-29T22:00"))),
    ]
    zone, eight = default_process().zone, timedelta(hours=8)
    assert [one.engineer for one in moments.turns(shifts, eight, zone)] == [1, 2, 1]
    assert [one.engineer for one in moments.turns(shifts, eight)] == [1]
