"""A rehearsal's clock is moved forward, within reason, and no file breaks it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dutydesk.adapters.clock import RehearsalClock, TooFar

SHORT = timedelta(seconds=30)


def ahead(clock: RehearsalClock) -> timedelta:
    now = datetime.now(UTC)  # noqa: TID251 -- what the clock is compared with
    return clock.now() - now


def test_it_moves_forward_for_all_who_share_the_file(tmp_path: Path) -> None:
    clock, other = (RehearsalClock(tmp_path / "rehearsal") for _ in range(2))
    clock.forward(timedelta(days=1))
    clock.forward(timedelta(hours=1))
    assert timedelta() <= ahead(other) - timedelta(hours=25) < SHORT


@pytest.mark.parametrize("by", [timedelta(days=3661), timedelta(days=9_999_999), timedelta.max])
def test_too_far_is_refused_and_changes_nothing(tmp_path: Path, by: timedelta) -> None:
    clock = RehearsalClock(tmp_path / "rehearsal")
    clock.forward(timedelta(days=2))
    with pytest.raises(TooFar, match="at most 3660 days") as refused:
        clock.forward(by)
    assert "rehearsal" in refused.value.remedy
    assert clock.offset() == timedelta(days=2)
    with pytest.raises(TooFar):
        clock.forward(timedelta(days=3659))


@pytest.mark.parametrize(
    "text", ["nonsense", "nan", "inf", "-1e300", "863999999913600.0", "\0", "1 2"]
)
def test_a_broken_file_is_left_aside(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "rehearsal").write_text(text)
    clock = RehearsalClock(tmp_path / "rehearsal")
    assert abs(ahead(clock)) < SHORT
    assert abs(ahead(clock)) < SHORT
    assert caplog.text.count("left aside") == 1
    clock.forward(timedelta(days=1))
    assert clock.offset() == timedelta(days=1)


def test_a_folder_in_its_place_is_left_aside(tmp_path: Path) -> None:
    (tmp_path / "rehearsal").mkdir()
    assert abs(ahead(RehearsalClock(tmp_path / "rehearsal"))) < SHORT
