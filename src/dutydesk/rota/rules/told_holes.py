"""Which holes were told already: the same hole stays the same while time and the look go on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dutydesk.kernel.periods import Period, subtract, union

_HOLE, _UNTIL = "hole ", "looked until "


@dataclass(frozen=True)
class ToldHoles:
    """The holes that were told, by what they are of, and how far ahead was looked then."""

    of: Mapping[str, list[Period]] = field(default_factory=dict)
    until: datetime | None = None

    def is_new(self, what: str, period: Period) -> bool:
        """Say whether some of a hole was not told, though it could be seen then.

        What lies beyond that look is new too, unless a told hole went up to its very end: then
        it is the same hole, of which more is seen by now.
        """
        known = self.of.get(what, [])
        return any(
            self.until is None
            or part.start < self.until
            or not any(each.end == self.until == part.start for each in known)
            for part in subtract([period], known)
        )


def read(marks: Iterable[str]) -> ToldHoles:
    """Give what was told, as it was written down; other marks are left alone."""
    of: dict[str, list[Period]] = {}
    until: list[datetime] = []
    for mark in marks:
        if mark.startswith(_HOLE):
            start, end, what = mark.removeprefix(_HOLE).split(" ", 2)
            of.setdefault(what, []).append(
                Period(datetime.fromisoformat(start), datetime.fromisoformat(end))
            )
        elif mark.startswith(_UNTIL):
            until.append(datetime.fromisoformat(mark.removeprefix(_UNTIL)))
    return ToldHoles({what: union(known) for what, known in of.items()}, max(until, default=None))


def written(found: Iterable[tuple[str, Period]], until: datetime) -> list[str]:
    """Give the marks of what is told now, and of how far ahead was looked."""
    of: dict[str, list[Period]] = {}
    for what, period in found:
        of.setdefault(what, []).append(period)
    marks = [_mark(what, period) for what, periods in of.items() for period in union(periods)]
    return [*marks, f"{_UNTIL}{until.isoformat()}"]


def without(marks: Iterable[str], what: str, period: Period) -> list[str]:
    """Give the marks without this time of a hole: it is told anew if it opens again."""
    found: list[str] = []
    for mark in marks:
        known = read([mark]).of.get(what)
        found += [mark] if known is None else (_mark(what, p) for p in subtract(known, [period]))
    return found


def _mark(what: str, period: Period) -> str:
    return f"{_HOLE}{period.start.isoformat()} {period.end.isoformat()} {what}"
