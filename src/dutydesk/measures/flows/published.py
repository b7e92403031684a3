"""What was published elsewhere about incidents and quarters, beside ours."""

from collections.abc import Sequence
from datetime import datetime

from dutydesk.incidents.models import Incident, Quarter
from dutydesk.kernel.addresses import path_to
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.figures import Figure, Subject, SubjectFigures
from dutydesk.measures.rules.published import (
    WHICH,
    Compared,
    PrintedIncident,
    PrintedQuarter,
    QuarterComparison,
    Which,
    explained,
    quarters,
    told,
)
from dutydesk.measures.rules.steps import STEPS
from dutydesk.measures.rules.tables import FigureColumn, FigureLine, FigureTable, table
from dutydesk.measures.rules.values import Cell
from dutydesk.process.flows import process
from dutydesk.process.rules.hours import Clock

_TIMES = tuple(step for step in STEPS if step != "first_word")
_TITLES: dict[Which, str] = {"repair": "Repair", "resolve": "Resolve"}


def is_there() -> bool:
    """Say whether anything was published elsewhere; most teams have nothing."""
    return Quarter.objects.exists()


def figures(choice: PeriodChoice, *, at: datetime) -> SubjectFigures:
    """Compare all that was published with ours, on the clock that was chosen."""
    current = process.in_force()
    clock = current.clock(choice.clock)
    clocks = [current.clock(name) for name in ("elapsed", *current.clocks)]
    incidents = [_printed(one) for one in Incident.objects.filter(imported_key__isnull=False)]
    found = quarters([_published(one) for one in Quarter.objects.all()], incidents, clock)
    known = [q for q in found if any(mean.printed.published for mean in q.means.values())]
    follow = [q for q in known if all(m.printed.agrees for m in q.means.values())]
    return SubjectFigures(
        figures=(
            Figure(
                "following",
                "Quarters whose means follow from the printed figures",
                len(follow),
                "count",
                f"of {len(known)} with a published mean",
                says="A mean follows if it is that of the incidents' printed ones, cut to minutes.",
            ),
        ),
        tables=(_quarters(found), _incidents(incidents, clock, clocks)),
        notes=(f"Ours are counted in {clock.title.lower()}, from the fault or its detection.",),
    )


def _quarters(found: Sequence[QuarterComparison]) -> FigureTable:
    columns = [FigureColumn("quarter", "Quarter"), FigureColumn("read", "Read")]
    for which, title in _TITLES.items():
        columns += [
            FigureColumn(f"{which}_published", f"{title}, published", "clocked"),
            FigureColumn(f"{which}_printed", "Mean of the printed", "clocked"),
            FigureColumn(f"{which}_follows", "Follows"),
            FigureColumn(f"{which}_ours", f"{title}, ours", "clocked"),
        ]
    lines = []
    for one in found:
        read = f"{one.read} of {one.listed}" if one.listed is not None else str(one.read)
        cells: list[Cell] = [one.quarter, read]
        for mean in one.means.values():
            printed = mean.printed
            cells += [printed.published, printed.ours, told(printed), mean.ours.ours]
        lines.append(FigureLine(tuple(cells)))
    return table("quarters", "Means of quarters", columns, lines)


def _incidents(
    incidents: Sequence[PrintedIncident], clock: Clock, clocks: Sequence[Clock]
) -> FigureTable:
    columns = [FigureColumn("incident", "Incident"), FigureColumn("quarter", "Quarter")]
    for which, title in _TITLES.items():
        columns += [
            FigureColumn(f"{which}_published", f"{title}, published", "clocked"),
            FigureColumn(f"{which}_ours", "Ours", "clocked"),
            FigureColumn(f"{which}_says", "What explains it"),
        ]
    lines = []
    for one in incidents:
        if one.repair is None and one.resolve is None:
            continue
        cells: list[Cell] = [one.title, one.quarter]
        for which in WHICH:
            found: Compared = explained(one, which, clock, clocks, incidents)
            cells += [found.published, found.ours, told(found)]
        lines.append(FigureLine(tuple(cells), one.address))
    return table("printed", "Figures of incidents", columns, lines)


def _printed(one: Incident) -> PrintedIncident:
    return PrintedIncident(
        one.title,
        one.quarter,
        {step: None if one.estimated else getattr(one, step) for step in _TIMES},
        one.published_repair,
        one.published_resolve,
        path_to("measured-incident", one.pk),
    )


def _published(one: Quarter) -> PrintedQuarter:
    return PrintedQuarter(one.quarter, one.listed, one.mean_repair, one.mean_resolve)


PUBLISHED = Subject(
    "published",
    "Published",
    "What was published elsewhere beside our own figures, and what explains each difference.",
    figures,
    clocks=True,
    is_there=is_there,
    of_a_time=False,
)
