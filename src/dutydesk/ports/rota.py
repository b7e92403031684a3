"""Reading who is on by another tool's schedules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from dutydesk.kernel.kinds import MessageKind
from dutydesk.kernel.periods import Period

OVERRIDE = MessageKind("pagerduty.override", "PagerDuty", setting="DUTYDESK_PAGERDUTY_SCHEDULES")


@dataclass(frozen=True)
class TheirShift:
    """Somebody's time in another tool's schedule. `email` is empty if it isn't told."""

    email: str
    name: str
    period: Period


class Schedules(Protocol):
    """Another tool's schedules of our duties. Each method uses the network.

    Raises ports.delivery.Undelivered if the other tool can't or won't answer.
    """

    @property
    def duties(self) -> Sequence[str]:
        """Give the duties that have a schedule there."""
        ...

    def shifts(self, duty: str, span: Period) -> list[TheirShift]:
        """Give who is on there in `span`, as it comes out in the end."""
        ...

    def document(self, duty: str, span: Period) -> str:
        """Give the schedule as its export, with overrides in `span`, to be taken in."""
        ...

    def people(self) -> Mapping[str, str]:
        """Give everybody's number there by their address, in lower case."""
        ...
