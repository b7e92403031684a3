"""Published figures of a real team beside ours, and what explains each difference."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dutydesk.histories.rules.imported import ImportedIncident, read_log
from dutydesk.histories.rules.imported_times import LogReading
from dutydesk.histories.rules.published import PublishedQuarter, read_quarters
from dutydesk.measures.rules.published import (
    WHICH,
    PrintedIncident,
    PrintedQuarter,
    Which,
    agrees,
    explained,
    measured,
    quarters,
    told,
)
from dutydesk.measures.rules.steps import REPAIR, REPAIR_FROM_DECLARED, Step
from dutydesk.process.rules.hours import Calendar, Clock

DATA = Path(__file__).parents[1] / "data" / "incidents"
LONDON = ZoneInfo("Europe/London")
ENGLAND = Calendar(LONDON, "GB", "ENG")
ELAPSED = Clock("elapsed", None, ENGLAND, "Elapsed time")
SUPPORT = Clock("support", "Mo-Fr 10:00-17:00; PH off", ENGLAND, "Support hours")
CLOCKS = (
    ELAPSED,
    SUPPORT,
    Clock("working", "Mo-Fr 09:00-18:00; PH off", ENGLAND, "Working hours"),
    Clock("on_call", "Mo-Fr 07:00-10:00,17:00-22:00; Sa-Su,PH 07:00-22:00", ENGLAND, "On call"),
    Clock("every_day", "Mo-Su 07:00-22:00", ENGLAND, "Every day 07-22"),
)
# What stands in the log, and what its team mends before the last five of its 39 rows can be read.
MENDED = {
    "22025-03-18 09:36": "2025-03-18 09:36",
    "2023-09-25 15:55": "2023-07-25 15:55",
    "2023-01-04 (Time TBC),2022-01-05 08:56,2023-02-01 10:30,2022-02-01 10:30": (
        "2023-01-04 08:56,2023-01-05 08:56,2023-02-01 10:30,2023-02-01 10:30"
    ),
    "2020-06-09 13:54": "2021-06-09 13:54",
    '", but later agreed it was one"': "",
}


def printed(read: ImportedIncident) -> PrintedIncident:
    known = (read.fault_occurs, read.detected, read.declared, read.repaired, read.resolved)
    steps: tuple[Step, ...] = ("fault_occurs", "detected", "declared", "repaired", "resolved")
    times: dict[str, datetime | None] = dict(zip(steps, known, strict=True))
    title = read.title or read.key
    return PrintedIncident(
        title, read.quarter, times, read.published_repair, read.published_resolve
    )


def log(mended: bool) -> list[PrintedIncident]:
    text = (DATA / "incident-log.csv").read_text(encoding="utf-8")
    for wrong, right in MENDED.items() if mended else ():
        assert wrong in text
        text = text.replace(wrong, right)
    rows = read_log(text.splitlines(keepends=True), LogReading(LONDON, timedelta(days=29)))
    return [printed(row) for row in rows if isinstance(row, ImportedIncident)]


def published() -> list[PrintedQuarter]:
    lines = (DATA / "incident-quarters.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    return [
        PrintedQuarter(one.quarter, one.listed, one.mean_repair, one.mean_resolve)
        for one in read_quarters(lines)
        if isinstance(one, PublishedQuarter)
    ]


ALL = log(mended=True)


def find(words: str) -> PrintedIncident:
    return next(one for one in ALL if words in one.title or words in str(one.times))


def says(words: str, which: Which) -> str:
    return told(explained(find(words), which, ELAPSED, CLOCKS, ALL))


@pytest.mark.clause("measure.recovery")
def test_the_means_of_15_of_16_quarters_follow_from_the_printed_figures() -> None:
    assert len(ALL) == 39
    found = quarters(published(), ALL, ELAPSED)
    known = [one for one in found if one.means["repair"].printed.published]
    assert len(known) == 16
    assert all(one.read == one.listed for one in known)
    odd = [one.quarter for one in known if not all(m.printed.agrees for m in one.means.values())]
    assert odd == ["Q1 2020"]


@pytest.mark.clause("measure.recovery")
def test_the_one_that_does_not_is_explained_by_the_neighbours_last_incident() -> None:
    found = {one.quarter: one for one in quarters(published(), ALL, ELAPSED)}["Q1 2020"]
    repair, resolve = (told(found.means[which].printed) for which in WHICH)
    assert "of Q2 2020 is counted too, carried over from there" in repair
    assert "nginx" in repair.lower()
    assert "of Q2 2020 is counted too, carried over from there" in resolve
    assert "is copied to its time to resolve" in resolve


@pytest.mark.parametrize(
    ("words", "which", "expected"),
    [
        ("Termination", "repair", "It runs from its declaration to the repair."),
        ("diskspace", "resolve", "It was counted in every day 07-22."),
        ("Slow performance", "resolve", "at 2022-07-11 16:00 and not 2022-07-11 16:07: one digit."),
        ("restarted", "repair", "It is the same as one of “Lack of diskspace”: copied."),
    ],
)
def test_a_difference_is_explained_by_what_its_figure_follows_from(
    words: str, which: Which, expected: str
) -> None:
    assert expected in says(words, which)


def test_a_difference_that_nothing_explains_says_so() -> None:
    odd = PrintedIncident("Odd", "Q1 2020", find("restarted").times, timedelta(minutes=3), None)
    found = explained(odd, "repair", ELAPSED, CLOCKS, ())
    assert told(found) == "differs. Nothing that was tried explains it."


def test_figures_that_were_not_read_are_no_disagreement() -> None:
    found = {one.quarter: one for one in quarters(published(), log(mended=False), ELAPSED)}
    assert {
        name: (one.read, one.listed) for name, one in found.items() if one.read != one.listed
    } == {
        "Q1 2025": (1, 2),
        "Q3 2023": (3, 4),
        "Q1 2023": (2, 3),
        "Q2 2021": (0, 2),
    }
    assert told(found["Q2 2021"].means["repair"].printed) == ""
    assert "Only 3 of its 4 incidents could be read." in told(
        found["Q3 2023"].means["repair"].printed
    )


def test_the_oldest_times_to_repair_ran_from_the_declaration_and_later_ones_do_not() -> None:
    matched: Counter[tuple[str, bool]] = Counter()
    for one in log(mended=False):
        began = one.times.get("fault_occurs") or one.times.get("detected")
        late = began is not None and began >= datetime(2020, 10, 1, tzinfo=UTC)
        for span in (REPAIR, REPAIR_FROM_DECLARED):
            matched[span.name, late] += any(
                agrees(measured(one, span, clock), one.repair) for clock in CLOCKS
            )
    assert (matched["repair-from-declared", False], matched["repair", False]) == (7, 2)
    assert (matched["repair-from-declared", True], matched["repair", True]) == (1, 14)


def test_of_the_34_that_are_read_as_they_are_so_many_match_on_some_clock() -> None:
    both = [
        any(agrees(measured(one, span, clock), one.printed(which)) for clock in CLOCKS)
        for one in log(mended=False)
        for which, span in WHICH.items()
    ]
    assert (sum(both[::2]), sum(both[1::2])) == (16, 22)


def test_figures_agree_when_they_are_the_same_once_cut_to_the_minute() -> None:
    known = timedelta(minutes=99)
    assert agrees(timedelta(minutes=99, seconds=59), known) is True
    assert agrees(timedelta(minutes=98, seconds=59), known) is False
    assert agrees(timedelta(minutes=100), known) is False
    assert agrees(None, known) is None
    assert agrees(known, None) is None
