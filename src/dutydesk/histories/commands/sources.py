"""Files and folders that hold incidents: what each is, is seen by what stands in it."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from dutydesk.histories.rules.histories import Read, SkippedEntry, each_once
from dutydesk.histories.rules.imported import read_log
from dutydesk.histories.rules.imported_times import LogReading
from dutydesk.histories.rules.status_histories import read_json
from dutydesk.histories.rules.written_histories import read_markdown
from dutydesk.kernel.tables import Refusal, UnreadableFile

MARKDOWN = (".md", ".markdown")
LARGEST = 50_000_000
LARGEST_PAGE = 1_000_000
_NO_PAGES = ("readme", "_index", "index", "license", "changelog", "contributing")
_UPPTIME = (
    "Upptime's history/*.yml say how a site is now, not what happened. Save its issues, as"
    " /repos/OWNER/NAME/issues?state=all of GitHub's API gives them, and import that file."
)


def read_source(path: Path, reading: LogReading) -> Iterator[Read]:
    """Give each incident of a file or folder in turn, or why it was refused or left out.

    A hand-kept log in CSV; Statuspage's history or Upptime's issues in JSON; cstate's issues or
    postmortems with a timeline in Markdown. Raises UnreadableFile, or OSError.
    """
    if path.is_dir():
        return each_once(_folder(path, reading))
    kind = "csv" if str(path) == "-" else _kind(path)
    if kind == "markdown":
        return iter([_page(1, path, path.name, reading)])
    if kind == "json":
        return each_once(read_json(_text(path, LARGEST), path.name, reading))
    return _log(path, reading)


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        begin = file.read(400).removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin.startswith((b"{", b"[")):
        return "json"
    page = begin.startswith((b"---\n", b"---\r", b"+++\n", b"# ")) or path.suffix in MARKDOWN
    return "markdown" if page else "csv"


def _log(path: Path, reading: LogReading) -> Iterator[Read]:
    with _opened(path) as lines:
        yield from read_log(lines, reading)


@contextmanager
def _opened(path: Path) -> Iterator[Iterable[str]]:
    if str(path) == "-":
        sys.stdin.reconfigure(encoding="utf-8-sig", newline="")  # type: ignore[union-attr]
        yield sys.stdin
        return
    with path.open(encoding="utf-8-sig", newline="") as lines:
        yield lines


def _folder(folder: Path, reading: LogReading) -> Iterator[Read]:
    files = sorted(one for one in folder.rglob("*") if one.is_file() and not _hidden(one, folder))
    pages = [one for one in files if one.suffix in MARKDOWN and not _no_page(one)]
    histories = [one for one in files if one.suffix == ".json"]
    if not pages and not histories:
        why = f"The folder {folder} holds no postmortem and no history that can be read."
        upptime = any(one.parent.name == "history" and one.suffix == ".yml" for one in files)
        raise UnreadableFile(why, _UPPTIME if upptime else "Name the folder with the .md files.")
    for number, one in enumerate(pages, start=1):
        yield _page(number, one, one.relative_to(folder).as_posix(), reading)
    for one in histories:
        name = one.relative_to(folder).as_posix()
        try:
            found = read_json(_text(one, LARGEST), name, reading)
            first = next(found, None)
        except UnreadableFile as error:
            yield SkippedEntry(name, error.reason)
            continue
        yield from chain([first] if first else [], found)


def _hidden(path: Path, folder: Path) -> bool:
    parts = path.relative_to(folder).parts
    return any(part.startswith(".") or part == "node_modules" for part in parts)


def _no_page(path: Path) -> bool:
    return path.stem.lower().startswith(_NO_PAGES)


def _page(number: int, path: Path, name: str, reading: LogReading) -> Read:
    try:
        text = _text(path, LARGEST_PAGE)
    except UnreadableFile as error:
        return Refusal(number, "file", name, error.reason, error.remedy, place=name)
    return read_markdown(number, name, text, reading)


def _text(path: Path, largest: int) -> str:
    size = path.stat().st_size
    if size > largest:
        why = f"{path.name} has {size:,} bytes; at most {largest:,} are read."
        raise UnreadableFile(why, "Import it in parts.")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        why = f"{path.name} is not UTF-8 text: byte {byte:#04x} at {error.start} can't be read."
        raise UnreadableFile(why, "Save it as UTF-8.") from error
