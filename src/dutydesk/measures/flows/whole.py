"""All that is measured of a period: what the command, the report and each screen say is this."""

from collections.abc import Iterator
from datetime import datetime

from dutydesk.measures.flows.overview import by_its_clock
from dutydesk.measures.flows.subjects import SUBJECTS
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.figures import Figure, Subject, SubjectFigures


def whole(choice: PeriodChoice, *, at: datetime) -> Iterator[tuple[Subject, SubjectFigures]]:
    """Give each subject with its figures; lengths by the clock that the process names for them."""
    for one, asked in _subjects(choice):
        yield one, one.figures(asked, at=at)


def for_everybody(
    choice: PeriodChoice, *, at: datetime
) -> Iterator[tuple[Subject, tuple[Figure, ...]]]:
    """Give the same figures alone, those that everybody who may sign in to the desk may see."""
    for one, asked in _subjects(choice):
        if one.readers == "anyone":
            found = one.only_figures(asked, at=at)
            yield one, tuple(each for each in found if each.readers == "anyone")


def _subjects(choice: PeriodChoice) -> Iterator[tuple[Subject, PeriodChoice]]:
    for one in SUBJECTS:
        if one.is_there():
            yield one, by_its_clock("recovery", choice) if one.clocks else choice
