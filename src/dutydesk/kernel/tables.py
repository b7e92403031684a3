"""Rows of a CSV file, one at a time, with a plain “no” for what is not one."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from dutydesk.kernel.refusals import Refused

_MARKS = ",;\t"
_SAID = re.compile(r"sep=([,;\t])", re.IGNORECASE)
MOST_ROWS = 200_000
LONGEST_ROW = 100_000
_SAVE_AGAIN = "Save the sheet again as “CSV, UTF-8, comma separated” and import that file."


class UnreadableFile(Refused):
    """The file as a whole can't be imported: not CSV, not UTF-8, or not these columns."""


@dataclass(frozen=True)
class Refusal:
    """A row that was left out, and why. Nothing of it was kept.

    `row` is the row as a spreadsheet counts it: the header is 1. `field` is the column's name,
    `value` what stood there. `more` holds what else is wrong in the same row. `place` names where
    it stood if that is no row of a sheet.
    """

    row: int
    field: str
    value: str
    reason: str
    remedy: str
    more: tuple["Refusal", ...] = ()
    place: str = ""


@dataclass(frozen=True)
class Columns:
    """Which columns a file must have, and which it may have.

    With `others` any further ones are given too, as they are named. `synonyms`: other names of
    columns, which one has if it alone is there of them, and the column's own name isn't.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    others: bool = False
    synonyms: Mapping[str, str] = field(default_factory=dict)

    @property
    def all(self) -> tuple[str, ...]:
        """Give every column that is known."""
        return self.required + self.optional

    def known(self, names: Sequence[str]) -> list[str]:
        """Give a header's names with those of its columns that are known by another name."""
        meant = [self.synonyms.get(name, name) for name in names]
        return [
            one if meant.count(one) == 1 else name for name, one in zip(names, meant, strict=True)
        ]


Row = Mapping[str, str]


def rows(lines: Iterable[str], columns: Columns) -> Iterator[tuple[int, Row | Refusal]]:
    """Give each row with its number, its cells stripped, or the refusal of a misshapen one.

    Cells are parted by commas, or by what the header uses: semicolons or tabs; a first line such as
    `sep=;` says it too. In the header case, spaces and hyphens make no difference. Rows that are
    wholly empty are passed over; an optional column that is absent reads as empty. Raises
    `UnreadableFile` on the header, and wherever the text stops being CSV.
    """
    numbered = _cells(lines)
    _, header = next(numbered, (1, []))
    names = _checked(columns.known([_name(cell) for cell in _trimmed(header)]), columns)
    absent = dict.fromkeys(columns.all, "")
    for number, read in numbered:
        cells = _trimmed(read, len(names)) if len(read) == len(header) else read
        if len(cells) == len(names):
            yield number, absent | dict(zip(names, (c.strip() for c in cells), strict=True))
        elif cells:
            yield number, _misshapen(number, cells, names)


def _trimmed(cells: list[str], least: int = 0) -> list[str]:
    """Leave out empty cells at the end, as spreadsheets write columns that were cleared."""
    length = len(cells)
    while length > least and not cells[length - 1].strip():
        length -= 1
    return cells[:length]


def _name(cell: str) -> str:
    """Give a column's name as it is known: “First Detected” is first_detected."""
    return re.sub(r"[\s_-]+", "_", cell.strip().lower())


def _parted(lines: Iterator[str]) -> tuple[str, Iterator[str], int]:
    """Give what parts the cells, the lines from the header on, and how many stood before them."""
    first = next(lines, "")
    said = _SAID.fullmatch(first.rstrip("\r\n"))
    if said:
        return said[1], lines, 1
    mark = max(_MARKS, key=first.count)
    return mark if first.count(mark) else ",", chain([first], lines), 0


def _cells(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Give every row's number and cells, a wholly empty one without cells."""
    try:
        mark, following, number = _parted(_sound(lines))
    except UnicodeDecodeError as error:
        raise _no_utf8(error, 1) from error
    reader = csv.reader(following, strict=True, delimiter=mark)
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise UnreadableFile(f"Row {number} is not CSV: {error}.", _SAVE_AGAIN) from error
        except UnicodeDecodeError as error:
            raise _no_utf8(error, number) from error
        if cells is None:
            return
        if number > MOST_ROWS:
            raise UnreadableFile(f"The file has more than {MOST_ROWS} rows.", "Import it in parts.")
        yield number, cells if any(cell.strip() for cell in cells) else []


def _no_utf8(error: UnicodeDecodeError, row: int) -> UnreadableFile:
    """Refuse what was read on from while a row was looked for: it may lie some lines further on."""
    byte, row = error.object[error.start], row + error.object[: error.start].count(b"\n")
    return UnreadableFile(
        f"The file is not UTF-8 text: byte {byte:#04x} near row {row} can't be read.", _SAVE_AGAIN
    )


def _sound(lines: Iterable[str]) -> Iterator[str]:
    """Pass the lines on without a byte-order mark; refuse marks of a wrong decoding."""
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_ROW:
            raise UnreadableFile(
                f"Line {number} has more than {LONGEST_ROW} characters.", _SAVE_AGAIN
            )
        if "\0" in line or "\ufffd" in line:
            raise UnreadableFile(f"Line {number} of the file is not UTF-8 text.", _SAVE_AGAIN)
        yield line.removeprefix("\ufeff") if number == 1 else line


def _checked(names: Sequence[str], columns: Columns) -> Sequence[str]:
    if not names:
        raise UnreadableFile(
            "The file is empty.", f"Its first row names the columns: {','.join(columns.all)}."
        )
    missing = [name for name in columns.required if name not in names]
    unknown = [name for name in names if name not in columns.all]
    twice = sorted({name for name in names if names.count(name) > 1})
    faults = [
        f"{label}: {', '.join(found)}"
        for label, found in (
            ("missing", missing),
            ("not known", unknown if missing or not columns.others else []),
            ("twice", twice),
        )
        if found
    ]
    if faults:
        raise UnreadableFile(
            f"The first row does not name the columns that are needed ({'; '.join(faults)}).",
            f"It must hold {', '.join(columns.required)}, separated by commas"
            + (f"; it may hold {', '.join(columns.optional)}." if columns.optional else "."),
        )
    return names


def _misshapen(number: int, cells: Sequence[str], names: Sequence[str]) -> Refusal:
    missing = len(cells) < len(names)
    return Refusal(
        row=number,
        field=names[len(cells)] if missing else names[-1],
        value=",".join(cells),
        reason=f"The row has {len(cells)} cells, and the header names {len(names)}.",
        remedy="Add the marks that part the empty cells."
        if missing
        else "Put a cell that contains what parts the cells in double quotes.",
    )
