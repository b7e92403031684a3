"""What people and machines type and send when they shouldn't: for every route and every field."""

import inspect
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

import dutydesk

_HOUSE = Path(dutydesk.__file__).parent
_SOURCES = [f for kind in ("*.html", "*.py") for f in _HOUSE.rglob(kind)]
_NAMES = re.compile(
    r'name="([a-z_]+)"|Field\(\s*"([a-z_]+)"|(?:POST|GET)\.get(?:list)?\(\s*["\']([a-z_]+)'
    r'|\{% field "([a-z_]+)"'
    r'|\.(?:text|chosen|moment|number|flag)\("([a-z_]+)"\)'
)
_KEYS = re.compile(r'^    "([a-z-]+)": (?:_|lambda|")', re.MULTILINE)
_VALUES = re.compile(r'<option value="([^"{]+)"|name="what" value="([^"{]+)"')


def merge_bomb() -> str:
    """Give YAML of few characters whose merge keys copy a thousand million values."""
    levels = [f"b{n}: &b{n} {{<<: [{', '.join([f'*b{n - 1}'] * 10)}]}}" for n in range(1, 10)]
    return "\n".join(["b0: &b0 {k: 1}", *levels])


@cache
def field_names(module: str) -> tuple[str, ...]:
    """Give the name of every field that the views of a module read, or that its pages have."""
    text = inspect.getsource(import_module(module))
    pages = [f for f in _SOURCES if f"{f.parent.name}/{f.name}" in text]
    found = {
        name
        for source in (text, *(f.read_text() for f in pages))
        for match in _NAMES.findall(source)
        for name in match
    }
    return tuple(sorted(found - {""})) or ("what",)


@cache
def known_values() -> tuple[str, ...]:
    """Give the values that pages themselves send."""
    found = {v for f in _SOURCES for match in _VALUES.findall(f.read_text()) for v in match}
    found |= {value for f in _SOURCES for value in _KEYS.findall(f.read_text())}
    return tuple(sorted(found - {""}))


WORDS = (
    "", "0", "1", "2", "-1", "007", "1e9", "9" * 30, "99999999999999999999", "NaN", "١٢",
    "2026-11-24", "2026-11-24T10:00", "2026-03-29T01:30", "0001-01-01T00:00", "9999-12-31T23:59",
    "2026-02-30T10:00", "2026-11-24T10:00+99:99", "2026-W01", "24:00", "-00:00", "15 minutes",
    "0 minutes", "999999999 weeks", "primary", "support", "secondary", "elapsed", "high", "yes",
    "on", "\x00", "a\x00b", "\ud800".encode("utf-8", "replace").decode(), "\u202eright", "🚨" * 50,
    "<!channel>", "<script>alert(1)</script>", "{{ 7*7 }}", "%s%n", "'; DROP TABLE x; --",
    "../../etc/passwd", "http://[", "https://example.org", "x" * 10_000, "Mo-Fr 25:00-99:00",
    "engineers: [{name: [", "alarm:1", "incident:99", "ada@example.org", "not@an@address",
    "#channel", '{"a": 1}', "[" * 500, "\r\nSet-Cookie: x=y", "\U0001d518\U0001d52b", " ", "\n",
    "[" * 5000, "\ud800", "a\udfffb", "2026-11-24T10:00+01:00", "0001-01-01T00:00:00+14:00",
    "10000-01-01T00:00", "9" * 5000, "²", "-0", "1.5", "0x10", "\x0b", "\u2028", "a=~(",
    "a=~b(?=c)", "host=~" + ".*?" * 50 + "x", "engineers: 2026-99-99", "engineers: " + "9" * 5000,
    'engineers: [{name: "\\0", email: "a@b.c"}]', "a" * 300 + "@example.org",
    "a@b.c\r\nBcc: x@y.z", "Mon-Fri 20:00-08:00", "Sun 02:00-04:00\n" * 100, "9999999 days",
    "1 hour", "Ada\nBen",
    "Ada, 2026-12-25 10:00, 9999-12-25 14:00", "Europe/London", "../../Etc", "weekly", "hourly",
)  # fmt: skip
MEGABYTE = 1_000_000
HUGE = (
    "x" * MEGABYTE, " " * MEGABYTE, "\n" * MEGABYTE, "[" * MEGABYTE, "9" * MEGABYTE,
    "- {name: a, email: a@b.c}\n" * 20_000, "a=~" + "(a+)+" * 200_000, "<!--" * 200_000,
    "@ada " * 200_000, "# a" + " " * MEGABYTE + "b", "http://" * 100_000, "1 minute " * 100_000,
)  # fmt: skip
BODIES = (
    b"", b"\xff\xfe", b"%", b"%00=%00", b"a" * MEGABYTE, b"a=1&" * 2_000, b"x" * 3_000_000,
    b"text=%ED%A0%80", b"=" * 5_000, b'{"a": 1}',
)  # fmt: skip
ADDRESSES = (
    "http://[",
    "https://elsewhere.example.org/",
    "http://testserver/do/x/y",
    "//x",
    "/\x7f",
    "http://testserver/alarms/1",
    "javascript:alert(1)",
    "x" * 5000,
)
_STORABLE = tuple(each for each in WORDS if not re.search("[\ud800-\udfff]", each))
words = st.one_of(
    st.sampled_from(_STORABLE),
    st.sampled_from(known_values()),
    st.text(max_size=40),
    st.integers().map(str),
    st.datetimes().map(lambda at: at.isoformat(timespec="minutes")),
)


EDGES = (
    "1", "2", "0", "-1", "999999", "9" * 25, "", "x", "\x00", "x" * 10_000, "2026-11-24T10:00",
    "9999-12-31T23:59", "0001-01-01T00:00", "2026-03-29T01:30", "9999-12-31",
)  # fmt: skip


json_values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@st.composite
def mutated(draw: st.DrawFn, value: Any) -> Any:
    """Give the JSON value with a few of its parts left out, doubled or replaced by junk."""
    for _ in range(draw(st.integers(1, 3))):
        value = _mutate(draw, value)
    return value


def _mutate(draw: st.DrawFn, value: Any) -> Any:
    how = draw(st.integers(0, 9))
    if how == 0 or not isinstance(value, dict | list) or not value:
        return draw(json_values)
    if isinstance(value, list):
        place = draw(st.integers(0, len(value) - 1))
        if how == 1:
            return value + value
        return [*value[:place], _mutate(draw, value[place]), *value[place + 1 :]]
    key = draw(st.sampled_from(sorted(value)))
    if how == 1:
        return {name: part for name, part in value.items() if name != key}
    if how == 2:
        return {**value, draw(st.text(max_size=8)): draw(json_values)}
    return {**value, key: _mutate(draw, value[key])}
