"""Rows of a CSV file, one at a time, with a plain “no” for what is not one."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dutydesk.kernel.refusals import Refused

MOST_ROWS = 200_000
LONGEST_ROW = 100_000
_SAVE_AGAIN = "Save the sheet again as “CSV, UTF-8, comma separated” and import that file."


class UnreadableFile(Refused):
    """The file as a whole can't be imported: not CSV, not UTF-8, or not these columns."""


@dataclass(frozen=True)
class Refusal:
    """A row that was left out, and why. Nothing of it was kept.

    `row` is the row as a spreadsheet counts it: the header is 1. `field` is the column's name,
    `value` what stood there. `more` holds what else is wrong in the same row.
    """

    row: int
    field: str
    value: str
    reason: str
    remedy: str
    more: tuple["Refusal", ...] = ()


@dataclass(frozen=True)
class Columns:
    """Which columns a file must have, and which it may have."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Give every column that is known."""
        return self.required + self.optional


Row = Mapping[str, str]


def rows(lines: Iterable[str], columns: Columns) -> Iterator[tuple[int, Row | Refusal]]:
    """Give each row with its number, its cells stripped, or the refusal of a misshapen one.

    Rows that are wholly empty are passed over; an optional column that is absent reads as
    empty. Raises `UnreadableFile` on the header, and wherever the text stops being CSV.
    """
    numbered = _cells(lines)
    _, header = next(numbered, (1, []))
    names = _checked([cell.strip().lower() for cell in header], columns)
    absent = dict.fromkeys(columns.all, "")
    for number, cells in numbered:
        if len(cells) == len(names):
            yield number, absent | dict(zip(names, (c.strip() for c in cells), strict=True))
        elif cells:
            yield number, _misshapen(number, cells, names)


def _cells(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Give every row's number and cells, a wholly empty one without cells."""
    reader = csv.reader(_sound(lines), strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise UnreadableFile(f"Row {number} is not CSV: {error}.", _SAVE_AGAIN) from error
        except UnicodeDecodeError as error:
            raise UnreadableFile(
                f"The file is not UTF-8 text: byte {error.object[error.start]:#04x} near row"
                f" {number} can't be read.",
                _SAVE_AGAIN,
            ) from error
        if cells is None:
            return
        if number > MOST_ROWS:
            raise UnreadableFile(f"The file has more than {MOST_ROWS} rows.", "Import it in parts.")
        yield number, cells if any(cell.strip() for cell in cells) else []


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
        for label, found in (("missing", missing), ("not known", unknown), ("twice", twice))
        if found
    ]
    if faults:
        raise UnreadableFile(
            f"The first row does not name the columns of this log ({'; '.join(faults)}).",
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
        remedy="Add the commas for the empty cells."
        if missing
        else "Put a cell that contains a comma in double quotes.",
    )
