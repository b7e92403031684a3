"""What the process as a document says of handovers."""

from collections.abc import Sequence

from dutydesk.kernel.durations import write_duration
from dutydesk.process.rules.handovers import (
    END_OF_DAY,
    START_OF_DAY,
    TURN_CHANGE,
    HandoverSection,
)

_TIMES = {
    START_OF_DAY: "when working hours open",
    END_OF_DAY: "when working hours close",
    TURN_CHANGE: "when somebody else has the on-call turn",
}


def told(handovers: Sequence[HandoverSection]) -> tuple[str, ...]:
    """Say what is handed over, by whom to whom and by when; nothing where nothing is."""
    if not handovers:
        return ()
    return (
        "A handover is drafted from what the desk has on record. Whoever gives it adds what else "
        "is to be known, and whoever takes it says that they have it; until then they are "
        "reminded. One that nobody gives in time is given as it was drafted.",
        *(f"• {_one(each)}" for each in handovers),
    )


def _one(each: HandoverSection) -> str:
    """Say one of them."""
    sides = f"from {each.giver} to {each.taker}"
    if each.giver == each.taker:
        sides = f"from who was {each.giver} to who is"
    empty = "One with nothing in it closes by itself." if each.empty_closes else ""
    return (
        f"{each.when.capitalize()}: {sides}, {_TIMES[each.when]}. It is drafted "
        f"{write_duration(each.drafted_before)} before, accepted within "
        f"{write_duration(each.accept_within)}, and asked for every "
        f"{write_duration(each.chase_every).removeprefix('1 ')} after that. {empty}"
    ).strip()
