"""What the process asks for first, each as one figure with its trend and its target."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from dutydesk.kernel.addresses import path_to
from dutydesk.measures.flows import availability, happiness, incidents, recovery
from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.measures.flows.targets import measure_of
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.figures import Figure
from dutydesk.process.flows import process


@dataclass(frozen=True)
class Tile:
    """One of the measures that the process asks for, and where more of it is."""

    name: str
    title: str
    figure: Figure
    address: str


def tiles(choice: PeriodChoice, *, at: datetime) -> list[Tile]:
    """Give what the process asks for, in its order; what nothing measures here is left out."""
    found = []
    for measure in process.in_force().measures:
        figure = _READ[measure.id](choice, at)
        if figure is not None:
            found.append(Tile(measure.id, measure.text, figure, path_to("measure", measure.id)))
    return found


def by_its_clock(name: str, choice: PeriodChoice) -> PeriodChoice:
    """Give the same period on the clock that the process counts this measure by.

    A clock that was chosen stays.
    """
    measure = measure_of(name)
    if measure is None or choice.clock != "elapsed":
        return choice
    return replace(choice, clock=measure.clock)


def _availability(choice: PeriodChoice, at: datetime) -> Figure | None:
    return availability.figures(choice, at=at).figure("availability")


def _incidents(choice: PeriodChoice, at: datetime) -> Figure | None:
    return incidents.first(choice, DayTallies(at))[0]


def _recovery(choice: PeriodChoice, at: datetime) -> Figure | None:
    return recovery.first(by_its_clock("recovery", choice), DayTallies(at))[0]


def _happiness(choice: PeriodChoice, at: datetime) -> Figure | None:
    return happiness.first(choice, at)[0]


_READ: Mapping[str, Callable[[PeriodChoice, datetime], Figure | None]] = {
    "availability": _availability,
    "incidents": _incidents,
    "recovery": _recovery,
    "happiness": _happiness,
}
