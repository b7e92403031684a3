"""The parts that every screen is made of: people, times, lengths, counts and rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from heroicons.templatetags.heroicons import heroicon_outline

from dutydesk.kernel.moments import when
from dutydesk.kernel.tellings import Receipts
from dutydesk.web.screens import Count

register = template.Library()
TONES = 8
"""How many colours people have; the stylesheet holds each, with white on it readable."""

_SAYS = {"red": "act now", "amber": "soon", "blue": "in hand", "green": "kept"}
_TONES = {
    **dict.fromkeys(("high", "late", "missed", "missing", "failed", "calling"), "red"),
    **dict.fromkeys(("soon", "held", "low", "open", "waits"), "amber"),
    **dict.fromkeys(("answered", "acknowledged", "running", "waiting"), "blue"),
    **dict.fromkeys(("kept", "solved", "resolved", "done", "arriving"), "green"),
}


def size_of(length: timedelta) -> str:
    """Write a length as briefly as it is clear: “25 min”, “2 h 5 min”, “37 h”, “2 d”."""
    minutes = int(abs(length).total_seconds()) // 60
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min"
    if hours < 10:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{hours} h" if hours < 48 else f"{hours // 24} d"


def relative(at: datetime, now: datetime) -> str:
    """Give how far away a moment is: “in 12 min”, “3 h ago”."""
    if abs(at - now) < timedelta(minutes=1):
        return "now"
    return f"in {size_of(at - now)}" if at > now else f"{size_of(at - now)} ago"


def exactly(at: datetime, context: Mapping[str, Any]) -> str:
    """Give a moment with its day, seconds and zone; in the team's zone too if it is another."""
    told = f"{at.astimezone(_zone(context)):%A %-d %B %Y %H:%M:%S %Z}"
    if _differs(at, context):
        told += f" ({at.astimezone(context['zone']):%a %H:%M %Z} for the team)"
    return told


def _zone(context: Mapping[str, Any]) -> ZoneInfo:
    """Give the zone in which whoever looks reads times: their own, else the team's."""
    found: ZoneInfo = context.get("reader_zone") or context["zone"]
    return found


def _differs(at: datetime, context: Mapping[str, Any]) -> bool:
    here, team = _zone(context), context["zone"]
    return here is not team and at.astimezone(here).utcoffset() != at.astimezone(team).utcoffset()


@register.simple_tag(takes_context=True)
def moment(context: dict[str, Any], at: datetime | None) -> SafeString | str:
    """Show a moment twice: on the clock with its zone, and how far away it is."""
    if at is None:
        return "not known"
    now = context["request"].at
    return format_html(
        '<time datetime="{}">{} <span class="far" data-far>{}</span></time>',
        at.isoformat(timespec="seconds"),
        when(at, _zone(context), now).removeprefix("today at ").removeprefix("on "),
        relative(at, now),
    )


@register.simple_tag(takes_context=True)
def clock(context: dict[str, Any], at: datetime | None) -> SafeString | str:
    """Show a moment once, as the clock shows it; with its zone if that isn't the team's."""
    if at is None:
        return "not known"
    local = at.astimezone(_zone(context))
    now = context["request"].at.astimezone(_zone(context))
    form = "%H:%M" if local.date() == now.date() else "%-d %b %H:%M"
    if local.year != now.year:
        form = "%-d %b %Y %H:%M"
    if _differs(at, context):
        form += " %Z"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(timespec="seconds"),
        exactly(at, context),
        local.strftime(form),
    )


@register.simple_tag(takes_context=True)
def since(context: dict[str, Any], at: datetime | None) -> SafeString | str:
    """Show how long ago a moment was, “2 d”; exactly when on a hover, and for who listens."""
    if at is None:
        return ""
    return format_html(
        '<time datetime="{}" title="{}"><span data-since>{}</span>'
        '<span class="unseen"> since {}</span></time>',
        at.isoformat(timespec="seconds"),
        exactly(at, context),
        size_of(context["request"].at - at),
        exactly(at, context),
    )


@register.simple_tag(takes_context=True)
def countdown(context: dict[str, Any], at: datetime | str, before: str = "") -> SafeString:
    """Show how long there is until a moment, running, and by how much it is late once it is."""
    due = datetime.fromisoformat(at) if isinstance(at, str) else at
    now = context["request"].at
    late = due < now
    return format_html(
        '<time class="count{}" datetime="{}" title="{}" data-count data-before="{}">{}</time>',
        " late" if late else "",
        due.isoformat(timespec="seconds"),
        exactly(due, context),
        before,
        f"late by {size_of(now - due)}" if late else f"{before}{size_of(due - now)}",
    )


@register.filter
def elapsed(value: timedelta | None) -> str:
    """Show a length of elapsed time; none is not zero."""
    return size_of(value) if isinstance(value, timedelta) else "none"


@register.filter
def hours(value: timedelta | None) -> str:
    """Show a length on a clock that doesn't run all day, never in days; none is not zero."""
    if not isinstance(value, timedelta):
        return "none"
    whole = int(value.total_seconds()) // 3600
    return f"{whole} h" if whole >= 48 else size_of(value)


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, size: int) -> str:
    """Show an icon, so many pixels high; each is drawn once, since every page shows twenty."""
    return heroicon_outline(name, size=size)


@register.inclusion_tag("parts/person.html")
def person(name: str) -> dict[str, Any]:
    """Show somebody as their initials, in a colour that is always theirs."""
    words = str(name).split()
    initials = "".join(word[0] for word in (words[:1] + words[1:][-1:]))
    return {
        "name": name,
        "initials": initials.upper(),
        "tone": crc32(str(name).encode()) % TONES,
    }


@register.inclusion_tag("parts/chart.html")
def chart(title: str, bars: Sequence[int], says: str, number: int | None = None) -> dict[str, Any]:
    """Show bars, each as high as so many percent, with what they are and what they say in words."""
    placed = [(place, 100 - height, height) for place, height in enumerate(bars)]
    return {"title": title, "bars": placed, "says": says, "number": number}


@register.simple_tag
def count(counts: Mapping[str, Count], name: str) -> SafeString | str:
    """Show the number beside a place of the menu; red where somebody must act."""
    found = counts.get(name) if name else None
    if found is None:
        return ""
    urgent = format_html(' <span class="unseen">{}</span>', "to act on") if found.urgent else ""
    return format_html(
        '<b class="badge{}">{}{}</b>', " urgent" if found.urgent else "", found.number, urgent
    )


@register.inclusion_tag("parts/row.html", takes_context=True)
def row(context: dict[str, Any], title: str, address: str, **shown: Any) -> dict[str, Any]:
    """Show one thing of a list: its state as a dot, title, a line about it, who has it, and when.

    `tone` is a colour or a state; `since` or `due` is the time; `nobody` says that it has nobody,
    in the tone that this has.
    """
    tone = str(shown.get("tone", ""))
    tone = _TONES.get(tone, tone)
    time: SafeString | str = ""
    if shown.get("due"):
        time = countdown(context, shown["due"])
    elif shown.get("since"):
        time = since(context, shown["since"])
    return {
        "title": title,
        "address": address,
        "tone": tone,
        "tone_says": _SAYS.get(tone, ""),
        "line": shown.get("line", ""),
        "has_it": shown.get("has_it") or "",
        "nobody": shown.get("nobody", ""),
        "time": time,
    }


@register.inclusion_tag("parts/receipts.html", takes_context=True)
def told(
    context: dict[str, Any], receipts: Mapping[str, Receipts], kind: str, number: int | None = None
) -> dict[str, Any]:
    """Show in how many places something that was told has arrived; each of them, unfolded.

    Nothing for what was told nobody, or for whom it isn't.
    """
    name = kind if number is None else f"{kind}:{number}"
    shown = {key: context.get(key) for key in ("request", "zone", "reader_zone")}
    return {"receipts": receipts.get(name), **shown}
