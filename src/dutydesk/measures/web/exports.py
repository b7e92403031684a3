"""What measures give to other programs: every table as CSV and JSON, row by row."""

import csv
from collections.abc import AsyncIterator, Iterator
from itertools import chain, islice

from asgiref.sync import sync_to_async
from django.http import Http404, StreamingHttpResponse

from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.exports import figures_table, json_parts
from dutydesk.measures.rules.figures import Figure, Subject, SubjectFigures
from dutydesk.measures.rules.tables import FigureTable
from dutydesk.web.screens import DeskRequest

_AT_ONCE = 500
_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


class StreamedRows(StreamingHttpResponse):
    """An answer whose rows are made while it is sent, so that it never is in memory as a whole.

    Django would first collect what a plain iterator gives.
    """

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Give each part, made in a thread."""
        parts: Iterator[bytes] = iter(self.streaming_content)  # type: ignore[arg-type]  # rows are
        while (part := await sync_to_async(lambda: next(parts, None))()) is not None:
            yield part


def exported(
    request: DeskRequest,
    subject: Subject,
    choice: PeriodChoice,
    found: SubjectFigures,
    figure: Figure | None = None,
) -> StreamedRows:
    """Give a figure's rows or one table, if `table` names it, or all; 404 for what isn't there."""
    kind, name = request.GET["as"], request.GET.get("table", "")
    if kind not in _TYPES:
        raise Http404
    offered = {one.name: one for one in found.tables}
    table: FigureTable | None
    if figure is not None:
        table = figure.made_of or figures_table((figure,))
    elif name:
        table = offered.get(name)
    else:
        table = figures_table(found.figures)
    if table is None:
        raise Http404
    if kind == "csv":
        lines = csv_lines(table, choice)
    else:
        alone = table if figure is not None or name else None
        lines = json_parts(subject.name, choice, found, alone)
    answer = StreamedRows(_gathered(lines), content_type=_TYPES[kind])
    name = figure.name if figure is not None else name
    stem = "-".join(part for part in (subject.name, name, choice.first.isoformat()) if part)
    answer["Content-Disposition"] = f'attachment; filename="{stem}.{kind}"'
    return answer


def csv_lines(table: FigureTable, choice: PeriodChoice) -> Iterator[str]:
    """Give a table as lines of CSV."""
    writer = csv.writer(_Echo())
    for row in table.csv_rows(choice.zone):
        yield writer.writerow(row)


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _gathered(lines: Iterator[str]) -> Iterator[bytes]:
    """Give many lines at once: each part costs a trip to a thread."""
    for first in lines:
        yield "".join(chain((first,), islice(lines, _AT_ONCE))).encode()
