"""What the desk would do about an alert, and why: a value to be read, before anything happens."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dutydesk.alarms.rules.destination import Passed, Routed
from dutydesk.alarms.rules.silence_matchers import SilenceRule
from dutydesk.kernel.periods import Period, union
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.rules.forecast import Course


@dataclass(frozen=True)
class Explanation:
    """What would become of an alert with these labels at `at`.

    `service`: the one that it belongs to; empty if there is none of those names. `silenced`: when
    it is quieted, and by which silence. `course`: the calls that follow; None if nobody is paged
    for it.
    """

    at: datetime
    title: str
    routed: Routed
    passed: tuple[Passed, ...]
    labels: Mapping[str, str]
    service: str
    anyway: bool
    silenced: tuple[tuple[Period, SilenceRule], ...]
    course: Course | None


def heard(span: Period, silenced: Iterable[Period]) -> list[Period]:
    """Give what of `span` is left between the times at which an alert is quieted."""
    found, begins = [], span.start
    for quiet in union(silenced):
        if begins < quiet.start:
            found.append(Period(begins, min(quiet.start, span.end)))
        begins = max(begins, quiet.end)
    return [*found, Period(begins, span.end)] if begins < span.end else found


def joined(courses: Iterable[Course], ends: datetime) -> Course:
    """Give as one what happens in times one after the other."""
    every = list(courses)
    return Course(
        tuple(step for one in every for step in one.steps),
        {key: name for one in every for key, name in one.names.items()},
        {key: method for one in every for key, method in one.methods.items()},
        ends,
    )


def read_pairs(texts: Sequence[str]) -> dict[str, str]:
    """Read labels as people type them: `a=b,c=d`, or one a line; a comma may be in a value."""
    found: dict[str, str] = {}
    last = ""
    for part in (part for text in texts for part in text.replace("\n", ",").split(",")):
        name, is_pair, value = part.partition("=")
        if is_pair and name.strip():
            last = name.strip()
            found[last] = value.strip().strip('"')
        elif last and part.strip():
            found[last] += f",{part}"
        elif part.strip():
            raise Refused(
                f"“{part.strip()}” is not a label with its value.",
                "Write them like severity=critical,namespace=shop.",
            )
    return found
