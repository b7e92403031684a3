"""What is decided about announcements, with pen and paper."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.announcements.rules.broadcast import AnnouncementRefused, kept_by
from dutydesk.announcements.rules.overlaps import Occupation, overlapping
from dutydesk.announcements.rules.update_times import read_update_times
from dutydesk.chat.rules import without_notifiers
from dutydesk.kernel.periods import Period

LONDON = ZoneInfo("Europe/London")
START = datetime(2026, 11, 24, 10, tzinfo=UTC)
HOURS = st.integers(0, 30).map(lambda hours: START + timedelta(hours=hours))
PERIODS = st.tuples(HOURS, st.integers(1, 9)).map(
    lambda one: Period(one[0], one[0] + timedelta(hours=one[1]))
)


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("@here we patch", "we patch"),
        ("We patch @channel now", "We patch now"),
        ("We patch <!here|here>, now", "We patch, now"),
        ("Lines\n@everyone\nstay", "Lines\n\nstay"),
        ("mail me@here.org or see @hereford", "mail me@here.org or see @hereford"),
        ("Nothing to take out", "Nothing to take out"),
        ("Now @group and @all, <!subteam^S0AB|@platform> and <!group>", "Now and, and"),
        ("Wide \uff20\uff48\uff45\uff52\uff45 \ufe6bHERE", "Wide"),
        ("Unseen @\u200bhe\u00adre @he\u2060re\ufeff.", "Unseen\ufeff."),
        ("@here@here one", "one"),
        ("One @h<!here>ere of another", "One @h ere of another"),
        ("<!he<!channel>re>", "<!he re>"),
    ],
)
def test_what_would_call_everybody_is_taken_out(typed: str, left: str) -> None:
    assert without_notifiers(typed) == left


_PARTS = ["@here", "@channel", "<!here>", "<!everyone|x>", "<!subteam^S1>", "\uff20", "\u200b"]
_CALLING = re.compile(r"<!(here|everyone|subteam\^)|(?<![\w.+-])@(here|channel|all)\b")


@given(st.lists(st.sampled_from([*"@here<!|> anl.\n^", *_PARTS]), max_size=12).map("".join))
def test_nothing_that_calls_everybody_is_left(typed: str) -> None:
    left = without_notifiers(typed)
    assert without_notifiers(left) == left
    plain = unicodedata.normalize("NFKC", left).replace("\u200b", "")
    assert not [one for one in _CALLING.finditer(plain) if ">" in plain[one.start() :] or one[2]]


@pytest.mark.parametrize("piece", [" ", "\t", "@ "])
def test_no_text_holds_the_desk_up_however_many_blanks_stand_in_it(piece: str) -> None:
    """Looked at from each of half a million blanks, it would take hours."""
    assert without_notifiers(f"x{piece * 500_000}y").strip("x @y\t") == ""


@given(st.text())
def test_a_text_that_calls_nobody_is_left_as_it_is(typed: str) -> None:
    if "@" not in unicodedata.normalize("NFKC", typed) and "<!" not in typed:
        assert without_notifiers(typed) == typed


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("13:00, 15:00", ["24 13:00", "24 15:00"]),
        ("13:00 and 09:00", ["24 13:00", "25 09:00"]),
        ("9.30; 2026-11-26 10:00", ["25 09:30", "26 10:00"]),
        ("2026-11-24T12:00Z", ["24 12:00"]),
        ("", []),
    ],
)
def test_times_of_the_next_words_are_read_as_people_write_them(typed: str, read: list[str]) -> None:
    found = read_update_times(typed, after=START, zone=LONDON)
    assert [f"{one:%d %H:%M}" for one in found] == read


@pytest.mark.parametrize("typed", ["noon", "25:00", "13:00 15:00", "13:60", "0001-01-01T00:00"])
def test_what_is_no_time_is_refused_by_its_name(typed: str) -> None:
    with pytest.raises(AnnouncementRefused, match=typed[:5]):
        read_update_times(typed, after=START, zone=LONDON)


def test_a_time_of_day_is_right_across_a_clock_change() -> None:
    after = datetime(2026, 10, 24, 20, tzinfo=UTC)  # The clock is put back that night.
    found = read_update_times("09:00", after=after, zone=LONDON)
    assert found == (datetime(2026, 10, 25, 9, tzinfo=UTC),)


def test_an_update_keeps_what_is_past_and_what_is_almost_due() -> None:
    at = START
    due = [at + timedelta(minutes=minutes) for minutes in (-60, 0, 30, 31, 120)]
    assert kept_by(reversed(due), at) == due[:3]


@given(
    PERIODS,
    st.sets(st.integers(1, 4)),
    st.lists(st.tuples(PERIODS, st.frozensets(st.integers(1, 4)), st.booleans()), max_size=6),
)
def test_overlaps_are_those_that_share_a_minute_and_a_service(
    window: Period, services: set[int], others: list[tuple[Period, frozenset[int], bool]]
) -> None:
    known = [
        Occupation(f"announcement:{place}", "x", theirs, when.start, when.end if ends else None)
        for place, (when, theirs, ends) in enumerate(others)
    ]
    minutes = timedelta(minutes=30)
    expected = {
        one.about
        for one in known
        if any(number in one.services for number in services)
        and any(
            one.start <= window.start + minutes * step
            and (one.end is None or window.start + minutes * step < one.end)
            for step in range(int(window.length / minutes))
        )
    }
    assert {one.about for one in overlapping(window, services, known)} == expected
