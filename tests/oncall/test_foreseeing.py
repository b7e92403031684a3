"""What would come of a page, with pen and paper."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dutydesk.alarms.rules.explanation import heard
from dutydesk.alarms.rules.silence_matchers import SilenceRule, quiet_periods, read_matchers
from dutydesk.kernel.periods import Period
from dutydesk.oncall.rules.forecast import Asked, Calls, Holds, PageProgress, TellsTeam, foresee
from dutydesk.process.rules.check import default_process
from dutydesk.rota.rules.weekly_windows import Window

AT = datetime(2026, 11, 24, 19, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


def after(minutes: float) -> datetime:
    return AT + timedelta(minutes=minutes)


def test_each_round_calls_everybody_once_and_the_team_is_told_after_the_first() -> None:
    asked = Asked(lambda _at: ((7, 8), False), lambda _at: None)
    steps = foresee(default_process(), asked, begins=AT, ends=after(21), so_far=PageProgress())
    assert steps == (
        Calls(AT, 7, 1),
        Calls(after(5), 8, 1),
        TellsTeam(after(10), hole=False),
        Calls(after(10), 7, 2),
        Calls(after(15), 8, 2),
        Calls(after(20), 7, 3),
    )


def test_what_was_done_so_far_counts_and_a_hole_is_told_once() -> None:
    def line_at(at: datetime) -> tuple[tuple[int, ...], bool]:
        return ((7, 8), False) if at < after(1) else ((), True)

    asked = Asked(line_at, lambda _at: None)
    so_far = PageProgress(2, {7})
    steps = foresee(default_process(), asked, begins=AT, ends=after(60 * 15), so_far=so_far)
    morning = datetime(2026, 11, 25, 7, tzinfo=UTC)
    assert steps[:3] == (
        Calls(AT, 8, 2),
        Holds(after(5), morning, True),
        TellsTeam(after(5), hole=True),
    )
    assert steps[3] == Holds(morning, morning + timedelta(hours=2), True)
    assert sum(isinstance(step, TellsTeam) for step in steps) == 1


def test_an_alert_is_heard_between_the_windows_of_a_weekly_silence() -> None:
    nightly = (Window(frozenset(range(7)), time(2), time(4)),)
    silence = SilenceRule(1, read_matchers(["a=b"]), None, Period(AT, after(60 * 24 * 30)), nightly)
    span = Period(AT, after(60 * 24 * 2))
    found = quiet_periods([silence], {"a": "b"}, None, span, LONDON)
    assert len(found) == 2
    assert quiet_periods([silence], {"a": "c"}, None, span, LONDON) == []
    left = heard(span, (period for period, _ in found))
    assert [one.length for one in left] == [
        timedelta(hours=7),
        timedelta(hours=22),
        timedelta(hours=15),
    ]
