"""The support sub-team beside what the process says: its size, and the rotation it offers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period, instant
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import roster
from dutydesk.rota.rules import stints
from dutydesk.rota.rules.duty import open_clock
from dutydesk.rota.rules.stints import Thin
from dutydesk.rota.rules.week_chart import monday

_WEEK = timedelta(days=7)


def thin(*, at: datetime, until: datetime, reachable: Collection[int] | None = None) -> list[Thin]:
    """Give when somebody is on support in [at, until), but fewer than the process says.

    When nobody is, that is a hole. `reachable`: whom a message reaches, if that was asked already.
    Clause support.size.
    """
    current = process.in_force()
    return stints.thin(
        current.clock(open_clock("support")).periods(at, until),
        roster.on_shifts(Period(at, until), "support"),
        reachable=roster.reachable() if reachable is None else reachable,
        size=current.support.size,
    )


def told(found: list[Thin], zone: ZoneInfo | None = None) -> list[str]:
    """Give them as lines for people, in the team's zone if no other is given."""
    current = process.in_force()
    names = dict(Engineer.objects.values_list("pk", "name")) if found else {}
    return [
        words.thin(
            each.period,
            [names[person] for person in each.people],
            size=current.support.size,
            zone=zone or current.zone,
        )
        for each in found
    ]


@dataclass(frozen=True)
class Offered:
    """A rotation of support as the process says, to fill a form with.

    `more`: how many people more it takes for nobody to have more than one stint in a cycle.
    """

    places: str
    length: int
    unit: str
    starts: datetime
    more: int


def offered(*, at: datetime) -> Offered | None:
    """Give the rotation in which each is on for a stint in every cycle; None without engineers.

    It begins next Monday when the working day does. Clause support.cycle.
    """
    current = process.in_force()
    people = list(Engineer.objects.filter(active=True).order_by("pk").values_list("pk", "name"))
    count = max(1, round(current.support.every / current.support.stint))
    found = stints.groups([pk for pk, _ in people], size=current.support.size, count=count)
    if not found:
        return None
    names = dict(people)
    length, unit = stints.turn(current.support.stint)
    day = monday(at.astimezone(current.zone).date()) + _WEEK
    opens = current.clock("working").next_open(instant(datetime.combine(day, time()), current.zone))
    clock = opens.astimezone(current.zone).time() if opens else time(9)
    return Offered(
        places="\n".join(", ".join(names[person] for person in place) for place in found),
        length=length,
        unit=unit,
        starts=datetime.combine(day, clock),
        more=max(0, current.support.size * count - len(people)),
    )
