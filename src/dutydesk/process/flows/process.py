"""Putting a process in force, and asking which one is."""

import hashlib
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path

from django.db import transaction

from dutydesk.database import notifications, rows
from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.process.models import Approval, BrokenFile, ProcessVersion
from dutydesk.process.rules.check import DEFAULT_FILE, check
from dutydesk.process.rules.mistakes import Mistake
from dutydesk.process.rules.model import Process

logger = logging.getLogger(__name__)


class NoProcess(Refused):
    """No process was ever adopted."""


class BrokenProcess(Refused):
    """The process file has mistakes; every one of them is told."""

    def __init__(
        self, path: Path, mistakes: Iterable[Mistake], fault: Exception | None = None
    ) -> None:
        """Say which file, and list what to mend; `fault` is what broke the checker itself."""
        self.mistakes = tuple(mistakes)
        self.fault = fault
        lines = "\n".join(f"  {mistake}" for mistake in self.mistakes)
        super().__init__(
            f"The process file {path} has mistakes:\n{lines}\n",
            "Mend them; `dutydesk check` shows them again.",
        )


def ship(file: Path) -> None:
    """Put the default process where the team's file belongs, if there is none."""
    if not file.exists():
        _put(file, DEFAULT_FILE.read_bytes())


def _put(file: Path, content: bytes) -> None:
    """Put a file there as a whole, or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.new")
    try:
        beside.write_bytes(content)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def provide(file: Path) -> None:
    """Let the team's file be there: one that is gone is put back as it was adopted last.

    So a folder that is new, or not there for a while, puts no other process in force than the
    team's. Where none ever was adopted, the default is put there. Raises Refused.
    """
    if file.exists():
        return
    newest = ProcessVersion.objects.last()
    try:
        if newest is None:
            ship(file)
            return
        _put(file, newest.text.encode())
    except OSError as error:
        raise Refused(
            f"The process file {file} is not there, and can't be put there: {error.strerror}.",
            "Put it there, or name another with DUTYDESK_PROCESS.",
        ) from error
    logger.warning("the process file %s was gone; the one in force was put there", file)


def read_file(file: Path) -> str:
    """Give the text of the process file, or refuse with the reason it can't be read."""
    try:
        return read_bytes(file.read_bytes(), str(file))
    except OSError as error:
        raise Refused(
            f"The process file {file} can't be read: {error.strerror}.",
            "Put one there, or name another with DUTYDESK_PROCESS.",
        ) from error


def read_bytes(data: bytes, where: str) -> str:
    """Give the text of a process file that was read, or refuse if it is not UTF-8."""
    try:
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refused(
            f"The process file {where} is not UTF-8; line {line} is the first that isn't.",
            "Save it as UTF-8.",
        ) from error


@transaction.atomic
def adopt(*, file: Path, at: datetime) -> None:
    """Put the file's process in force; the one already in force stays as it is.

    Raises BrokenProcess, and keeps what is in force, if the file has mistakes.
    """
    rows.lock(["process"])  # Every worker sees a changed file at once, and one adopts it.
    text = read_file(file)
    digest = hashlib.sha256(text.encode()).hexdigest()
    newest = ProcessVersion.objects.last()
    new = newest is None or newest.digest != digest
    checked = check(text, at=at if new else None)
    if checked.process is None:
        raise BrokenProcess(file, checked.mistakes, checked.fault)
    mended, _ = BrokenFile.objects.filter(path=str(file)).delete()
    if new:
        ProcessVersion.objects.create(text=text, digest=digest, adopted_at=at)
    if new or mended:
        notifications.notify("process")


def begin(*, file: Path, at: datetime) -> None:
    """Adopt the file as a desk starts; a broken one is left aside if the desk can go on without.

    So one that was broken while the desk was running doesn't keep it from starting again. Raises
    Refused if none is in force. What was wrong with a file elsewhere is over, as is that desk.
    """
    BrokenFile.objects.exclude(path=str(file)).delete()
    try:
        adopt(file=file, at=at)
    except Refused as refusal:
        try:
            _, since = _newest_or_held()
        except NoProcess:
            raise refusal from None
        _leave_aside(file, refusal, at)
        logger.warning("%s\nThe desk goes on by the one in force since %s.", refusal, since.date())


def follow(*, file: Path, at: datetime) -> bool:
    """Adopt the file if it changed and is sound; give whether it did not break.

    What is wrong with a broken one is kept for `healthz` and the Process page to show, and logged
    when it is first seen.
    """
    try:
        adopt(file=file, at=at)
    except Refused as refusal:
        if _leave_aside(file, refusal, at):
            logger.warning("%s", refusal, exc_info=getattr(refusal, "fault", None))
        return False
    return True


def _leave_aside(file: Path, refusal: Refused, at: datetime) -> bool:
    """Keep what is wrong with a file; give whether that is new."""
    told = refusal.mistakes if isinstance(refusal, BrokenProcess) else (refusal,)
    return _note(file, [str(one) for one in told], at)


@transaction.atomic
def _note(file: Path, mistakes: list[str], at: datetime) -> bool:
    """Keep what is wrong with a file; give whether that is new."""
    broken = BrokenFile.objects.filter(path=str(file))
    if [row.mistakes for row in broken] == [mistakes]:
        return False
    broken.delete()
    BrokenFile.objects.create(path=str(file), seen_at=at, mistakes=mistakes)
    notifications.notify("process")
    return True


def trouble() -> tuple[str, ...]:
    """Give what is wrong with process files that are not in force because they are broken."""
    return tuple(m for row in BrokenFile.objects.all() for m in row.mistakes)


def warnings(*, at: datetime) -> tuple[str, ...]:
    """Give what may not be meant in the process in force, as somebody finds who checks it now."""
    newest = version_in_force()
    return _warnings(newest.pk, newest.digest, at.date())


# What is remembered goes by the text's digest too: after a backup was restored, another text may
# get the number of one that was read before.
@lru_cache(maxsize=8)
def _warnings(version: int, digest: str, day: date) -> tuple[str, ...]:
    text = ProcessVersion.objects.get(pk=version, digest=digest).text
    checked = check(text, at=datetime.combine(day, time(), UTC))
    return tuple(str(one) for one in (*checked.mistakes, *checked.warnings))


def version_in_force() -> ProcessVersion:
    """Give the newest version; NoProcess if nothing was adopted yet."""
    newest = ProcessVersion.objects.order_by("-id").first()
    if newest is None:
        raise _no_process()
    return newest


def _no_process() -> NoProcess:
    return NoProcess("No process is in force.", "Run `dutydesk prepare` on this database.")


_held: ContextVar[list[tuple[Process, datetime]] | None] = ContextVar("held", default=None)


@contextmanager
def held() -> Iterator[None]:
    """Let everything within go by one process, asked for once, though another be adopted.

    Where one is held already, that one is gone by.
    """
    if _held.get() is not None:
        yield
        return
    token = _held.set([])
    try:
        yield
    finally:
        _held.reset(token)


@contextmanager
def as_if(draft: Process, at: datetime) -> Iterator[None]:
    """Let everything within go by a draft, as if it were in force from `at` on."""
    token = _held.set([(draft, at)])
    try:
        yield
    finally:
        _held.reset(token)


def in_force() -> Process:
    """Give the process that the desk runs by now: one small query, or none where it is held."""
    return _newest_or_held()[0]


def _newest_or_held() -> tuple[Process, datetime]:
    """Give the process that is gone by, and since when it is in force."""
    box = _held.get()
    if not box:
        found = _newest()
        if box is None:
            return found
        box.append(found)
    return box[0]


def in_force_at(at: datetime) -> Process:
    """Give the process that was in force at `at`; before the first one, the first one.

    Where one is held that was in force by then, that one is gone by.
    """
    if box := _held.get():
        held_one, since = box[0]
        if since <= at:
            return held_one
    version = rows.run(_THEN, {"at": at}).fetchone()
    return _as_it_was(*version) if version is not None else in_force()


# The last that was adopted by then; before the first one, the first one.
_THEN = """
SELECT id, digest FROM process_processversion
ORDER BY adopted_at <= %(at)s DESC, CASE WHEN adopted_at <= %(at)s THEN -id ELSE id END LIMIT 1
"""


def over(span: Period) -> list[tuple[Period, Process]]:
    """Give which process was in force when in `span`, in order. One query."""
    adopted = ProcessVersion.objects.order_by("id").values_list("id", "digest", "adopted_at")
    versions = list(adopted)
    found: list[tuple[Period, Process]] = []
    for index, (number, digest, begins) in enumerate(versions):
        start = span.start if index == 0 else max(begins, span.start)
        ends = versions[index + 1][2] if index + 1 < len(versions) else span.end
        if start < min(ends, span.end):
            found.append((Period(start, min(ends, span.end)), _as_it_was(number, digest)))
    return found


def _as_it_was(version: int, digest: str) -> Process:
    """Give an earlier version; what no desk of today calls sound counts as the one in force."""
    try:
        return _parsed(version, digest)
    except NoProcess:
        return in_force()


def _newest() -> tuple[Process, datetime]:
    newest = rows.run(_NEWEST).fetchone()
    if newest is None:
        raise _no_process()
    number, digest, since = newest
    return _parsed(number, digest), since


_NEWEST = """
SELECT id, digest, adopted_at FROM process_processversion ORDER BY id DESC LIMIT 1
"""


@lru_cache(maxsize=32)
def _parsed(version: int, digest: str) -> Process:
    process = check(ProcessVersion.objects.get(pk=version, digest=digest).text).process
    if process is None:
        raise NoProcess(
            "The process in force was written for another version of the desk.",
            "Adopt a sound file with `dutydesk prepare`.",
        )
    return process


@transaction.atomic
def approve(*, version: int, name: str, at: datetime) -> None:
    """Name somebody who approves this version; once is enough. Clause process.approved."""
    newest = version_in_force()
    if newest.pk != version:
        raise Refused(
            "The process has changed since you opened this page.",
            "Read the new version, then approve that.",
        )
    Approval.objects.get_or_create(version=newest, name=name, defaults={"at": at})
