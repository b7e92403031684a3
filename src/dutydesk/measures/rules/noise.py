"""Alerts that call people and lead to nothing, and what to do about them."""

from dataclasses import dataclass

OFTEN = 3
"""An alert that called somebody fewer times is not judged."""


@dataclass(frozen=True, slots=True)
class AlertNoise:
    """How often alerts of one name called somebody, and what came of it.

    `led`: the alarm belongs to an incident, or a ticket was raised from its thread. `gone`: it was
    over before anybody acknowledged it.
    """

    name: str
    pages: int
    acknowledged: int
    led: int
    gone: int
    night: int
    last_alarm: int

    @property
    def for_nothing(self) -> int:
        """Give how many led to nothing."""
        return self.pages - self.led

    @property
    def noisy(self) -> bool:
        """Say whether it came often and never led to anything."""
        return self.pages >= OFTEN and not self.led

    @property
    def suggestion(self) -> str:
        """Say what may help; empty if nothing needs to."""
        if self.pages < OFTEN or 2 * self.led >= self.pages:
            return ""
        if 2 * self.gone >= self.pages:
            return "Let it wait longer before it fires: it is mostly over before anybody answers."
        if not self.led:
            return "Let it page nobody, or say in its runbook what there is to do."
        return "Narrow its condition: most of its pages led to nothing."


@dataclass(frozen=True, slots=True)
class FlappingAlarm:
    """Alarms of one group that came back soon after they were over."""

    title: str
    times: int
    returned: int
    last_alarm: int
