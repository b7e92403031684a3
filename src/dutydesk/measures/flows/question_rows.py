"""What stands behind the figures about support: each question, offer and hole."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from dutydesk.chat.rules import title_of
from dutydesk.kernel.periods import Period
from dutydesk.kernel.subjects import screen_of, subject
from dutydesk.measures.flows import question_tables, tally_series
from dutydesk.measures.flows.cover_holes import SupportCover
from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.measures.flows.question_figures import LONG
from dutydesk.measures.flows.series import LengthSeries
from dutydesk.measures.flows.statements import CLOCK, length, stream
from dutydesk.measures.rules.day_spans import parts_back
from dutydesk.measures.rules.tables import FigureColumn, FigureLine, FigureTable, table
from dutydesk.process.flows import process
from dutydesk.process.rules.hours import Clock

QUESTION = FigureColumn("question", "Question")
ASKED = FigureColumn("asked_at", "Asked", "moment")
_NOTHING = "No such question in this time."
_LINES = """
SELECT q.id, o.message->>'body', q.asked_at, q.answered_at, q.solved_at, q.kind, q.state,
       t.id IS NOT NULL
FROM desk_question q
LEFT JOIN chat_post o ON o.id = q.post_id
LEFT JOIN desk_ticket t ON t.question_id = q.id
WHERE q.asked_at >= %(start)s AND q.asked_at < %(end)s AND {only}
ORDER BY q.asked_at DESC, q.id DESC
"""
EVERY = "q.state <> 'withdrawn'"
SOLVED = "q.state = 'solved'"
OPEN = "q.state NOT IN ('solved', 'withdrawn')"
UNANSWERED = "q.state <> 'withdrawn' AND q.answered_at IS NULL"
WITHDRAWN = "q.state = 'withdrawn'"


def title(text: str | None) -> str:
    """Give what a question is called."""
    return title_of(text or "", 80) or "A question"


def address(number: int) -> str:
    """Give a question's screen."""
    return screen_of(subject("question", number))


def questions(name: str, heading: str, span: Period, only: str, count: int) -> FigureTable:
    """Give questions that were asked in `span`, the last first. `only` is one of the above."""
    columns = (
        QUESTION,
        ASKED,
        FigureColumn("answered_at", "First answer", "moment"),
        FigureColumn("solved_at", "Solved", "moment"),
        FigureColumn("kind", "Kind"),
        FigureColumn("state", "State"),
        FigureColumn("ticket", "Ticket"),
    )

    titles = {one.id: one.title for one in process.in_force().ask.kinds}

    def read() -> Iterator[FigureLine]:
        rows = (
            row
            for part in parts_back(span)
            for row in stream(_LINES.format(only=only), {"start": part.start, "end": part.end})
        )
        for number, text, *times, kind, state, ticket in rows:
            cells = (title(text), *times, titles.get(kind, kind), state, "yes" if ticket else "no")
            yield FigureLine(cells, address(number))

    return FigureTable(name, heading, columns, read, count, _NOTHING)


def measured(
    what: str, heading: str, span: Period, clock: Clock, at: datetime, count: int, *, known: bool
) -> FigureTable:
    """Give the questions that a length is known of, the longest first; or those without it."""
    columns = (
        QUESTION,
        ASKED,
        FigureColumn("ended_at", "Until", "moment"),
        FigureColumn(what, heading, "clocked"),
    )
    which = "m.seconds >= %(least)s" if known else "m.seconds IS NULL"

    def lines(part: Period, most: int | None = None, least: float = 0) -> Iterator[FigureLine]:
        tables, values = question_tables.lengths(part, clock, at, what)
        statement = f"""WITH {tables}
            SELECT m.id, o.message->>'body', m.at, m.ended, m.seconds
            FROM measured m LEFT JOIN chat_post o ON o.id = m.post_id
            WHERE {which} ORDER BY m.seconds DESC, m.at DESC, m.id LIMIT %(most)s"""
        for number, text, asked_at, ended, seconds in stream(
            statement, values | {"most": most, "least": least}
        ):
            took = length(seconds) if seconds is not None else None
            yield FigureLine((title(text), asked_at, ended, took), address(number))

    name = what if known else f"{what}-unknown"
    top = _longest(tally_series.LENGTHS[what], span, at, lines) if known else None
    heading = heading if known else "Not measured"

    def read() -> Iterator[FigureLine]:
        for part in [span] if known else parts_back(span):
            yield from lines(part)

    return FigureTable(name, heading, columns, read, count, _NOTHING, top=top)


Lines = Callable[[Period, int, float], Iterable[FigureLine]]


def _longest(
    series: LengthSeries, span: Period, at: datetime, lines: Lines
) -> Callable[[int], Iterable[FigureLine]] | None:
    """Give how to read the longest few of a long time: of the days only that tallies say hold them.

    The last cell of a line is its length, the second when it was asked.
    """
    if span.length <= LONG:
        return None

    def top(most: int) -> Iterable[FigureLine]:
        days, least = DayTallies(at).longest(series, span, most)
        found = [line for day in days for line in lines(day, most, least)]
        return sorted(found, key=_length_first, reverse=True)

    return top


def _length_first(line: FigureLine) -> tuple[timedelta, datetime]:
    took = next(cell for cell in reversed(line.cells) if isinstance(cell, timedelta))
    asked_at = line.cells[1]
    assert isinstance(asked_at, datetime)
    return took, asked_at


def over(span: Period, clock: Clock, limit: timedelta, at: datetime, count: int) -> FigureTable:
    """Give the questions for which help took longer than the quick limit, the longest first."""
    heading, only = "Longer than the quick limit", "help > %(limit)s"
    values = partial(question_tables.help_values, clock=clock, limit=limit, at=at)

    def lines(part: Period, most: int | None = None) -> Iterator[FigureLine]:
        return _helped(only, "true", values(part) | {"most": most})

    def solved(part: Period, most: int, least: float) -> Iterator[FigureLine]:
        longer = f"{only} AND help >= %(least)s"
        return _helped(
            longer, question_tables.SOLVED, values(part) | {"most": most, "least": least}
        )

    longest = _longest(tally_series.HELP_LENGTHS, span, at, solved)

    def top(most: int) -> Iterable[FigureLine]:
        if longest is None:
            return lines(span, most)
        going = _helped(only, question_tables.GOING, values(span) | {"most": most})
        return sorted([*longest(most), *going], key=_length_first, reverse=True)

    return FigureTable("over", heading, _HELP, lambda: lines(span), count, _NOTHING, top=top)


def running(span: Period, clock: Clock, limit: timedelta, at: datetime, count: int) -> FigureTable:
    """Give the questions that are answered, not solved, and still within the quick limit."""
    values = question_tables.help_values(span, clock, limit, at) | {"most": None}

    def lines() -> Iterator[FigureLine]:
        return _helped("help <= %(limit)s", question_tables.GOING, values)

    return FigureTable("running", "Still within the limit", _HELP, lines, count, _NOTHING)


_HELP = (
    QUESTION,
    ASKED,
    FigureColumn("answered_at", "First answer", "moment"),
    FigureColumn("solved_at", "Solved", "moment"),
    FigureColumn("help", "Help took", "clocked"),
    FigureColumn("ticket", "Ticket"),
)


def _helped(only: str, which: str, values: dict[str, Any]) -> Iterator[FigureLine]:
    statement = f"""WITH {CLOCK}, {question_tables.helped(which)}
        SELECT h.id, o.message->>'body', h.asked_at, h.answered_at, h.solved_at, h.help,
               h.ticket IS NOT NULL
        FROM helped h LEFT JOIN chat_post o ON o.id = h.post_id
        WHERE {only} ORDER BY h.help DESC, h.asked_at DESC, h.id LIMIT %(most)s"""
    for number, text, *times, helped, ticket in stream(statement, values):
        cells = (title(text), *times, length(helped), "yes" if ticket else "no")
        yield FigureLine(cells, address(number))


_OFFERS = """
SELECT p.question_id, o.message->>'body', p.offered_at, p.past_id, p.helped_at
FROM desk_pastanswer p JOIN desk_question q ON q.id = p.question_id
LEFT JOIN chat_post o ON o.id = q.post_id
WHERE p.offered_at >= %(start)s AND p.offered_at < %(end)s
ORDER BY p.offered_at DESC, p.question_id DESC, p.past_id
"""


def offers(span: Period, count: int) -> FigureTable:
    """Give the past answers that were offered, the last first, and whether each helped."""
    columns = (
        QUESTION,
        FigureColumn("offered_at", "Offered", "moment"),
        FigureColumn("past", "The answer to question"),
        FigureColumn("helped_at", "Helped", "moment"),
    )

    def read() -> Iterator[FigureLine]:
        for number, text, offered, past, helped in stream(
            _OFFERS, {"start": span.start, "end": span.end}
        ):
            yield FigureLine((title(text), offered, f"#{past}", helped), address(number))

    return FigureTable("offers", "Past answers offered", columns, read, count, "None was offered.")


_REOPENED = """
SELECT q.id, o.message->>'body', j.at, j.actor
FROM journal_entry j JOIN desk_question q ON q.id = split_part(j.subject, ':', 2)::bigint
LEFT JOIN chat_post o ON o.id = q.post_id
WHERE j.kind = 'question.reopened' AND j.at >= %(start)s AND j.at < %(end)s
ORDER BY j.at DESC, j.id DESC
"""


def reopened(span: Period, count: int) -> FigureTable:
    """Give when questions were opened again, the last first."""
    columns = (QUESTION, FigureColumn("at", "Opened again", "moment"), FigureColumn("by", "By"))

    def read() -> Iterator[FigureLine]:
        for number, text, at, by in stream(_REOPENED, {"start": span.start, "end": span.end}):
            yield FigureLine((title(text), at, by), address(number))

    return FigureTable("reopened", "Opened again", columns, read, count, "None was opened again.")


def holes(cover: SupportCover | None, zone: ZoneInfo) -> FigureTable:
    """Give the hours of support that nobody had, in order."""
    columns = (
        FigureColumn("day", "Day", "day"),
        FigureColumn("from", "From", "moment"),
        FigureColumn("until", "Until", "moment"),
        FigureColumn("length", "Hours of support", "clocked"),
    )
    lines = [
        FigureLine((hole.start.astimezone(zone).date(), hole.start, hole.end, hole.length))
        for hole in (cover.holes if cover else ())
    ]
    nothing = "Somebody was on in all hours of support."
    return table("holes", "Hours of support with nobody on", columns, lines, nothing)
