"""A clock that the database counts is the clock of the process."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows import statements
from dutydesk.process.rules.hours import Calendar, Clock

pytestmark = pytest.mark.django_db
LONDON = Calendar(ZoneInfo("Europe/London"), "GB", "ENG")
SUPPORT = Clock("support", "Mo-Fr 10:00-16:00; PH off", LONDON)
NIGHTS = Clock("nights", "Mo-Su 22:00-06:30", LONDON)
ALWAYS = Clock("elapsed", None, LONDON)
SPAN = Period(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 15, tzinfo=UTC))
SECONDS = st.integers(0, int(SPAN.length.total_seconds()))
_STATEMENT = f"""
WITH {statements.CLOCK}
SELECT {statements.between("a", "b")}, {statements.runs("a")}
FROM unnest(%(a)s::timestamptz[], %(b)s::timestamptz[]) AS t (a, b) CROSS JOIN clock
"""


@settings(max_examples=40)
@given(
    clock=st.sampled_from([SUPPORT, NIGHTS, ALWAYS]),
    pairs=st.lists(st.tuples(SECONDS, SECONDS), min_size=1, max_size=20),
)
def test_it_counts_as_the_clock_itself_does(clock: Clock, pairs: list[tuple[int, int]]) -> None:
    times = [tuple(SPAN.start + timedelta(seconds=each) for each in pair) for pair in pairs]
    values = {"a": [a for a, _ in times], "b": [b for _, b in times]}
    rows = statements.read(_STATEMENT, values | statements.clock_values(clock, SPAN))
    told = [(statements.length(seconds), runs) for seconds, runs in rows]
    assert told == [(clock.between(a, b), clock.is_open(a)) for a, b in times]


def test_a_time_that_is_not_known_has_no_length() -> None:
    values = {"a": [SPAN.start, None], "b": [None, SPAN.end]}
    rows = statements.read(_STATEMENT, values | statements.clock_values(SUPPORT, SPAN))
    assert [seconds for seconds, _ in rows] == [None, None]
