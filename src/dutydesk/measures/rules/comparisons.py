"""A period beside the one before it and those of its trend, all counted at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from dutydesk.kernel.periods import Period
from dutydesk.measures.rules.charts import Point, Trend
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.values import Unit, Value

T = TypeVar("T")


@dataclass(frozen=True)
class Beside(Generic[T]):
    """What was found in the period before, in the parts that make the period, and in its trend."""

    before: T
    now: tuple[T, ...]
    trend: tuple[T, ...]


def periods_of(choice: PeriodChoice) -> list[Period]:
    """Give the periods that are to be counted, which touch and rise: those of the trend.

    Those of a range are its parts, and before them is as long a range.
    """
    if choice.each == "range":
        return [choice.previous.period, *(one.period for one in choice.parts)]
    return [one.period for one in choice.trend]


def beside(choice: PeriodChoice, found: Sequence[T]) -> Beside[T]:
    """Tell apart what was found in each of `periods_of`."""
    if choice.each == "range":
        return Beside(found[0], tuple(found[1:]), tuple(found[1:]))
    return Beside(found[-2], (found[-1],), tuple(found))


def trend_of(
    choice: PeriodChoice, name: str, title: str, unit: Unit, values: Sequence[tuple[Value, str]]
) -> Trend:
    """Give the trend of these values, each with what it is of; each leads to its own period."""
    points = tuple(
        Point(one.label, value, of, one.query)
        for one, (value, of) in zip(choice.trend, values, strict=True)
    )
    return Trend(name, title, unit, points)
