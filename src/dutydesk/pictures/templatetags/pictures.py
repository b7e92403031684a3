"""Pictures as every screen shows them, and the part of a form that takes some."""

from collections.abc import Iterable
from typing import Any

from django import template

from dutydesk.pictures.models import Picture
from dutydesk.pictures.rules.pictures import LARGEST, LONGEST_DESCRIPTION, MOST, TYPES
from dutydesk.web.uploads import DESCRIPTION

register = template.Library()


@register.inclusion_tag("pictures/parts/shown.html")
def pictures(shown: Iterable[Picture], beneath: str = "") -> dict[str, Any]:
    """Show pictures. `beneath`: the path under which they are seen, if it isn't their own."""
    places = [(one, f"{beneath}{one.pk}" if beneath else one.address) for one in shown]
    return {"pictures": places}


@register.inclusion_tag("pictures/parts/fields.html", takes_context=True)
def picture_fields(context: dict[str, Any], words_too: bool = False) -> dict[str, Any]:
    """Take pictures in a form that is sent as `multipart/form-data`, with what was typed of them.

    A browser sends the files of a form that was refused only if they are chosen again.
    `words_too`: pictures alone don't say it.
    """
    typed = context["request"].POST
    rows = [(number, typed.get(f"{DESCRIPTION}{number}", "")) for number in range(1, MOST + 1)]
    return {
        "rows": rows,
        "words_too": words_too,
        "open": any(said for _, said in rows),
        "types": ",".join(TYPES.values()),
        "largest": LARGEST,
        "megabytes": LARGEST // 10**6,
        "most": MOST,
        "longest": LONGEST_DESCRIPTION,
    }
