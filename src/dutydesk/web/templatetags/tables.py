"""The parts of a table that is sorted, narrowed and paged by its address."""

from typing import Any

from django import template
from django.core.paginator import Page

from dutydesk.web.tables import LONGEST_SEARCH, TableQuery

register = template.Library()


@register.inclusion_tag("parts/narrow.html")
def narrow(asked: TableQuery) -> dict[str, Any]:
    """Show the fields that narrow and sort a table; on a phone they stand for its headings too."""
    choices = [
        {
            "name": choice.name,
            "title": choice.title,
            "options": choice.options,
            "value": asked.chosen.get(choice.name, ""),
        }
        for choice in asked.table.choices
    ]
    return {"asked": asked, "choices": choices, "longest": LONGEST_SEARCH}


@register.inclusion_tag("parts/headings.html")
def headings(asked: TableQuery) -> dict[str, Any]:
    """Show a table's headings: each a link that sorts by it, and says how it is sorted now."""
    return {"asked": asked}


@register.inclusion_tag("parts/no_match.html")
def no_match(asked: TableQuery) -> dict[str, Any]:
    """Say that nothing is as what was asked for, with the way back to everything."""
    return {"everything": asked.everything}


@register.inclusion_tag("parts/pages.html")
def pages(page: Page[Any], asked: TableQuery) -> dict[str, Any]:
    """Show which page of how many this is, with links to its neighbours; nothing if it is all."""
    return {
        "page": page,
        "before": asked.address(page=page.number - 1),
        "after": asked.address(page=page.number + 1),
    }
