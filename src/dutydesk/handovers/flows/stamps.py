"""Moments in the lines of a draft, on the clock of the process."""

from datetime import datetime

from dutydesk.handovers.words import line_words
from dutydesk.process.flows import process


def stamp(at: datetime | None) -> str:
    """Give a moment so that it is clear whenever it is read; nothing for none."""
    return line_words.stamp(at, process.in_force().zone) if at else ""
