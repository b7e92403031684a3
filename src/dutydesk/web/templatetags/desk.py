"""Addresses, options and buttons, as every screen shows them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.moments import write_moment
from dutydesk.kernel.subjects import screen_of

register = template.Library()


@register.simple_tag(takes_context=True)
def typed_time(context: dict[str, Any], at: datetime) -> str:
    """Give a moment as a form's time field takes it: in its reader's zone, or the team's."""
    if at.tzinfo is None:
        return f"{at:%Y-%m-%dT%H:%M}"
    return write_moment(at, context.get("reader_zone") or context["zone"])


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **asked: Any) -> SafeString:
    """Give the end of an address that asks for these; a moment as a form's time field takes it."""
    values = {
        name: typed_time(context, value) if isinstance(value, datetime) else value
        for name, value in asked.items()
    }
    return format_html("?{}", urlencode(values, safe=":"))


@register.filter
def names(things: Iterable[Any]) -> str:
    """Name all of these, with a comma between two."""
    return ", ".join(thing.name for thing in things)


@register.simple_tag
def chosen(one: object, other: object) -> str:
    """Mark an option as selected if what was chosen is its value."""
    return "selected" if str(one) == str(other) else ""


@register.simple_tag
def marked(parts: Iterable[tuple[str, bool]]) -> SafeString:
    """Show a text with the parts in it that were looked for."""
    return format_html_join(
        "",
        "{}",
        (((format_html("<mark>{}</mark>", part) if hit else part),) for part, hit in parts),
    )


@register.filter
def length_of(value: timedelta) -> str:
    """Write a length out, as people type it: “1 hour 30 minutes”."""
    return write_duration(value)


@register.filter
def screen(subject: str) -> str:
    """Give the address of a subject's screen."""
    return screen_of(subject)


@register.filter
def named(subject: str) -> str:
    """Name a subject for people: “alarm 1”."""
    return subject.replace(":", " ")


@register.inclusion_tag("parts/button.html", takes_context=True)
def do(
    context: dict[str, Any], action: str, about: str, label: str, kind: str = ""
) -> dict[str, Any]:
    """Show a button that does an action to a subject."""
    return {
        "action": action,
        "about": about,
        "label": label,
        "kind": kind,
        "csrf_token": context.get("csrf_token"),
        "request": context["request"],
    }
