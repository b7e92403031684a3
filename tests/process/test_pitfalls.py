"""Hours that can be read and that nobody may have meant are told, with what to write instead."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dutydesk.process.flows import process
from dutydesk.process.rules.check import DEFAULT_FILE, check
from dutydesk.process.rules.hours import Calendar, Clock
from dutydesk.process.rules.pitfalls import of_hours
from testing.screens import seen, visit
from testing.world import Moving, World

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
LONDON = Calendar(ZoneInfo("Europe/London"), "GB", "ENG")
TEXT = DEFAULT_FILE.read_text(encoding="utf-8")
ON_CALL = "Mo-Fr 07:00-10:00,17:00-22:00; Sa-Su,PH 07:00-22:00"


def told(hours: str, calendar: Calendar = LONDON) -> list[str]:
    return [f"{one.wrong} {one.instead}" for one in of_hours(Clock("", hours, calendar), AT)]


@pytest.mark.parametrize(
    "hours",
    [
        "Mo-Fr 10:00-17:00; PH off",
        "Mo-Fr 10:00-17:00, PH off",
        ON_CALL,
        ON_CALL.replace(";", ","),
        "Mo-Su 07:00-22:00",
        "24/7",
        "24/7; PH off",
        "Mo-Su,PH 22:00-07:00",
        "Sa-Su,PH 18:00-06:00",
        "PH -1 day 10:00-12:00",
        "Mo-Fr 09:00-12:00, 13:00-17:00; PH off",
        "PH off; Mo-Fr 10:00-17:00; PH off",
        # Said of one day, on purpose.
        "Mo-Fr 10:00-17:00; PH off; Dec 25 10:00-12:00",
        "Mo-Fr 10:00-17:00; Dec 24-31 off; Feb 29 off; PH off; Feb 10:00-16:00",
        "Mo-Fr 17:00-09:00; Sa-Su,PH 00:00-24:00",
        # What is quoted is a comment.
        'Mo-Fr 10:00-17:00 "PH off; sunrise || SH, see below"; PH off "PH Mo"',
        # What the warnings say to write instead.
        "Mo-Fr 22:00-06:00; PH 06:00-30:00 off",
        "Mo-Fr 22:00-06:00, Sa-Su 10:00-18:00",
        'Mo-Fr 10:00-17:00; PH off || unknown "by appointment"',
    ],
)
def test_nothing_is_said_of_hours_that_are_plain(hours: str) -> None:
    assert told(hours) == []


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        ("", "Empty. Write hours like"),
        ("  ", "Empty."),
        ("off", "“off” never opens in the next two years."),
        ("Mo-Fr,PH off", "never opens"),
        ("2025 Mo-Fr 10:00-17:00", "never opens"),
        ("Mo-Fr 10:00-17:00 unknown", "never opens"),
        ("Mo-Fr 10:00-17:00; Sa unknown", "“Sa unknown” counts as closed."),
        (
            "PH off; Mo-Fr 10:00-17:00",
            "“Mo-Fr 10:00-17:00” overrides “PH off” before it, first on Fri 25 Dec 2026. Write "
            "what is said of PH last.",
        ),
        ("PH off, Mo-Fr 10:00-17:00", "overrides “PH off” before it"),
        ("Mo-Fr 10:00-17:00; PH off; Mo 12:00-13:00", "first on Mon 28 Dec 2026"),
        (
            "Sa-Su,PH 07:00-22:00; Mo-Fr 07:00-10:00,17:00-22:00",
            "overrides “Sa-Su,PH 07:00-22:00” before it, first on Fri 25 Dec 2026.",
        ),
        (
            "Mo-Fr 22:00-06:00; PH off",
            "A night of “Mo-Fr 22:00-06:00” stops at midnight, first on Fri 25 Dec 2026, because "
            "of another rule. Say until when, as in “PH 06:00-30:00 off”",
        ),
        ("Mo-Fr 22:00-06:00; Sa-Su 10:00-18:00", "stops at midnight, first on Sat 28 Nov 2026"),
        ("Mo-Su 20:00-30:00; Dec 24 10:00-12:00", "first on Thu 24 Dec 2026"),
        (
            'Mo-Fr 10:00-17:00; PH off || "by appointment"',
            '“|| "by appointment"” opens it outside the rules before, first on Sat 28 Nov 2026 '
            "from 00:00.",
        ),
        ("sunrise-sunset", "It names sunrise, and where the sun stands isn't known here"),
        ("Mo-Fr (Sunrise+01:00)-17:00", "where the sun stands"),
        ("Mo-Fr 10:00-17:00; PH Mo off", "“PH Mo” is every public holiday and every one of those"),
        ("Mo-Fr 10:00-17:00; SH off", "It names SH; school holidays aren't known here"),
        ("Mo-Fr 10:00-17:00; PH", "“PH” names no times, so it is open all 24 hours. Write “PH 00:"),
        ("Feb 30 10:00-11:00", "“Feb 30 10:00-11:00” names Feb 30, and Feb has 29 days. Write a"),
        ("Mo-Fr 10:00-17:00; apr 29-31 off", "names apr 29-31, and Apr has 30 days."),
        ("Mo-Fr 10:00-17:00; Dec 24, Jun 31-Jul 02 off", "names Jun 31, and Jun has 30 days."),
        ("Sa-Su, PH 07:00-22:00", "so “Sa-Su” is open all 24 hours. Write “Sa-Su,PH 07:00-22:00”"),
    ],
)
def test_what_may_not_be_meant_is_told_with_its_remedy(hours: str, says: str) -> None:
    assert any(says in line for line in told(hours)), told(hours)


def test_ph_without_a_country_is_told() -> None:
    nowhere = Calendar(ZoneInfo("UTC"))
    assert "names no country" in told("Mo-Fr 10:00-17:00; PH off", nowhere)[0]
    assert told("Mo-Fr 10:00-17:00", nowhere) == []


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("country: GB", "GB has parts with holidays of their own: ENG, NIR, SCT, WLS."),
        ("country: AU", "AU has parts with holidays of their own: ACT, NSW, "),
        ("country: US", " more. Write yours as the subdivision"),
        ("country: IE", None),
        ("country: DE\n  subdivision: BE", None),
    ],
)
def test_a_country_whose_parts_have_holidays_of_their_own_is_told(
    place: str, says: str | None
) -> None:
    checked = check(TEXT.replace("country: GB\n  subdivision: ENG", place), at=AT)
    assert checked.process is not None
    lines = [str(one) for one in checked.warnings]
    assert (says is None and lines == []) or (says is not None and says in lines[0])
    assert all(line.startswith("line 12: place.country: ") for line in lines)


@pytest.mark.parametrize("hours", ["", "off", "Mo-Fr,PH off"])
@pytest.mark.parametrize(
    ("clock", "line", "old"),
    [
        ("support", 19, "Mo-Fr 10:00-17:00; PH off"),
        ("working", 22, "Mo-Fr 09:00-18:00; PH off"),
        ("on_call", 25, ON_CALL),
    ],
)
def test_hours_that_promise_and_never_open_are_refused(
    hours: str, clock: str, line: int, old: str
) -> None:
    checked = check(TEXT.replace(f'"{old}"', f'"{hours}"'), at=AT)
    (mistake,) = checked.mistakes
    assert (mistake.line, mistake.where) == (line, f"clocks.{clock}.hours")
    assert checked.process is None


def test_hours_that_promise_nobody_may_stay_shut_with_a_warning() -> None:
    checked = check(TEXT.replace('"Mo-Su 07:00-22:00"', '"off"'), at=AT)
    assert checked.process is not None
    assert "line 28: clocks.every_day.hours: “off” never opens" in str(checked.warnings[0])


def test_the_shipped_process_warns_of_nothing() -> None:
    assert check(TEXT, at=AT).warnings == ()


@pytest.mark.django_db
def test_hours_that_end_one_day_are_refused_anew_but_stay_in_force(tmp_path: Path) -> None:
    file = tmp_path / "process.yaml"
    ending = TEXT.replace(f'"{ON_CALL}"', '"2026 Mo-Su 07:00-22:00"')
    file.write_text(ending, encoding="utf-8")
    process.adopt(file=file, at=AT)
    assert process.warnings(at=AT) == ()
    later = AT + timedelta(days=60)
    process.adopt(file=file, at=later)
    assert (
        "clocks.on_call.hours: “2026 Mo-Su 07:00-22:00” never opens"
        in process.warnings(at=later)[0]
    )
    file.write_text(ending + "\n", encoding="utf-8")
    with pytest.raises(process.BrokenProcess, match="never opens"):
        process.adopt(file=file, at=later)
    assert not process.in_force().clock("on_call").is_open(later)


@pytest.mark.django_db
def test_the_process_page_shows_what_may_not_be_meant_and_what_opens_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, "2026-12-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    page = seen(visit("Ada").get("/process/"))
    assert "may not say what is meant" not in page
    assert "Support hours: open until today at 17:00 GMT Tue 29 Dec 10:00 to 17:00 GMT" in page
    assert "On-call hours: closed until today at 17:00 GMT Thu 24 Dec 17:00 to 22:00" in page
    file = tmp_path / "process.yaml"
    file.write_text(TEXT.replace("Mo-Fr 10:00-17:00; PH off", "PH off; Mo-Fr 10:00-17:00"))
    process.adopt(file=file, at=world.at)
    page = seen(visit("Ada").get("/process/"))
    assert "line 19: clocks.support.hours: “Mo-Fr 10:00-17:00” overrides “PH off”" in page
