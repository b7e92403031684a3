"""What stands behind the figures about support: each question, offer and hole."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
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
from dutydesk.measures.flows.statements import CLOCK, length, read, stream
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


_UNMEASURED = f"""
SELECT q.id, o.message->>'body', q.asked_at
FROM desk_question q LEFT JOIN chat_post o ON o.id = q.post_id
WHERE {question_tables.ASKED} AND {{ended}} IS NULL ORDER BY q.asked_at DESC, q.id DESC
"""


def unmeasured(what: str, span: Period, count: int) -> FigureTable:
    """Give the questions that have no first answer, or no solution, the last first."""
    statement = _UNMEASURED.format(ended=question_tables.LENGTHS[what])

    def read() -> Iterator[FigureLine]:
        for part in parts_back(span):
            for number, text, asked_at in stream(statement, {"start": part.start, "end": part.end}):
                yield FigureLine((title(text), asked_at), address(number))

    columns = (QUESTION, ASKED)
    return FigureTable(f"{what}-unknown", "Not measured", columns, read, count, _NOTHING)


def measured(
    what: str, heading: str, span: Period, clock: Clock, at: datetime, count: int
) -> FigureTable:
    """Give the questions that a length is known of, the longest first."""
    columns = (
        QUESTION,
        ASKED,
        FigureColumn("ended_at", "Until", "moment"),
        FigureColumn(what, heading, "clocked"),
    )

    def lines(which: str = "true", **more: Any) -> Iterator[FigureLine]:
        tables, values = question_tables.lengths(span, clock, at, what, which)
        statement = f"""WITH {tables}
            SELECT m.id, o.message->>'body', m.at, m.ended, m.seconds
            FROM measured m LEFT JOIN chat_post o ON o.id = m.post_id
            WHERE m.seconds IS NOT NULL ORDER BY m.seconds DESC, m.at DESC, m.id LIMIT %(most)s"""
        for number, text, asked_at, ended, seconds in stream(
            statement, values | {"most": None} | more
        ):
            yield FigureLine((title(text), asked_at, ended, length(seconds)), address(number))

    def top(most: int) -> Iterable[FigureLine]:
        series, ended = tally_series.LENGTHS[what], question_tables.LENGTHS[what]
        near = _nearly_longest(series, span, at, most, f"{ended} - q.asked_at")
        return lines(most=most) if near is None else lines(_AMONG, most=most, ids=near)

    return FigureTable(what, heading, columns, lines, count, _NOTHING, top=top)


_AMONG = "q.id = ANY(%(ids)s)"
_NEAR = """
SELECT q.id FROM unnest(%(begins)s::timestamptz[], %(until)s::timestamptz[]) AS day (began, ended)
CROSS JOIN LATERAL (
  SELECT * FROM desk_question q WHERE q.asked_at >= day.began AND q.asked_at < day.ended
  -- So that each day is looked up by its time, whatever else is asked of it.
  OFFSET 0
) q WHERE {took} >= %(least)s
"""


def _nearly_longest(
    series: LengthSeries, span: Period, at: datetime, most: int, took: str
) -> list[int] | None:
    """Give the numbers of few questions, among which are those that took longest; None: of no use.

    They are of the days that hold those, by tallies, and `took` at least so long on any clock.
    """
    if span.length <= LONG:
        return None
    days, least = DayTallies(at).longest(series, span, most)
    if not least:
        return None
    values = {
        "begins": [one.start for one in days],
        "until": [one.end for one in days],
        "least": timedelta(seconds=least),
    }
    return [number for (number,) in read(_NEAR.format(took=took), values)]


def over(span: Period, clock: Clock, limit: timedelta, at: datetime, count: int) -> FigureTable:
    """Give the questions for which help took longer than the quick limit, the longest first."""
    heading, only = "Longer than the quick limit", "help > %(limit)s"
    values = question_tables.help_values(span, clock, limit, at)

    def lines(which: str = "true", waits: str = "true", **more: Any) -> Iterator[FigureLine]:
        return _helped(only, which, values | {"most": None} | more, waits)

    def top(most: int) -> Iterable[FigureLine]:
        took = "q.solved_at - q.answered_at"
        near = _nearly_longest(tally_series.HELP_LENGTHS, span, at, most, took)
        if near is None:
            return lines(most=most)
        going = lines(question_tables.GOING, most=most)
        waiting = [subject("question", number) for number in near]
        solved = lines(
            f"{question_tables.SOLVED} AND {_AMONG}",
            "w.subject = ANY(%(subjects)s)",
            most=most, ids=near, subjects=waiting,
        )  # fmt: skip
        return sorted([*solved, *going], key=_length_first, reverse=True)

    return FigureTable("over", heading, _HELP, lines, count, _NOTHING, top=top)


def _length_first(line: FigureLine) -> tuple[timedelta, datetime]:
    took = next(cell for cell in reversed(line.cells) if isinstance(cell, timedelta))
    asked_at = line.cells[1]
    assert isinstance(asked_at, datetime)
    return took, asked_at


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


def _helped(
    only: str, which: str, values: dict[str, Any], waits: str = "true"
) -> Iterator[FigureLine]:
    statement = f"""WITH {CLOCK}, {question_tables.helped(which, waits)}
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
