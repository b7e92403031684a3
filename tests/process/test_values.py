"""What a process file may hold: each value is bounded where it is read, and nothing breaks it."""

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from dutydesk.kernel.durations import read_duration
from dutydesk.people.models import Account
from dutydesk.process.flows import process as flows
from dutydesk.process.rules import check as checker
from dutydesk.process.rules.ask_channel import PartOfDay
from dutydesk.process.rules.ask_words import AskWords
from dutydesk.process.rules.check import DEFAULT_FILE, Checked, check, default_process
from dutydesk.process.rules.fields import filling
from dutydesk.process.rules.limits import OnCallWords, SoFar
from dutydesk.process.rules.model import Process
from dutydesk.process.rules.parts import without_part
from dutydesk.site.health import health
from testing.tries import tries
from testing.world import World

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
TEXT = DEFAULT_FILE.read_text(encoding="utf-8")


def told(old: str, new: str) -> str:
    """Give the only mistake of the shipped process with this put instead of that."""
    assert old in TEXT
    checked = check(TEXT.replace(old, new))
    assert checked.fault is None
    (mistake,) = checked.mistakes
    return str(mistake)


WELCOME = '"Thanks, {asker}. {cover} is answering questions just now."'
OPENING = 'starts: "09:00", ends: "10:00"'
NOBODY = "approved: []"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (WELCOME, '"{asker:%H:%M}"', "“{asker}” has a code in its braces. Write {asker} alone"),
        (WELCOME, '"{asker!r}"', "“{asker}” has a code in its braces."),
        (WELCOME, '"{asker:>9999999999}"', "“{asker}” has a code in its braces."),
        (WELCOME, '"{asker:{cover}}"', "“{asker}” has a code in its braces."),
        (WELCOME, '"{asker.name}"', "The desk can't fill in “{asker.name}”."),
        (WELCOME, '"{asker[0]}"', "The desk can't fill in “{asker[0]}”."),
        (WELCOME, '"{}"', "The desk can't fill in “{}”."),
        (WELCOME, '"{0}"', "The desk can't fill in “{0}”."),
        (WELCOME, '"a } alone"', "A brace stands alone."),
        (WELCOME, '"a { alone"', "Write a brace that is meant as one twice: {{."),
        (WELCOME, '" "', "The wording is empty."),
        ("limit: 15 minutes", "limit: 99999999999 weeks", "is more than a year. Write “366 days”"),
        ("limit: 15 minutes", "limit: 367 days", "“367 days” is more than a year."),
        ("limit: 15 minutes", f"limit: {'9' * 5000} days", "is not a length of time."),
        ("limit: 15 minutes", "limit: 20 minutes 20 minutes", "is not a length of time."),
        ("limit: 15 minutes", "limit: .inf", "“inf” is not a length of time."),
        (
            "updates_every: 60 minutes",
            "updates_every: 1 second",
            "too short here. Write “1 minute”",
        ),
        ("stint: 2 weeks", "stint: 1 hour", "“1 hour” is too short here. Write “1 day” or more."),
        ("length: 1 week", "length: 90 minutes", "“1 hour 30 minutes” is not a number of whole"),
        ("size: 3", "size: true", "“true” is not a whole number. Write one, like “3”."),
        ("size: 3", "size: &many true", "“true” is not a whole number."),
        ("size: 3", "size: 3.0", "“3.0” is not a whole number."),
        ("size: 3", "size: .nan", "“nan” is not a whole number."),
        ("size: 3", f"size: {'9' * 5000}", "is not a whole number."),
        ("size: 3", "size: 99999999999", "99999999999 is too great. Write 100 or less."),
        ("size: 3", "size: -1", "-1 is too small. Write 1 or more."),
        ("size: 3", "size: 1:30", "“1:30” is not a whole number."),
        (OPENING, 'starts: 9, ends: "10:00"', "“9” is not a time of day. Write it in quotes"),
        (OPENING, 'starts: "09:00Z", ends: "10:00"', "“09:00Z” is not a time of day."),
        (OPENING, 'starts: "24:00", ends: "24:00"', "“24:00” is not a time of day."),
        (OPENING, 'starts: "09:00:30", ends: "10:00"', "is not a time of day."),
        (OPENING, 'starts: "09:00", ends: "09:00"', "The part ends when it starts."),
        (OPENING, 'starts: "22:00", ends: "10:30"', "“Opening” and “Morning” share time."),
        ("17:00; PH off", "17:00; PH -", "clocks.support.hours: “Mo-Fr 10:00-17:00; PH -” can't"),
        (NOBODY, "approved: [{name: A, on: 2025-02-30}]", "“2025-02-30” is not a day."),
        (NOBODY, "approved: [{name: A, on: 14/02/2025}]", "Write year, month and day, like “2026-"),
        (NOBODY, "approved: [{name: A, on: 20250214}]", "“20250214” is not a day."),
        (NOBODY, "approved:", "“nothing” is not a list. Write one, or [] for none."),
        ("size: 3", "size: 3\n  size: 4", "line 32: “size” is there twice. Keep one of the two."),
        ("name: Cloud Platform", 'name: "\\ud800"', "line 6: team.name: The text has a character"),
        ("name: Cloud Platform", 'name: "a\\0b"', "line 6: team.name: The text has a character"),
        ("name: Cloud Platform", "name: \x07", "line 6: This line has a character that YAML can't"),
        ("name: Cloud Platform", "name: ''", "There is no text. Write it, like “Cloud Platform”."),
        ('"#ask-cloud-platform"', f'"#{"x" * 80}"', "is not a channel."),
        ("place:\n  zone", "place: here\nnowhere:\n  zone", "“here” is not a section."),
        ("limit: 1 hour", "limit: 10 minutes", "warn_before is not shorter than limit."),
        ("ends_within: 4 hours", "ends_within: 15 minutes", "not shorter than ends_within."),
    ],
)
def test_a_value_that_can_t_be_is_refused_with_its_remedy(old: str, new: str, says: str) -> None:
    if "nowhere" in new:
        assert any(says in str(mistake) for mistake in check(TEXT.replace(old, new)).mistakes)
    else:
        assert says in told(old, new)


def test_old_yaml_reads_times_as_numbers_and_that_is_told_for_each() -> None:
    checked = check(f"%YAML 1.1\n---\n{TEXT.replace(chr(34) + '09:00' + chr(34), '10:00')}")
    assert [m.wrong for m in checked.mistakes] == ["“600” is not a time of day."]


def test_anchors_and_merged_keys_are_values_like_others() -> None:
    lunch = '- {id: lunch, title: Lunch, starts: "12:30", ends: "13:30"}'
    assert lunch in TEXT
    two = lunch.replace("- {", "- &lunch {").replace("13:30", "13:00")
    late = '- {<<: *lunch, id: late, starts: "13:00", ends: "13:30"}'
    process = check(TEXT.replace(lunch, f"{two}\n      {late}")).process
    assert process is not None
    assert [part.title for part in process.ask.cover.parts].count("Lunch") == 2


def test_a_file_from_windows_is_read() -> None:
    assert check("\ufeff" + TEXT).process == check(TEXT).process


def test_names_that_stand_for_a_thousand_others_are_too_long() -> None:
    names = ["x"] + [f"x{n}" for n in range(8)]
    bomb = "".join(f"{a}: &{a} [{', '.join(['*' + b] * 10)}]\n" for b, a in pairwise(names))
    (mistake,) = check(f"x: &x [1]\n{bomb}").mistakes
    assert "too long to be a process file" in mistake.wrong


Words = type[AskWords] | type[OnCallWords] | type[SoFar]
WORDINGS: list[tuple[Words, str]] = [
    (kind, name)
    for kind in (AskWords, OnCallWords, SoFar)
    for name in kind.model_fields
    if name != "so_far"  # Which holds wordings itself.
]
PIECES = st.sampled_from(
    [
        "{",
        "}",
        "{{",
        "}}",
        "{asker}",
        "{cover}",
        "{asker!r}",
        "{asker:>5}",
        "{asker.x}",
        "{0}",
        " a",
    ]
)


MORE_NAMES = ("waited", "lead", "count", "within", "service", "next", "since", "out", "update")


def placeholders(kind: Words, name: str) -> dict[str, str]:
    """Give a value that is hard to write for every name that the shipped wording could use."""
    names = ("asker", "cover", "opens", "engineer", "by", "limit", "number", "because", "command")
    return dict.fromkeys((*names, *MORE_NAMES), "{x} %s")


@settings(deadline=None)
@given(st.one_of(st.text(max_size=20), st.lists(PIECES, max_size=6).map("".join)))
def test_any_wording_that_passes_can_be_filled_in_with_any_value(text: str) -> None:
    for kind, name in WORDINGS:
        try:
            words: Any = kind(**{name: text})
        except ValidationError:
            continue
        getattr(words, name).format(**placeholders(kind, name))


def test_a_wording_is_held_to_the_names_that_its_place_fills_in() -> None:
    for kind, name in WORDINGS:
        checks = [one for one in kind.model_fields[name].metadata if hasattr(one, "func")]
        assert [one.func.__qualname__ for one in checks] == [f"{filling.__name__}.<locals>.check"]


@given(st.text(max_size=40) | st.from_regex(r"\d+ ?(week|day|hour|second)s?", fullmatch=True))
def test_a_length_of_time_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        assert read_duration(text) >= timedelta()
    except ValueError as error:
        assert "length of time" in str(error) or "calendar" in str(error) or "limit" in str(error)


def test_a_part_of_the_day_may_go_on_to_midnight() -> None:
    part = TypeAdapter(PartOfDay).validate_python(
        {"id": "late", "title": "Late", "starts": "16:00", "ends": "24:00"}
    )
    assert part.ends == time() and part.to_midnight
    assert part.on(AT.date())[1] == datetime(2026, 11, 25)  # noqa: DTZ001 -- a wall clock
    assert part.model_dump(mode="json")["ends"] == "24:00"


def test_a_part_of_the_day_may_cross_midnight() -> None:
    part = TypeAdapter(PartOfDay).validate_python(
        {"id": "night", "title": "Night", "starts": "20:00", "ends": "08:00"}
    )
    first, last = part.on(AT.date())
    assert (f"{first:%d %H:%M}", f"{last:%d %H:%M}") == ("24 20:00", "25 08:00")
    whole = check(TEXT.replace(OPENING, 'starts: "18:30", ends: "09:00"'))
    assert whole.mistakes == ()


@pytest.mark.parametrize(
    ("day", "night", "holes"),
    [
        (("08:00", "20:00"), ("20:00", "08:00"), []),
        (("08:00", "20:00"), ("21:00", "07:00"), ["07:00 to 08:00", "20:00 to 21:00"]),
        (("08:00", "20:00"), ("20:00", "24:00"), ["00:00 to 08:00"]),
    ],
)
def test_parts_that_cross_midnight_hold_support_hours_of_the_whole_day(
    day: tuple[str, str], night: tuple[str, str], holes: list[str]
) -> None:
    process = default_process().model_dump(mode="json")
    process["clocks"]["support"]["hours"] = "Mo-Su 00:00-24:00"
    process["ask"]["cover"]["parts"] = [
        {"id": name, "title": name, "starts": starts, "ends": ends}
        for name, (starts, ends) in {"day": day, "night": night}.items()
    ]
    assert without_part(Process.model_validate(process)) == holes


ODD = st.sampled_from(
    [
        "~", "[]", "{}", "[[]]", "{a: {b: c}}", "!x y", "!!set {a}", "!!binary aGk=", "!!int x",
        "!!bool maybe", "!!timestamp x", "? [a, b]\n: 1", "*nobody", "&a [*a]", ".inf", "-.inf",
        ".nan", "0o7", "0x1F", "1_000", "1e400", "2025-02-30", "2025-02-14T10:00:00Z", "10:00",
        "'\\ud800'", '"\\ud800"', '"\\0"', '"\\x07"', "|\n  x", "%", "@", "`", "<<: 3", "<<: *a",
        "yes", "08", "9" * 4301, "x" * 5000, "{? {a: 1} : 2}", "- a", "\t", "\u2028", "\ufffe",
    ]
)  # fmt: skip


@tries(20)
@example([(5, "&a [*a]"), (6, "&a [*a]")])
@given(st.lists(st.tuples(st.integers(3, TEXT.count("\n") - 1), ODD | st.text(max_size=8))))
def test_whatever_stands_in_the_file_the_checker_does_not_fail(
    changes: list[tuple[int, str]],
) -> None:
    lines = TEXT.splitlines()
    for number, value in changes[:4]:
        found = re.match(r"[^:-]*[:-]", lines[number])
        lines[number] = f"{found[0] if found else ''} {value}"
    checked = check("\n".join(lines))
    assert checked.fault is None, checked.mistakes
    assert all(1 <= m.line <= len("\n".join(lines).splitlines()) + 1 for m in checked.mistakes)


class Broken(Exception):
    """Nobody foresaw this."""


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def fail(*_: object) -> Checked:
        raise Broken("nobody foresaw this")

    monkeypatch.setattr(checker, "_read", fail)
    yield


@pytest.mark.django_db
def test_a_file_that_breaks_the_checker_leaves_the_last_good_process_and_is_told_of(
    tmp_path: Path, client: Client, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    file = tmp_path / "process.yaml"
    before = flows.in_force()
    request.getfixturevalue("failing")
    file.write_text(TEXT + "# changed\n", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert not flows.follow(file=file, at=world.at)
        assert not flows.follow(file=file, at=world.at)
    assert [record.exc_info is not None for record in caplog.records] == [True], "told once"
    assert flows.in_force() == before
    said = "The checker itself failed on this file: Broken: nobody foresaw this."
    (process,) = [one for one in health(world.at) if one.name == "process"]
    assert not process.well and said in process.says
    client.force_login(Account.objects.get(name="Ada"))
    assert said in client.get("/process/").content.decode()


@pytest.mark.django_db
def test_a_new_desk_is_approved_by_nobody_and_says_so(tmp_path: Path, client: Client) -> None:
    World(tmp_path, "2026-11-24T11:00")
    client.force_login(Account.objects.get(name="Ada"))
    nobody = "Nobody has approved this process yet."
    assert nobody in client.get("/process/").content.decode()
    client.post("/process/", {"version": flows.version_in_force().pk})
    page = client.get("/process/").content.decode()
    assert nobody not in page and "Ada" in page
