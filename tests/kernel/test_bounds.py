"""What people and machines write is read within bounds, and what is beyond them is said."""

import json
import re
import sys
from datetime import UTC, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.adapters.github.payloads import split_marker
from dutydesk.desk.rules.issue_bodies import sections_of
from dutydesk.desk.rules.templates import read_template
from dutydesk.kernel import bounds
from dutydesk.kernel.bounds import OutOfBounds
from dutydesk.kernel.durations import read_duration
from dutydesk.kernel.moments import NotAMoment, coming_moment, typed_moment
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import number_of
from dutydesk.kernel.tables import Columns, UnreadableFile, rows
from dutydesk.people.rules import (
    BrokenPeopleFile,
    EngineerRow,
    email_address,
    read_people,
    read_row,
)
from dutydesk.process.rules.check import check
from dutydesk.rota.rules.typed import windows
from testing.junk import merge_bomb

LONDON = ZoneInfo("Europe/London")
HALF, NUL = "\ud800", "\x00"


@given(st.integers(0, 2**64))
def test_a_number_is_read_if_a_row_can_have_it(number: int) -> None:
    assert bounds.number(f" {number} ") == (number if number < 2**63 else None)


@pytest.mark.parametrize("text", ["", "-1", "1.0", "1e3", "0x1", "²", "١٢", "1 2", "9" * 5000])
def test_what_is_no_plain_number_is_none(text: str) -> None:
    assert bounds.number(text) is None
    with pytest.raises(ValueError, match="does not name one alarm"):
        number_of(f"alarm:{text}", "alarm")


@pytest.mark.parametrize(
    "text",
    ["0001-01-01T00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59-14:00", "soon", "x" * 9999],
)
def test_a_time_lies_on_a_calendar_that_is_sure(text: str) -> None:
    with pytest.raises(NotAMoment, match="is not a time"):
        typed_moment(text, LONDON)


@pytest.mark.parametrize(
    "text",
    [
        "ada",
        "@b.c",
        "a@b",
        "a b@c.d",
        "a@b..c",
        "a@-b.c",
        "a@b-.c",
        "a@b.c.",
        "a@b.c\r\nBcc: x@y.z",
        f"a{NUL}@b.c",
        "a" * 65 + "@b.c",
        "a@" + "b" * 64 + ".org",
        "a@" + "b." * 200 + "c",
        "a" * 300 + "@example.org",
        "a@b@c.d",
        "<a@b.c>",
    ],
)
def test_an_e_mail_address_is_one_and_nothing_else(text: str) -> None:
    with pytest.raises(BrokenPeopleFile, match="is not an e-mail address"):
        read_row(EngineerRow, name="Ada", email=text)


def test_everyday_e_mail_addresses_are_taken() -> None:
    for text in ("ada@example.org", "Ada.L+page@sub.example.co.uk", "o'neil_x@a-b.museum"):
        assert email_address(text) == text.lower()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("engineers: 2026-99-99", "This is not YAML"),
        ("engineers: " + "9" * 5000, "There is a number of more than 1,000"),
        ('engineers: [{name: "A\\0", email: a@b.c}]', "can't be seen or stored"),
        ('engineers: [{name: "A\\nB", email: a@b.c}]', "can't be seen or stored"),
        ("[" * 20_000, "nested too deep"),
        ("- " * 20_000, "nested too deep"),
        ("engineers:\n" + "- {name: a, email: a@b.c}\n" * 20_000, "100000 is the most"),
        ("engineers:\n" + "- {name: a, email: a@b.c}\n" * 1_001, "at most 1000 items"),
        (f"engineers: []{NUL}", "YAML can't hold"),
        (merge_bomb(), "Line 4: Its merge keys (“<<”) copy more than 10,000 values"),
        (
            f"a: &a {{{', '.join(f'k{n}: 1' for n in range(1_000))}}}\n"
            f"b: {{<<: [{', '.join(['*a'] * 15_000)}]}}",
            "merge keys",
        ),
        ("\n- !!bool maybe", "a value doesn't fit its tag"),
        ('engineers: !!int ""', "a value doesn't fit its tag"),
        ("engineers: !!omap [{a: 1}, {a: 1}]", "a value doesn't fit its tag"),
        ("? [[1]]\n: 1", "or a key is no text"),
        (f"engineers:\n- name: 0x{'f' * 4_000}", "Line 2: There is a number of more than 1,000"),
        (f"engineers:\n- name: {'9' * 5_000}", "There is a number of more than 1,000"),
    ],
)
def test_a_file_of_people_is_bounded_before_it_is_read(text: str, says: str) -> None:
    began = process_time()
    with pytest.raises(BrokenPeopleFile) as refused:
        read_people(text)
    assert says in str(refused.value)
    assert len(str(refused.value)) < 5_000
    assert process_time() - began < 5


def test_people_who_share_values_are_read() -> None:
    rows = "".join(f"- {{name: N{n}, email: n{n}@x.org, <<: *a}}\n" for n in range(900))
    found = read_people(f"engineers:\n- &a {{name: A, email: a@x.org, skills: [b]}}\n{rows}")
    assert {one.skills for one in found.engineers} == {("b",)}


def test_a_process_file_that_is_too_much_is_refused_with_the_line() -> None:
    for text in (
        "a:\n" + "[" * 20_000,
        "a: !!omap [{a: 1}, {a: 1}]",
        "? [[1]]\n: 1",
        "a: 1\n" * 50_000,
        f"a:\n  b: {NUL}",
    ):
        (mistake,) = check(text).mistakes
        assert mistake.instead
    assert check("a:\n\n" + "{" * 60).mistakes[0].line == 3


def test_what_senders_write_is_made_storable_and_means_the_same() -> None:
    def kept(text: str) -> object:
        return json.loads(bounds.storable_json(json.dumps({"a": text}).encode()))["a"]

    assert kept(f"a{NUL}{HALF}b\udfff") == "a\ufffd\ufffdb\ufffd"
    assert kept("🚨 \\u0000 \\ud800 é") == "🚨 \\u0000 \\ud800 é"
    assert json.loads(bounds.storable_json(b'\xef\xbb\xbf{"a": "Caf\xe9"}')) == {"a": "Caf\ufffd"}
    assert json.loads(bounds.storable_json(b'{"a": "b\x00\xed\xa0\x80"}'))["a"][:2] == "b\ufffd"
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"):
        assert json.loads(bounds.storable_json('{"a": "Café"}'.encode(encoding))) == {"a": "Café"}
    assert json.loads(bounds.storable_json('{"a": "Café"}'.encode())) == {"a": "Café"}


_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<none>u0000|u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_PIECES = (
    b"\\",
    b"\\\\",
    b"\\ud83d",
    b"\\uDe00",
    b"ud83d",
    b"ude00",
    b"\\u0000",
    b"u0000",
    b"\\n",
    b"x",
)


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map(b"".join))
def test_what_is_no_character_is_replaced_as_if_each_escape_were_looked_at(body: bytes) -> None:
    def looked_at(found: re.Match[bytes]) -> bytes:
        return b"\\ufffd" if found["none"] else found[0]

    assert bounds.storable_json(body) == _ESCAPE.sub(looked_at, body)


@pytest.mark.parametrize(
    "body",
    [
        b'"\\u0000' + b"\\n" * 1_000_000,
        b'"\\u0000' + b"\\" * 2_000_000,
        b'"' + b"\\ud83d\\ude00" * 166_000,
        b'"' + b"\\ud83d" * 333_000,
        b'"' + b"\\\\ud83d\\ude00" * 150_000,
    ],
    ids=["other", "backslashes", "pairs", "halves", "behind another"],
)
def test_a_body_of_a_million_escapes_calls_nothing_for_each(body: bytes) -> None:
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        found = bounds.storable_json(body)
    finally:
        sys.setprofile(None)
    assert calls < 100
    assert json.detect_encoding(found) == "utf-8" and b"\\u0000" not in found


def test_a_length_of_time_is_bounded() -> None:
    assert read_duration("1 hour 30 minutes") == timedelta(minutes=90)
    for text in ("9" * 99, "9" * 90 + " days", "9999999999 days", "1" * 1_000_000):
        with pytest.raises(ValueError, match=r"length of time|longer"):
            read_duration(text)


def test_a_table_has_no_more_rows_and_characters_than_are_read() -> None:
    columns = Columns(("a",))
    with pytest.raises(UnreadableFile, match="more than 200000 rows"):
        list(rows(["a\n", *["1\n"] * 200_001], columns))
    with pytest.raises(UnreadableFile, match="Line 2 has more than"):
        list(rows(["a\n", "x" * 1_000_000], columns))


@pytest.mark.parametrize(
    "text",
    ["\n" * 60_000, "# a" + " " * 60_000 + "b", "<!--" * 15_000, "---" + "\n" * 60_000 + "x"],
)
def test_no_text_keeps_its_reader_busy(text: str) -> None:
    began = process_time()
    split_marker(text + "\n<!-- dutydesk:x -->y")
    sections_of(text)
    read_template("ask.md", text)
    with pytest.raises(Refused):
        windows("Mon" + text.replace("\n", " ") + "x")
    with pytest.raises(OutOfBounds):
        bounds.check_text(text, longest=1_000)
    assert process_time() - began < 5
    assert split_marker("Text\n\n<!-- dutydesk:ticket:1 -->\n") == ("Text", "dutydesk:ticket:1")
    assert split_marker("Text <!-- x -->") == ("Text <!-- x -->", "")


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("Mon 10:00", "2026-11-30T10:00Z"),
        ("saturday 19:00", "2026-11-28T19:00Z"),
        ("Sat 18:00", "2026-12-05T18:00Z"),
        ("2026-07-01T09:00", "2026-07-01T08:00Z"),
    ],
)
def test_a_day_and_a_time_are_the_next_such_ones(text: str, then: str) -> None:
    now = datetime(2026, 11, 28, 18, 53, tzinfo=UTC)
    assert coming_moment(text, LONDON, now) == datetime.fromisoformat(then)


@pytest.mark.parametrize("text", ["Mon", "Xyz 10:00", "Mon 25:00", "soon", ""])
def test_what_is_neither_a_day_and_a_time_nor_a_moment_is_refused(text: str) -> None:
    with pytest.raises(NotAMoment):
        coming_moment(text, LONDON, datetime(2026, 11, 28, 18, 53, tzinfo=UTC))
