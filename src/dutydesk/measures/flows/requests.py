"""How many requests and questions came, by kind: the desk's own and those of logs taken in."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Sum

from dutydesk.desk.models import ImportedRequests
from dutydesk.desk.rules.kinds import kinds, respelt
from dutydesk.measures.flows import question_figures
from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.measures.rules.charts import Multiples, Point, Trend
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.figures import Figure, Subject, SubjectFigures
from dutydesk.measures.rules.tables import FigureColumn, FigureLine, FigureTable, table
from dutydesk.process.flows import process

UNKNOWN = "Kind not known"
PICTURED = 11
"""How many kinds have a picture of their own; the rest share one."""
Volume = tuple[str, tuple[int, ...]]
"""A kind, and how many came of it in each part of the time shown."""


def figures(choice: PeriodChoice, *, at: datetime) -> SubjectFigures:
    """Give how many came in a period, and of each kind over time."""
    shown = choice.trend
    counted = _imported(shown) + _asked(shown, at)
    used: Counter[str] = Counter()
    for spelling, _, count in counted:
        used[spelling] += count
    volumes = _by_kind(counted, kinds(used), len(shown))
    every = tuple(sum(month) for month in zip(*(v for _, v in volumes), strict=True))
    every = every or (0,) * len(shown)
    whole = _trend("requests-trend", "Requests and questions", choice, every)
    return SubjectFigures(
        figures=(
            Figure(
                "requests",
                "Requests and questions",
                sum(every) if choice.each == "range" else every[-1],
                "count",
                f"of {len(volumes)} kinds over the time shown",
                every[-2] if choice.each != "range" else None,
                made_of=_kinds_table(choice, volumes),
                trend=whole,
                says="The desk's own questions and those of logs that were taken in count alike.",
            ),
        ),
        charts=(Multiples("by-kind", "By kind", tuple(_pictures(choice, volumes))),)
        if volumes
        else (),
        tables=(_kinds_table(choice, volumes), _respelt(used)),
    )


def _pictures(choice: PeriodChoice, volumes: Sequence[Volume]) -> list[Trend]:
    first, rest = volumes[:PICTURED], volumes[PICTURED:]
    if len(rest) == 1:
        first, rest = volumes, ()
    if rest:
        others = tuple(sum(month) for month in zip(*(values for _, values in rest), strict=True))
        first = [*first, (f"{len(rest)} other kinds", others)]
    return [_trend(f"kind-{n}", kind, choice, values) for n, (kind, values) in enumerate(first)]


def _trend(name: str, title: str, choice: PeriodChoice, values: Sequence[int]) -> Trend:
    points = (
        Point(one.label, value, "", one.query)
        for one, value in zip(choice.trend, values, strict=True)
    )
    return Trend(name, title, "count", tuple(points))


def _by_kind(
    counted: Sequence[tuple[str, int, int]], known: dict[str, str], places: int
) -> list[Volume]:
    """Add up what was counted by kind, the most frequent first."""
    found: dict[str, Counter[int]] = {}
    for spelling, place, count in counted:
        found.setdefault(known[spelling], Counter())[place] += count
    volumes = [(kind, tuple(by[p] for p in range(places))) for kind, by in found.items()]
    return sorted(volumes, key=lambda one: (-sum(one[1]), one[0]))


def _kinds_table(choice: PeriodChoice, volumes: Sequence[Volume]) -> FigureTable:
    columns = (
        FigureColumn("kind", "Kind"),
        FigureColumn("all", "Over the time shown", "count"),
        *(FigureColumn(one.first.isoformat(), one.label, "count") for one in choice.trend),
    )
    nothing = (
        "None yet. Questions count here as they are asked; take in a log of earlier requests with"
        " dutydesk import requests FILE.csv."
    )
    lines = [FigureLine((kind, sum(values), *values)) for kind, values in volumes]
    return table("kinds", "By kind", columns, lines, nothing)


def _respelt(used: Counter[str]) -> FigureTable:
    columns = (
        FigureColumn("spelling", "Spelt"),
        FigureColumn("times", "Times", "count"),
        FigureColumn("kind", "Counts as"),
        FigureColumn("why", "Differs in"),
    )
    lines = [FigureLine((one.spelling, one.count, one.kind, one.why)) for one in respelt(used)]
    note = (
        "Spellings are one kind if they differ in case, spaces, punctuation or a plural alone, or "
        "in a misspelt word. A kind goes by its most frequent spelling without a misspelt word."
    )
    return table("spellings", "Spellings taken as another", columns, lines, "None.", note)


def _imported(shown: Sequence[PeriodChoice]) -> list[tuple[str, int, int]]:
    """Give the requests of logs: spelling, which part of the time, how many."""
    rows = ImportedRequests.objects.filter(on__gte=shown[0].first, on__lt=shown[-1].until)
    by_day = rows.values_list("action", "on").annotate(sum=Sum("count"))
    places = {day: place for place, one in enumerate(shown) for day in _days(one.first, one.until)}
    return [(spelling, places[day], count) for spelling, day, count in by_day]


def _days(first: date, until: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((until - first).days)]


def _asked(shown: Sequence[PeriodChoice], at: datetime) -> list[tuple[str, int, int]]:
    """Give the desk's own questions: kind, which part of the time, how many."""
    titles = {kind.id: kind.title for kind in process.in_force().ask.kinds}
    parts = question_figures.by_kind(DayTallies(at), [one.period for one in shown])
    return [
        (titles.get(kind, kind) or UNKNOWN, place, counts.asked)
        for place, part in enumerate(parts)
        for kind, counts in part.items()
        if counts.asked
    ]


REQUESTS = Subject(
    "requests", "Requests", "How many requests and questions came, and of which kinds.", figures
)
