"""Requests from before the desk, read from a log that people kept: type, action, date."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from dutydesk.kernel.tables import Columns, Refusal, Row, rows

COLUMNS = Columns(("type", "action", "date"))
LONGEST = {"type": 100, "action": 200}
OLDEST = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as the log spells it."""

    kind: str
    action: str
    on: date


def read_requests(lines: Iterable[str], *, today: date) -> Iterator[Request | Refusal]:
    """Give each row of the log in turn, as a request or as one refusal with all its faults.

    Raises `UnreadableFile` when the text is no such log.
    """
    for number, row in rows(lines, COLUMNS):
        yield row if isinstance(row, Refusal) else _request(number, row, today)


def _request(number: int, row: Row, today: date) -> Request | Refusal:
    faults = [*_texts(number, row), *_day(number, row, today)]
    if faults:
        return replace(faults[0], more=tuple(faults[1:]))
    return Request(_tidy(row["type"]), _tidy(row["action"]), date.fromisoformat(row["date"]))


def _texts(number: int, row: Row) -> Iterator[Refusal]:
    for field, longest in LONGEST.items():
        text = _tidy(row[field])
        if not text:
            yield _fault(number, row, field, f"The request has no {field}.")
        elif len(text) > longest:
            yield _fault(number, row, field, f"It has {len(text)} characters; {longest} at most.")


def _day(number: int, row: Row, today: date) -> Iterator[Refusal]:
    text = row["date"]
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or len(text) != len("2026-11-24"):
        yield _fault(number, row, "date", "That is no day. Write it like 2026-11-24.")
    elif not OLDEST <= day <= today:
        yield _fault(number, row, "date", f"It is not between {OLDEST} and today, {today}.")


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _fault(number: int, row: Row, field: str, reason: str) -> Refusal:
    remedy = "Correct it in the log and import it again."
    return Refusal(number, field, row[field][:100], reason, remedy)
