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
    r'|\.(?:text|chosen)\("([a-z_]+)"\)'
)
_VALUES = re.compile(r'<option value="([^"{]+)"|name="what" value="([^"{]+)"')


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
    "[" * 5000,
)  # fmt: skip
words = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(known_values()),
    st.text(max_size=40),
    st.integers().map(str),
    st.datetimes().map(lambda at: at.isoformat(timespec="minutes")),
)


EDGES = (
    "1", "2", "0", "-1", "999999", "9" * 25, "", "x", "\x00", "x" * 10_000, "2026-11-24T10:00",
    "9999-12-31T23:59", "0001-01-01T00:00", "2026-03-29T01:30", "9999-12-31",
)  # fmt: skip


def forms(module: str) -> st.SearchStrategy[dict[str, Any]]:
    """Give forms for the views of a module, filled in with anything."""
    names = st.sampled_from(field_names(module))
    edges, known = st.sampled_from(EDGES), st.sampled_from(known_values())
    value = st.one_of(edges, edges, known, words, st.lists(words, max_size=3))
    return st.dictionaries(st.one_of(names, st.sampled_from(["filled", "confirm"])), value)


numbers = st.one_of(st.integers(0, 3), st.just(2**31), st.just(2**63), st.just(10**25))

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
