"""What the desk would do about an alert, and why: a value to be read, before anything happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dutydesk.alarms.rules.routing import Passed, Routed
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.rules.foreseeing import Course


@dataclass(frozen=True)
class Explanation:
    """What would become of an alert with these labels at `at`.

    `service`: the one that it belongs to; empty if there is none of those names. `course`: the
    calls that follow; None if nobody is paged for it.
    """

    at: datetime
    title: str
    routed: Routed
    passed: tuple[Passed, ...]
    labels: Mapping[str, str]
    service: str
    anyway: bool
    course: Course | None


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
