"""What editors are told of a process file: each key, and values that `check` would refuse."""

import re
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from dutydesk.process.rules.check import DEFAULT_FILE, check, schema
from dutydesk.process.rules.opening_hours import WORDS, check_hours
from dutydesk.process.rules.yaml_lines import YamlDocument
from testing import sound
from testing.written_hours import written_hours

TEXT = DEFAULT_FILE.read_text(encoding="utf-8")


@cache
def editor() -> Draft202012Validator:
    """Give what an editor goes by."""
    Draft202012Validator.check_schema(schema())
    return Draft202012Validator(schema())


def marked(values: Any) -> list[str]:
    """Give the paths of what an editor marks as wrong."""
    return [error.json_path for error in editor().iter_errors(values)]


def keys() -> Iterator[tuple[str, Any]]:
    """Give every key of the file with what the schema says of it."""
    whole = schema()
    for section in (whole, *whole["$defs"].values()):
        for key, said in section.get("properties", {}).items():
            yield f"{section['title']}.{key}", said


def test_every_key_says_what_it_is_for() -> None:
    assert [name for name, said in keys() if not said.get("description", "").strip()] == []


def test_the_shipped_file_and_those_of_every_kind_of_team_are_right_in_an_editor() -> None:
    assert marked(YamlDocument(TEXT).values) == []
    for index in range(len(sound.TEAMS)):
        assert marked(sound.team(index)) == []


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        ("$.ask.quick_limit", "quick_limit: 15 minutes", "quick_limit: 15m"),
        ("$.ask.quick_limit", "quick_limit: 15 minutes", "quick_limit: PT15M"),
        ("$.ask.quick_limit", "quick_limit: 15 minutes", "quick_limit: 15"),
        ("$.ask.quick_limit", "quick_limit: 15 minutes", "quick_limit: a while"),
        ("$.on_call.turn.length", "length: 1 week", "length: weekly"),
        ("$.clocks.support.hours", "Mo-Fr 10:00-17:00; PH off", "Mon-Fri 10am-5pm"),
        ("$.clocks.support.hours", "Mo-Fr 10:00-17:00; PH off", "Monday to Friday"),
        ("$.clocks.support.hours", "Mo-Fr 10:00-17:00; PH off", "Mo-Fr 10.00-17.00"),
        ("$.place.zone", "zone: Europe/London", "zone: BST"),
        ("$.place.zone", "zone: Europe/London", "zone: London"),
        ("$.team.channel", 'channel: "#cloud-platform"', "channel: cloud-platform"),
        ("$.alarms.high_channel", '"#high-priority-alarms"', '"#high priority"'),
        ("$.on_call.turn.starts", "starts: Monday 10:00", "starts: Mon 10:00"),
        ("$.ask.cover.parts[0].starts", 'starts: "09:00"', 'starts: "9:00"'),
        ("$.support.size", "size: 3", "size: three"),
    ],
)
def test_what_check_refuses_is_marked_where_it_stands(key: str, old: str, new: str) -> None:
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    assert check(text).process is None
    assert marked(YamlDocument(text).values) == [key]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("quick_limit: 15 minutes", "quick_limit: 1 Hour, and 30 MINUTES"),
        ("quick_limit: 15 minutes", "quick_limit: 90seconds"),
        ("size: 3", 'size: "3"'),
        ("in_stint: true", "in_stint: Yes"),
        ("in_stint: true", 'in_stint: "0"'),
        ("in_stint: true", "in_stint: 0"),
        ("shown: off\n  title", "shown: false\n  title"),
        ("ask_at_most: 6", 'ask_at_most: "6"'),
        ("version: 1", "version: 1\nx-hours: &h 24/7\nx-more: {anything: [at, all]}"),
    ],
)
def test_what_check_takes_is_taken_however_it_is_written(old: str, new: str) -> None:
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    assert check(text).mistakes == ()
    assert marked(YamlDocument(text).values) == []


def test_hours_that_can_be_read_are_marked_by_no_editor(pytestconfig: pytest.Config) -> None:
    chance = Random(11)
    for _ in range(pytestconfig.getoption("--fuzz")):
        hours = written_hours(chance)
        assert check_hours(hours) or re.search(WORDS, hours), hours


def test_keys_of_the_file_s_own_hold_what_is_said_in_several_places() -> None:
    text = TEXT.replace("version: 1", 'version: 1\nx-hours: &h "Mo-Fr 08:00-16:00"')
    text = text.replace('hours: "Mo-Fr 10:00-17:00; PH off"', "hours: *h")
    process = check(text).process
    assert process is not None and process.clocks["support"].hours == "Mo-Fr 08:00-16:00"
    (wrong,) = check(TEXT.replace("version: 1", "version: 1\ny-hours: &h 24/7")).mistakes
    assert wrong.where == "y-hours" and "is not a key here" in wrong.wrong
