"""What the screens of availability are made of."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from dutydesk.availability.rules.budgets import ErrorBudget
from dutydesk.availability.rules.sources import Term
from dutydesk.availability.words import picture as pictures
from dutydesk.availability.words import shown
from dutydesk.availability.words.picture import DayFigure

register = template.Library()
register.filter("percent", shown.percent)
register.filter("budget_left", shown.budget)


@register.filter
def lasting(value: timedelta) -> str:
    """Say a length of time; none is said so."""
    return shown.length(value) if value else "none"


@register.filter
def source(term: Term | None) -> str:
    """Name who tells of a service."""
    return shown.source(term)


@register.filter
def burning(rates: Mapping[str, Fraction | None]) -> list[tuple[str, str]]:
    """Give how fast a budget went, window by window."""
    return [(window, shown.burn(rate)) for window, rate in rates.items()]


@register.filter
def left_of(budget: ErrorBudget) -> int:
    """Give what is left of a budget in percent, from 0 to 100."""
    share = budget.left_share or Fraction(0)
    return max(0, min(100, int(share * 100)))


@register.simple_tag
def calendar(days: Sequence[DayFigure], name: str) -> SafeString:
    """Draw days."""
    return mark_safe(pictures.picture(days, escape(name)))


@register.filter
def of_key(found: Mapping[Any, Any], key: Any) -> Any:
    """Give what a mapping has under a key; None if nothing."""
    return found.get(key)
