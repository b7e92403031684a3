"""One incident, and how each of its lengths was worked out."""

from dataclasses import dataclass

from dutydesk.incidents.models import Incident
from dutydesk.measures.flows.incident_rows import REASONS
from dutydesk.measures.flows.incident_times import MeasuredIncident, read_incidents
from dutydesk.measures.rules.arithmetic import Working, working
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.steps import SPANS, STEPS
from dutydesk.measures.rules.tables import FigureColumn, FigureLine, FigureTable, table
from dutydesk.process.flows import process


@dataclass(frozen=True)
class Explained:
    """An incident with its times, how each length was worked out, and why it isn't counted."""

    incident: MeasuredIncident
    times: FigureTable
    workings: tuple[Working, ...]
    excluded: str


def explained(number: int, choice: PeriodChoice) -> Explained:
    """Explain an incident on the clock that was chosen; Incident.DoesNotExist if there is none."""
    clock = process.in_force().clock(choice.clock)
    one = next(read_incidents(clock, SPANS, "i.id = %(number)s", {"number": number}), None)
    if one is None:
        raise Incident.DoesNotExist
    why = REASONS.get("exercise" if one.exercise else one.state, "")
    columns = (FigureColumn("step", "Step"), FigureColumn("at", "When", "moment"))
    lines = [FigureLine((says.capitalize(), one.times[step])) for step, says in STEPS.items()]
    workings = tuple(
        working(span, one.times, clock, one.warnings, estimated=one.estimated) for span in SPANS
    )
    return Explained(one, table("times", "Its times", columns, lines), workings, why)
