"""What a handover is drafted from: facts of the record, each with the thing that it is about."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from dutydesk.kernel.periods import Period, union
from dutydesk.process.rules.handovers import END_OF_DAY, START_OF_DAY, TURN_CHANGE

MOST = 40
"""So many lines of one part are told one by one."""
LONGEST = 500
LONGEST_KEY = 160

PARTS: Mapping[str, str] = {
    "incidents": "Incidents",
    "pages": "Pages",
    "people": "Who was called",
    "held": "Alerts that wait for on call's hours",
    "alarms": "Alarms",
    "work": "Planned work and announcements",
    "maintenance": "Out of use",
    "silences": "Silences in force",
    "promises": "Open promises",
    "questions": "Questions worth knowing",
}
"""The parts of a handover, in the order in which they are read."""

_CONTENTS: Mapping[str, Collection[str]] = {
    START_OF_DAY: ("incidents", "pages", "people", "held", "alarms", "maintenance", "promises"),
    END_OF_DAY: ("incidents", "work", "maintenance", "promises", "alarms", "questions"),
    TURN_CHANGE: ("incidents", "pages", "people", "held", "alarms", "silences", "promises"),
}


@dataclass(frozen=True, slots=True)
class RecordedFact:
    """One line of a draft: the part that it stands in, its thing, what it says, and since when.

    `text` begins with `title`, what its thing is called. `key` is the same as long as it is about
    the same, whatever it says.
    """

    key: str
    part: str
    about: str
    title: str
    text: str
    at: datetime


def fact(key: str, about: str, title: str, text: str, at: datetime) -> RecordedFact:
    """Give a fact of the part that its key begins with; its text begins with the title."""
    part = key.partition(":")[0]
    if len(key) > LONGEST_KEY:  # What is cut must still tell two of them apart.
        digest = sha256(key.encode()).hexdigest()[:16]
        key = f"{key[: LONGEST_KEY - len(digest) - 1]}-{digest}"
    return RecordedFact(key, part, about, title[:LONGEST], text[:LONGEST], at)


def told_in(when: str, facts: Iterable[RecordedFact]) -> list[RecordedFact]:
    """Give what a handover of that kind tells, in its order; what is too much of a part is cut."""
    wanted = _CONTENTS[when]
    chosen: dict[str, list[RecordedFact]] = {part: [] for part in PARTS if part in wanted}
    for fact in facts:
        if fact.part in chosen:
            chosen[fact.part].append(fact)
    return [fact for part in chosen.values() for fact in _cut(part)]


def _cut(part: list[RecordedFact]) -> list[RecordedFact]:
    if len(part) <= MOST:
        return part
    first = part[MOST - 1]
    title = f"{len(part) - MOST + 1} more"
    text = f"{title}, from this one on: {first.text}"
    return [*part[: MOST - 1], fact(f"{first.part}:more", first.about, title, text, first.at)]


def worked(periods: Iterable[Period], within: Period) -> timedelta:
    """Give how long somebody was at something in a period, whatever they did at once."""
    inside = (cut for one in periods if (cut := one.overlap(within)))
    return sum((one.length for one in union(inside)), timedelta())
