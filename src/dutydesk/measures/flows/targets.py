"""What the process wants of its measures."""

from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.figures import MeasureTarget
from dutydesk.process.flows import process
from dutydesk.process.rules.measures import Measure


def measure_of(name: str) -> Measure | None:
    """Give what the process says of this measure, if it asks for it."""
    return next((one for one in process.in_force().measures if one.id == name), None)


def target_of(name: str, choice: PeriodChoice) -> MeasureTarget | None:
    """Give the target of a measure; one for a number of incidents is for a month each."""
    measure = measure_of(name)
    if measure is None or measure.wanted is None:
        return None
    if name == "incidents" and choice.each != "month":
        return None
    return MeasureTarget(measure.wanted, at_most=name in ("incidents", "recovery"))
