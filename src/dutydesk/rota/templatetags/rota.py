"""How the screens of shifts draw a week, and lead to a change of it."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dutydesk.web.templatetags.desk import query

register = template.Library()


@register.simple_tag(takes_context=True)
def change(context: dict[str, Any], what: str, **asked: Any) -> SafeString:
    """Give the address at which the rota is changed so."""
    return format_html("{}{}", reverse("change-rota"), query(context, what=what, **asked))


@register.simple_tag
def along(bar: Any) -> SafeString:
    """Give where a bar stands on its track, in percent of the week."""
    return format_html('x="{}%" width="{}%"', str(bar.x), str(bar.width))


@register.simple_tag
def lane_top(row: int) -> int:
    """Give how far from its lane's top a row of shifts lies, in pixels."""
    return 4 + 28 * row


@register.simple_tag
def lane_height(rows: int) -> int:
    """Give the height of a lane with so many rows of shifts, in pixels."""
    return 4 + 28 * rows
