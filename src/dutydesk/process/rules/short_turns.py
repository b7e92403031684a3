"""Whether a turn is ever long enough to be handed over, as the process says it."""

from collections.abc import Iterator

from dutydesk.kernel.durations import write_duration
from dutydesk.process.rules.handovers import TURN_CHANGE
from dutydesk.process.rules.model import Process
from dutydesk.process.rules.pitfalls import Pitfall


def never_handed_over(process: Process) -> Iterator[Pitfall]:
    """Find turns on call that are all cover: shorter than what hands anything over."""
    length = process.on_call.turn.length
    for place, section in enumerate(process.handovers):
        if section.when == TURN_CHANGE and length < section.turn_from:
            yield Pitfall(
                f"A turn on call lasts {write_duration(length)}, and who is on call for less than "
                f"{write_duration(section.turn_from)} hands nothing over: no turn ever does.",
                f"Write {write_duration(length)} or less as turn_from, or leave this handover out.",
                _where(process, place),
            )


def _where(process: Process, place: int) -> tuple[str | int, ...]:
    """Give the place of it in the file: a process that names no handovers has the usual ones."""
    if "handovers" in process.model_fields_set:
        return ("handovers", place, "turn_from")
    return ("on_call", "turn", "length")
