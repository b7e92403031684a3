"""Times of a report, as its readers read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template

register = template.Library()


@register.filter
def written(at: str, zone: ZoneInfo) -> str:
    """Write a moment that is kept in ISO 8601, with its zone."""
    return moment_written(datetime.fromisoformat(at), zone) if at else "not known"


@register.filter
def written_day(at: str, zone: ZoneInfo) -> str:
    """Write the day of a moment that is kept in ISO 8601."""
    return f"{datetime.fromisoformat(at).astimezone(zone):%-d %B %Y}" if at else "not known"


@register.filter
def moment_written(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment with its zone."""
    return f"{at.astimezone(zone):%-d %B %Y, %H:%M %Z}"
