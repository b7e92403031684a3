"""Days that people type."""

from datetime import date

from dutydesk.kernel import bounds
from dutydesk.kernel.refusals import Refused


class NotADay(Refused):
    """What was typed is no day."""


def day_or_none(text: str) -> date | None:
    """Read a day; None if it is none, or none of a year that calendars are sure of."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.year in bounds.YEARS else None


def read_day(text: str) -> date:
    """Read a day. Raises NotADay."""
    found = day_or_none(text)
    if found is None:
        raise NotADay(f"“{text.strip()[:40]}” is not a day.", "Write it like 2026-03-29.")
    return found
