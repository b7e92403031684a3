"""Lengths told out of cells, and days in a row, against slow and obvious references."""

from datetime import UTC, date, datetime, timedelta
from itertools import count, pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from dutydesk.kernel.periods import Period
from dutydesk.measures.rules.day_spans import DaySpan, left_of, parts_back, shared
from dutydesk.measures.rules.distributions import Dot, distribution
from dutydesk.measures.rules.length_cells import CELLS, CellCount, distribution_of, ranks_of

SECONDS = st.lists(st.integers(0, 3_000_000), min_size=1, max_size=60)


@given(SECONDS)
def test_percentiles_out_of_cells_are_those_of_the_lengths(seconds: list[int]) -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    cells: dict[int, list[int]] = {}
    for one in sorted(seconds):
        cells.setdefault(cell_of(one), []).append(one * 1_000_000)
    counts = [CellCount(0, cell, len(found), sum(found), 0) for cell, found in cells.items()]
    asked = [(cell, n) for cell, rank, many in ranks_of(counts) for n in range(rank, rank + many)]
    lengths = {(cell, n): cells[cell][n] for cell, n in asked}
    ours = distribution_of(counts, lengths, counts)
    slow = distribution(Dot(start, timedelta(seconds=one)) for one in seconds)
    assert ours is not None
    assert slow is not None
    assert ours.count == slow.count == sum(dot.many for dot in ours.dots)
    for name in ("median", "mean", "p90"):
        assert abs(getattr(ours, name) - getattr(slow, name)) <= timedelta(milliseconds=1)


def cell_of(seconds: int) -> int:
    """Give the first cell whose end a length lies before: 20 for each power of ten."""
    return next(cell for cell in count() if max(seconds, 1) < 10 ** ((cell + 1) / CELLS))


DAYS = st.integers(0, 60).map(lambda n: date(2026, 1, 1) + timedelta(days=n))


@given(st.sets(DAYS), DAYS, DAYS)
def test_what_is_known_and_what_is_left_make_the_whole(known: set[date], a: date, b: date) -> None:
    asked = DaySpan(min(a, b), max(a, b) + timedelta(days=1))
    spans = [DaySpan(day, day + timedelta(days=1)) for day in sorted(known)]
    there, left = shared(spans, asked), left_of(asked, spans)
    assert {one.first for one in there} == {
        day for day in known if asked.first <= day < asked.until
    }
    days = sorted([*there, *left])
    assert (days[0].first, days[-1].until) == (asked.first, asked.until)
    assert all(one.until == two.first for one, two in pairwise(days))


@given(DAYS, st.integers(0, 4000))
def test_parts_of_a_time_follow_each_other_the_newest_first(day: date, days: int) -> None:
    start = datetime.combine(day, datetime.min.time(), UTC)
    whole = Period(start, start + timedelta(days=days))
    parts = list(parts_back(whole))
    assert len(parts) <= 9
    assert all(one.start == two.end for one, two in pairwise(parts))
    if parts:
        assert (parts[0].end, parts[-1].start) == (whole.end, whole.start)


def test_a_day_is_as_long_as_the_wall_clock_makes_it() -> None:
    london = ZoneInfo("Europe/London")
    short = DaySpan(date(2026, 3, 29), date(2026, 3, 30)).period(london)
    assert short == Period(datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 29, 23, tzinfo=UTC))
