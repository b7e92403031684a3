"""What the status page is made of: moments on the page's own clock, and pictures of days."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from dutydesk.kernel.moments import when
from dutydesk.status.rules.conditions import ServiceCondition, ServiceDay, ServiceRecord
from dutydesk.status.rules.page import StatusPage
from dutydesk.status.words import strip as pictures

register = template.Library()


@register.simple_tag(takes_context=True)
def told_at(context: dict[str, Any], at: datetime) -> SafeString:
    """Show a moment on the clock of the page's zone; a page that is kept says no “ago”."""
    page: StatusPage = context["page"]
    shown = when(at, ZoneInfo(page.zone), page.read_at).removeprefix("on ")
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), shown)


@register.filter
def strip(record: ServiceRecord) -> SafeString:
    """Draw a service's days."""
    return mark_safe(pictures.strip(record))


@register.filter
def percent(hundredths: int | None) -> str:
    """Say a share in percent."""
    return pictures.percent(hundredths)


@register.filter
def marks(condition: ServiceCondition) -> str:
    """Give the class that a condition has in the stylesheet."""
    return condition.replace(" ", "-")


@register.filter
def named(names: Mapping[str, str], slug: str) -> str:
    """Give the name of the service that has this slug."""
    return names.get(slug, "")


@register.filter
def noted(record: ServiceRecord) -> list[ServiceDay]:
    """Give the days on which something was the matter, newest first."""
    well = (None, ServiceCondition.OPERATIONAL)
    return [day for day in reversed(record.days) if day.worst not in well]


@register.filter
def in_all(condition: ServiceCondition) -> str:
    """Say in one line how everything is doing."""
    return _IN_ALL[condition]


_IN_ALL = {
    ServiceCondition.OPERATIONAL: "Everything is working",
    ServiceCondition.MAINTENANCE: "Some services are under maintenance",
    ServiceCondition.DEGRADED: "Something is slow or degraded",
    ServiceCondition.PARTIAL: "Something is not working for some users",
    ServiceCondition.MAJOR: "Something is down",
}
