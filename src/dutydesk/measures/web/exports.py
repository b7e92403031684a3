"""What measures give to other programs: every table as CSV and JSON, row by row."""

import csv
from collections.abc import AsyncIterator, Iterator
from itertools import chain, islice

from asgiref.sync import sync_to_async
from django.http import Http404, StreamingHttpResponse

from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.exports import figures_table, json_parts, json_rows
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
    request: DeskRequest, subject: Subject, choice: PeriodChoice, found: SubjectFigures
) -> StreamedRows:
    """Give one table, if `table` names it, or all; 404 for what isn't there."""
    name = request.GET.get("table", "")
    if not name and request.GET["as"] == "json":
        return _answer(json_parts(subject.name, choice, found), _stem(choice, subject.name), "json")
    every = {"": figures_table(found.figures)} | {one.name: one for one in found.tables}
    if name not in every:
        raise Http404
    return _rows_of(request, every[name], choice, _stem(choice, subject.name, name))


def exported_figure(
    request: DeskRequest, subject: Subject, choice: PeriodChoice, figure: Figure
) -> StreamedRows:
    """Give the rows behind a figure, or itself where it has none; 404 for another form."""
    table = figure.made_of or figures_table((figure,))
    return _rows_of(request, table, choice, _stem(choice, subject.name, figure.name))


def _rows_of(
    request: DeskRequest, table: FigureTable, choice: PeriodChoice, stem: str
) -> StreamedRows:
    kind = request.GET["as"]
    if kind == "csv":
        return _answer(csv_lines(table, choice), stem, kind)
    if kind == "json":
        return _answer(json_rows(table, choice.zone), stem, kind)
    raise Http404


def _stem(choice: PeriodChoice, *names: str) -> str:
    return "-".join(part for part in (*names, choice.first.isoformat()) if part)


def _answer(lines: Iterator[str], stem: str, kind: str) -> StreamedRows:
    answer = StreamedRows(_gathered(lines), content_type=_TYPES[kind])
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
