"""A badge: how one service is doing, as a picture for other people's pages."""

from html import escape

from dutydesk.status.rules.conditions import ServiceCondition
from dutydesk.status.words.xml import for_xml

# With white on each, the contrast is at least 4.5 to 1.
COLOURS = {
    ServiceCondition.OPERATIONAL: "#1a7f37",
    ServiceCondition.MAINTENANCE: "#1f5fae",
    ServiceCondition.DEGRADED: "#8a5a00",
    ServiceCondition.PARTIAL: "#b3470b",
    ServiceCondition.MAJOR: "#b3261e",
}
_PAD, _WIDE, _LONGEST = 8, 6.7, 60


def badge(name: str, condition: ServiceCondition) -> str:
    """Draw it: the service's name on grey, and its condition in a colour."""
    name = for_xml(name)
    name = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
    left, right = (round(len(text) * _WIDE) + 2 * _PAD for text in (name, condition))
    said, label = escape(name), escape(f"{name}: {condition}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="22" role="img"'
        f' aria-label="{label}"><title>{label}</title>'
        f'<rect width="{left + right}" height="22" rx="4" fill="#3d444d"/>'
        f'<path d="M{left} 0h{right - 4}a4 4 0 0 1 4 4v14a4 4 0 0 1-4 4H{left}z"'
        f' fill="{COLOURS[condition]}"/>'
        '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif"'
        ' font-size="11">'
        f'<text x="{left / 2}" y="15" textLength="{left - 2 * _PAD}">{said}</text>'
        f'<text x="{left + right / 2}" y="15" textLength="{right - 2 * _PAD}">{condition}</text>'
        "</g></svg>\n"
    )
