"""What stands before a page's text: its title, what it is for, and when it is looked through."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dutydesk.handbook.rules.bounds import MOST_KEYS
from dutydesk.process.rules.yaml_text import NotYaml, read_yaml

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.S | re.M)
_LENGTH = re.compile(r"\s*(\d{1,3})\s*(day|week|month|year)s?\s*", re.I)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_LONGEST = 200


@dataclass(frozen=True)
class FrontMatter:
    """What a page says of itself. `review_by`: the last day by which it is looked through again."""

    title: str = ""
    alerts: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    reviewed_on: date | None = None
    review_by: date | None = None
    notes: tuple[str, ...] = ()


def read_front_matter(text: str) -> tuple[FrontMatter, str]:
    """Give what stands before the text, and the text. What can't be read is said, and left out."""
    found = _FRONT.match(text)
    if found is None:
        return FrontMatter(), text
    rest = text[found.end() :]
    try:
        values = read_yaml(found[1])
    except NotYaml as error:
        return FrontMatter(notes=(f"what stands before its text: {error.reason}",)), rest
    return (_front(values) if isinstance(values, Mapping) else FrontMatter()), rest


def _front(values: Mapping[Any, Any]) -> FrontMatter:
    notes: list[str] = []
    reviewed = _day(values.get("last_reviewed_on"), notes)
    title = values.get("title")
    return FrontMatter(
        title=" ".join(_storable(title).split())[:_LONGEST] if isinstance(title, str) else "",
        alerts=tuple(_names(values.get("alerts"))),
        services=tuple(_names(values.get("services"))),
        reviewed_on=reviewed,
        review_by=_review_by(reviewed, values.get("review_in"), notes),
        notes=tuple(notes),
    )


def _names(given: Any) -> Iterator[str]:
    """Give the names of a list, or the one that stands alone."""
    listed: Iterable[Any] = given if isinstance(given, list) else [given]
    for one in list(listed)[:MOST_KEYS]:
        if isinstance(one, str | int) and str(one).strip():
            yield _storable(str(one)).strip()[: _LONGEST - 10]


def _storable(text: str) -> str:
    """Give a text without what no database keeps."""
    return _UNSTORABLE.sub("\ufffd", text)


def _day(given: Any, notes: list[str]) -> date | None:
    if isinstance(given, datetime):
        return given.date()
    if given is None or isinstance(given, date):
        return given
    try:  # What is no text may be vast once it is written out.
        return date.fromisoformat(given.strip() if isinstance(given, str) else "")
    except ValueError:
        notes.append("`last_reviewed_on` is no day like 2026-01-31")
        return None


def _review_by(reviewed: date | None, given: Any, notes: list[str]) -> date | None:
    if given is None:
        return None
    length = _LENGTH.fullmatch(given if isinstance(given, str) else "")
    if length is None:
        notes.append("`review_in` is no length of time like “6 months”")
        return None
    if reviewed is None:
        return None
    count, unit = int(length[1]), length[2].lower()
    try:
        if unit in ("day", "week"):
            return reviewed + timedelta(days=count * (7 if unit == "week" else 1))
        return _months_on(reviewed, count * (12 if unit == "year" else 1))
    except (OverflowError, ValueError):
        notes.append("`review_in` leads beyond any calendar")
        return None


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))
