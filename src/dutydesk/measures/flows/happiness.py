"""Happiness: how people score the help they had, of those who were asked.

Somebody counts in the period in which they were asked, so nobody answers who wasn't asked, and the
share of answers is at most all. Clause `measure.happiness`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.periods import Period
from dutydesk.measures.flows import tally_series
from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.measures.flows.statements import stream
from dutydesk.measures.flows.targets import target_of
from dutydesk.measures.rules.charts import Point, Stacks, Trend
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.day_spans import parts_back
from dutydesk.measures.rules.figures import Figure, Subject, SubjectFigures
from dutydesk.measures.rules.tables import FigureColumn, FigureLine, FigureTable, Readers, table
from dutydesk.process.flows import process
from dutydesk.process.rules.measures import comments_are_open

ASKED_AT = "coalesce(q.happiness_asked_at, q.happiness_at)"
_WITHIN = f"{ASKED_AT} >= %(start)s AND {ASKED_AT} < %(end)s"
_SCORES = range(5, 0, -1)
_UNKNOWN = "kind not known"


@dataclass(frozen=True)
class ScoreCounts:
    """How many were asked, and how many gave each score."""

    asked: int = 0
    scores: tuple[int, ...] = (0, 0, 0, 0, 0)

    @property
    def answered(self) -> int:
        """Give how many answered."""
        return sum(self.scores)

    @property
    def score(self) -> float | None:
        """Give the mean score; None if nobody answered, which is not zero."""
        total = sum(score * many for score, many in zip(_SCORES, self.scores, strict=True))
        return total / self.answered if self.answered else None

    @property
    def rate(self) -> float | None:
        """Give the share of those asked who answered; None if nobody was asked."""
        return self.answered / self.asked if self.asked else None

    def __add__(self, other: "ScoreCounts") -> "ScoreCounts":
        """Give both together."""
        scores = (one + two for one, two in zip(self.scores, other.scores, strict=True))
        return ScoreCounts(self.asked + other.asked, tuple(scores))


NOBODY = "nobody was asked"


def figures(choice: PeriodChoice, *, at: datetime) -> SubjectFigures:
    """Give how people scored their help in a period."""
    main, before, now, trend = first(choice, at)
    readers = comment_readers()
    return SubjectFigures(
        figures=(
            main,
            _rate(choice, _sum(before), _sum(now), [_sum(one) for one in trend]),
        ),
        charts=_charts(choice, [_sum(one) for one in trend]),
        tables=(_by_kind(now), _by_time(choice, trend), _comments(choice, readers)),
        notes=("Whoever was asked in this time counts in it, whenever they answered.",),
    )


def first(
    choice: PeriodChoice, at: datetime
) -> tuple[Figure, dict[str, ScoreCounts], dict[str, ScoreCounts], list[dict[str, ScoreCounts]]]:
    """Give the mean score; and the answers of the period before, of the chosen one, of each."""
    trend = answers(at, [one.period for one in choice.trend])
    if choice.each == "range":
        before, now = answers(at, (choice.previous.period,))[0], _together(trend)
    else:
        before, now = trend[-2:]
    sums = [_sum(one) for one in trend]
    figure = score(choice, _sum(before), _sum(now), sums, _rows(choice, now))
    return figure, before, now, trend


def score(
    choice: PeriodChoice,
    before: ScoreCounts,
    now: ScoreCounts,
    trend: Sequence[ScoreCounts],
    rows: FigureTable,
) -> Figure:
    """Give the mean score, with its target and its trend."""
    target = target_of("happiness", choice)
    return Figure(
        "happiness",
        "Happiness",
        now.score,
        "score",
        _answered(now),
        before.score,
        target,
        "higher",
        "The mean of the scores from 1 to 5 that those gave who were asked in this time.",
        rows,
        trend=Trend(
            "happiness-trend",
            "Mean score",
            "score",
            tuple(
                Point(one.label, each.score, f"{each.answered} of {each.asked}", one.query)
                for one, each in zip(choice.trend, trend, strict=True)
            ),
            target.value if target else None,
            "line",
        ),
    )


def _answered(now: ScoreCounts) -> str:
    """Say of how many answers a score is."""
    if not now.asked:
        return NOBODY
    return (
        f"of 5, from {now.answered} answer{'' if now.answered == 1 else 's'} of {now.asked} asked"
    )


def _rate(
    choice: PeriodChoice, before: ScoreCounts, now: ScoreCounts, trend: Sequence[ScoreCounts]
) -> Figure:
    points = (
        Point(one.label, each.rate, f"{each.answered} of {each.asked}", one.query)
        for one, each in zip(choice.trend, trend, strict=True)
    )
    return Figure(
        "answer-rate",
        "Answers",
        now.rate,
        "share",
        f"{now.answered} of {now.asked} asked" if now.asked else NOBODY,
        before.rate,
        better="higher",
        says="The share of those asked in this time who answered, whenever they did.",
        trend=Trend("rate-trend", "Share of those asked who answered", "share", tuple(points)),
    )


def answers(at: datetime, periods: Sequence[Period]) -> list[dict[str, ScoreCounts]]:
    """Give what was answered in periods that touch and rise, by kind; what was asked most first."""
    found = DayTallies(at).counts(tally_series.HAPPINESS, periods)
    return [
        _most_first({kind: ScoreCounts(one[0], one[1:]) for kind, one in by_kind.items()})
        for by_kind in found
    ]


def comment_readers() -> Readers:
    """Say who may read what people wrote beside their score: the process file says it."""
    return "anyone" if comments_are_open(process.in_force().measures) else "engineer"


def _together(parts: Sequence[dict[str, ScoreCounts]]) -> dict[str, ScoreCounts]:
    kinds = {kind for part in parts for kind in part}
    whole = {kind: _sum({n: p[kind] for n, p in enumerate(parts) if kind in p}) for kind in kinds}
    return _most_first(whole)


def _most_first(by_kind: dict[str, ScoreCounts]) -> dict[str, ScoreCounts]:
    return dict(sorted(by_kind.items(), key=lambda one: (-one[1].asked, one[0])))


def _sum(by_kind: Mapping[Any, ScoreCounts]) -> ScoreCounts:
    return sum(by_kind.values(), ScoreCounts())


def _charts(choice: PeriodChoice, trend: Sequence[ScoreCounts]) -> tuple[Trend | Stacks, ...]:
    labels = tuple(one.label for one in choice.trend)
    points = tuple(
        Point(label, each.score, f"{each.answered} of {each.asked}")
        for label, each in zip(labels, trend, strict=True)
    )
    target = target_of("happiness", choice)
    wanted = target.value if target else None
    names = ("very happy", "happy", "neither", "unhappy", "very unhappy")
    series = (
        (f"{5 - n}, {name}", tuple(a.scores[n] for a in trend)) for n, name in enumerate(names)
    )
    return (
        Trend("score", "Mean score", "score", points, wanted, "line"),
        Stacks("scores", "Answers by score", labels, tuple(series)),
    )


def _kind_titles() -> Callable[[str], str]:
    titles = {kind.id: kind.title for kind in process.in_force().ask.kinds}
    return lambda kind: titles.get(kind, kind) or _UNKNOWN


def _answer_columns(first: FigureColumn) -> tuple[FigureColumn, ...]:
    return (
        first,
        FigureColumn("score", "Mean score", "score"),
        FigureColumn("answers", "Answers", "count"),
        FigureColumn("asked", "Asked", "count"),
        FigureColumn("rate", "Share", "share"),
    )


def _line(name: str, found: ScoreCounts, address: str = "") -> FigureLine:
    return FigureLine((name, found.score, found.answered, found.asked, found.rate), address)


def _by_kind(now: dict[str, ScoreCounts]) -> FigureTable:
    title = _kind_titles()
    lines = [_line(title(kind), found) for kind, found in now.items()]
    nothing = (
        "Nobody was asked in this time. Whoever asked a question is asked how it was once it is"
        " solved."
    )
    columns = _answer_columns(FigureColumn("kind", "Kind"))
    return table("by-kind", "By kind of question", columns, lines, nothing)


def _by_time(choice: PeriodChoice, trend: Sequence[dict[str, ScoreCounts]]) -> FigureTable:
    lines = [
        _line(one.title, _sum(each), one.query)
        for one, each in zip(reversed(choice.trend), reversed(trend), strict=True)
    ]
    return table("by-time", "Over time", _answer_columns(FigureColumn("period", "Period")), lines)


def _rows(choice: PeriodChoice, now: dict[str, ScoreCounts]) -> FigureTable:
    columns = (
        FigureColumn("question", "Question"),
        FigureColumn("kind", "Kind"),
        FigureColumn("asked_at", "Asked how it was", "moment"),
        FigureColumn("score", "Score", "count"),
    )
    title = _kind_titles()

    def read() -> Iterator[FigureLine]:
        for number, kind, asked_at, given in _questions(choice.period, "q.kind", "true"):
            yield FigureLine(
                (f"Question {number}", title(kind), asked_at, given), path_to("question", number)
            )

    return FigureTable(
        "happiness", "Who was asked", columns, read, _sum(now).asked, "Nobody was asked."
    )


def _comments(choice: PeriodChoice, readers: Readers) -> FigureTable:
    columns = (
        FigureColumn("comment", "Comment"),
        FigureColumn("score", "Score", "count"),
        FigureColumn("asked_at", "Asked", "moment"),
    )
    where = "q.happiness_line <> ''"

    def read() -> Iterator[FigureLine]:
        for number, line, asked_at, given in _questions(choice.period, "q.happiness_line", where):
            yield FigureLine((line, given, asked_at), path_to("question", number))

    sql = f"SELECT count(*) FROM desk_question q WHERE {_WITHIN} AND {where}"
    with connection.cursor() as cursor:
        cursor.execute(sql, {"start": choice.period.start, "end": choice.period.end})
        count = cursor.fetchone()[0]
    who = "Only the team reads these." if readers == "engineer" else ""
    nothing = "Nobody wrote any in this time."
    return FigureTable("comments", "Comments", columns, read, count, nothing, who, readers)


def _questions(period: Period, column: str, where: str) -> Iterator[tuple[Any, ...]]:
    sql = (
        f"SELECT q.id, {column}, {ASKED_AT}, q.happiness FROM desk_question q"
        f" WHERE {_WITHIN} AND {where} ORDER BY 3 DESC, 1 DESC"
    )
    for part in parts_back(period):
        yield from stream(sql, {"start": part.start, "end": part.end})


HAPPINESS = Subject(
    "happiness",
    "Happiness",
    "How people score the help they had, of those who were asked.",
    figures,
)
