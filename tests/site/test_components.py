"""Times, people and rows look alike on every screen."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from dutydesk.web.templatetags import components

NOW = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
CONTEXT = {"request": SimpleNamespace(at=NOW), "zone": ZoneInfo("Europe/London")}


@pytest.mark.parametrize(
    ("minutes", "written"),
    [
        (0, "0 min"),
        (25, "25 min"),
        (60, "1 h"),
        (130, "2 h 10 min"),
        (37 * 60 + 47, "37 h"),
        (48 * 60, "2 d"),
        (1727 * 1440, "1727 d"),
    ],
)
def test_a_length_is_written_as_briefly_as_it_is_clear(minutes: int, written: str) -> None:
    assert components.size_of(timedelta(minutes=minutes)) == written
    assert components.elapsed(timedelta(minutes=minutes)) == written


def test_support_time_is_never_told_in_days() -> None:
    assert components.hours(timedelta(hours=171)) == "171 h"
    assert components.hours(None) == "none"


def test_a_countdown_says_how_long_or_how_late_and_exactly_when_on_a_hover() -> None:
    ahead = components.countdown(CONTEXT, NOW + timedelta(minutes=28), "in ")
    assert ">in 28 min</time>" in ahead
    assert 'title="Tuesday 24 November 2026 11:28:00 GMT"' in ahead
    late = components.countdown(CONTEXT, NOW - timedelta(hours=48, minutes=10))
    assert 'class="count late"' in late
    assert ">late by 2 d</time>" in late


def test_how_long_ago_is_exact_for_whoever_listens() -> None:
    shown = components.since(CONTEXT, NOW - timedelta(hours=3))
    assert "<span data-since>3 h</span>" in shown
    assert '<span class="unseen"> since Tuesday 24 November 2026 08:00:00 GMT</span>' in shown


def test_somebody_has_initials_and_always_the_same_colour() -> None:
    maya = components.person("Maya van der Okafor")
    assert maya["initials"] == "MO"
    assert components.person("ada")["initials"] == "A"
    assert maya == components.person("Maya van der Okafor")
    assert 0 <= maya["tone"] < components.TONES
