"""What another import of one source changes: its shifts of last time beside those of now."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from dutydesk.kernel.periods import Period


@dataclass(frozen=True)
class ImportedShift:
    """One person's time as a source has it. `key` is its name there, `sequence` its version.

    `replaces`: everybody else goes off, but for whom the same source has on as well.
    """

    key: str
    engineer: int
    period: Period
    replaces: bool = False
    sequence: int = 0

    def coming(self, at: datetime) -> "ImportedShift | None":
        """Give what of it is still to come; None if it is over."""
        if self.period.end <= at:
            return None
        return replace(self, period=Period(max(self.period.start, at), self.period.end))

    def alike(self, other: "ImportedShift", at: datetime) -> bool:
        """Say whether both put the same person on at the same times to come."""
        mine, theirs = self.coming(at), other.coming(at)
        return (mine and replace(mine, sequence=0, key="")) == (
            theirs and replace(theirs, sequence=0, key="")
        )


@dataclass(frozen=True)
class RecordedShift:
    """A shift as it was taken in, and the number of the override that it became.

    `touched`: people changed it here since. `there`: what became of it is still there.
    """

    shift: ImportedShift
    row: int
    touched: bool = False
    there: bool = True


@dataclass(frozen=True)
class SourceSpan:
    """What a file can tell of: with `whole`, what isn't in it is no more, up to `until`.

    Else only what it calls off by its key, in `called_off`, is no more.
    """

    whole: bool = True
    until: datetime | None = None
    called_off: Collection[str] = ()

    def ends(self, shift: ImportedShift) -> bool:
        """Say whether a shift that the file doesn't have is no more."""
        if not self.whole:
            return shift.key in self.called_off
        return self.until is None or shift.period.start < self.until


Pair = tuple[RecordedShift, ImportedShift]


@dataclass
class ImportChanges:
    """What to do: put on what is `new`, change what is `moved`, let go of what is `gone`.

    `same`: as it was, or not told of. `kept`: people changed it here, and it is otherwise there
    now, or no more (None). `older`: the file has an older version than was taken in.
    """

    new: list[ImportedShift] = field(default_factory=list)
    moved: list[Pair] = field(default_factory=list)
    gone: list[RecordedShift] = field(default_factory=list)
    same: list[RecordedShift] = field(default_factory=list)
    kept: list[tuple[RecordedShift, ImportedShift | None]] = field(default_factory=list)
    older: list[Pair] = field(default_factory=list)


def compare(
    taken: Iterable[RecordedShift],
    wanted: Iterable[ImportedShift],
    at: datetime,
    span: SourceSpan = SourceSpan(),
    *,
    any_version: bool = False,
) -> ImportChanges:
    """Compare what was taken in of a source with what it has now. What is over is left alone.

    A shift that people changed here stays as it is. `any_version`: an older one counts, too.
    """
    left = {shift.key: shift for shift in wanted if shift.coming(at)}
    before = [each for each in taken if each.shift.coming(at)]
    pairs = [(each, left.pop(each.shift.key, None)) for each in before]
    changes = ImportChanges()
    for each, known in pairs:
        found = known or _renamed(each, left)
        if found is None:
            _missing(changes, each, span)
        elif each.shift.alike(found, at):
            changes.same.append(replace(each, shift=found))
        elif each.touched:
            changes.kept.append((each, found))
        elif found.sequence < each.shift.sequence and not any_version:
            changes.older.append((each, found))
        else:
            changes.moved.append((each, found))
    changes.new.extend(left.values())
    return changes


def _missing(changes: ImportChanges, each: RecordedShift, span: SourceSpan) -> None:
    if not span.ends(each.shift):
        changes.same.append(each)
    elif not each.touched:
        changes.gone.append(each)
    elif each.there:
        changes.kept.append((each, None))


def _renamed(each: RecordedShift, left: dict[str, ImportedShift]) -> ImportedShift | None:
    """Find what a shift that people changed is now, if its source calls it otherwise.

    That is where its series was given other times as a whole; and where one person at a time is
    on, whatever is on then.
    """
    if not each.touched:
        return None
    series = series_of(each.shift.key)
    for key, shift in left.items():
        alike = (series and series_of(key) == series) or (each.shift.replaces and shift.replaces)
        if alike and shift.period.overlap(each.shift.period):
            return left.pop(key)
    return None


_APART = "\n"


def key_of(series: str, occurrence: str = "") -> str:
    """Give the key of a shift, by the name of its series and which one of the series it is."""
    return f"{series}{_APART}{occurrence}" if occurrence else series


def series_of(key: str) -> str:
    """Give the name of a shift's series; empty if it is of none."""
    return key.partition(_APART)[0] if _APART in key else ""


def told_apart(keys: Sequence[str]) -> list[str]:
    """Give the keys with a number where one is there before: each is another shift's."""
    seen: dict[str, int] = {}
    found = []
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
        found.append(key if seen[key] == 1 else f"{key}#{seen[key]}")
    return found
