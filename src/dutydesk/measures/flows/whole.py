"""All that is measured of a period: what the command, the report and each screen say is this."""

from collections.abc import Iterator
from datetime import datetime

from dutydesk.measures.flows.overview import by_its_clock
from dutydesk.measures.flows.subjects import SUBJECTS
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.figures import Subject, SubjectFigures


def whole(
    choice: PeriodChoice, *, at: datetime, everybody: bool = False
) -> Iterator[tuple[Subject, SubjectFigures]]:
    """Give each subject with its figures, each length by the clock that the process names for it.

    With `everybody`, only what everybody who may sign in to the desk may see.
    """
    for one in SUBJECTS:
        if not one.is_there() or (everybody and one.readers != "anyone"):
            continue
        found = one.figures(by_its_clock("recovery", choice) if one.clocks else choice, at=at)
        yield one, _for_everybody(found) if everybody else found


def _for_everybody(found: SubjectFigures) -> SubjectFigures:
    return SubjectFigures(
        tuple(one for one in found.figures if one.readers == "anyone"),
        found.charts,
        tuple(one for one in found.tables if one.readers == "anyone"),
        found.notes,
    )
