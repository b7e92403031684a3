"""When somebody takes over from somebody else, and what that hands on."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from dutydesk.incidents.rules.owners import Owner
from dutydesk.process.rules.model import Process
from dutydesk.rota.rules.duty import OnDuty

TOGETHER = timedelta(hours=2)
"""How long before the working day closes on call may begin and be told, while both are there."""


def next_change(on: Iterable[OnDuty], at: datetime) -> datetime | None:
    """Give when somebody else may have a duty next; None if that is not known."""
    return min((one.until for one in on if one.until is not None and one.until > at), default=None)


def takes_over(process: Process, at: datetime) -> datetime:
    """Give from when on those who are told at `at` owe what they are told of.

    That is then, but while support and on call are both there at the end of the working day: it is
    on call's when that closes. Clauses support.day-end, hours.overlap.
    """
    working, on_call = process.clock("working"), process.clock("on_call")
    if not working.is_open(at) or not on_call.is_open(at):
        return at
    closes = working.next_change(at)
    if closes is None or closes - at > TOGETHER or not on_call.is_open(closes):
        return at
    return closes


def handed_over(
    before: Mapping[int, Owner], after: Mapping[int, Owner]
) -> dict[int, tuple[int, ...]]:
    """Give what each person owes who didn't before: numbers of promises, by their number."""
    found: dict[int, tuple[int, ...]] = {}
    for number, owner in after.items():
        was = before.get(number)
        if owner.engineer is None or (was is not None and was.engineer == owner.engineer):
            continue
        found[owner.engineer] = (*found.get(owner.engineer, ()), number)
    return found
