"""How times, lengths and posts look on every screen."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dutydesk.chat.flows import threads
from dutydesk.kernel.durations import compact, write_duration
from dutydesk.kernel.moments import when
from dutydesk.kernel.subjects import screen_of
from dutydesk.wiring import ACTIONS

register = template.Library()


def relative(at: datetime, now: datetime) -> str:
    """Give how far away a moment is: “in 12 min”, “3 h ago”."""
    seconds = int((at - now).total_seconds())
    size = abs(seconds)
    if size < 60:
        return "now"
    if size < 3600:
        amount = f"{size // 60} min"
    elif size < 48 * 3600:
        amount = f"{size // 3600} h"
    else:
        amount = f"{size // 86400} days"
    return f"in {amount}" if seconds > 0 else f"{amount} ago"


@register.simple_tag(takes_context=True)
def moment(context: dict[str, Any], at: datetime | None) -> SafeString | str:
    """Show a moment twice: on the clock with its zone, and how far away it is."""
    if at is None:
        return "not known"
    now = context["request"].at
    return format_html(
        '<time datetime="{}">{} <span class="far" data-far>{}</span></time>',
        at.isoformat(timespec="seconds"),
        when(at, context["zone"], now).removeprefix("today at ").removeprefix("on "),
        relative(at, now),
    )


@register.simple_tag(takes_context=True)
def clock(context: dict[str, Any], at: datetime | None) -> SafeString | str:
    """Show a moment once, as the clock shows it."""
    if at is None:
        return "not known"
    local = at.astimezone(context["zone"])
    now = context["request"].at.astimezone(context["zone"])
    form = "%H:%M" if local.date() == now.date() else "%-d %b %H:%M"
    if local.year != now.year:
        form = "%-d %b %Y %H:%M"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(timespec="seconds"),
        f"{local:%A %-d %B %Y %H:%M:%S %Z}",
        local.strftime(form),
    )


@register.simple_tag(takes_context=True)
def typed_time(context: dict[str, Any], at: datetime) -> str:
    """Give a moment as a form's time field takes it, on the clock of the process's zone."""
    return f"{at.astimezone(context['zone']):%Y-%m-%dT%H:%M}"


@register.simple_tag
def lane_top(row: int) -> int:
    """Give how far from its lane's top a row of shifts lies, in pixels."""
    return 4 + 28 * row


@register.simple_tag
def lane_height(rows: int) -> int:
    """Give the height of a lane with so many rows of shifts, in pixels."""
    return 4 + 28 * rows


@register.filter
def below(percent: int) -> int:
    """Give where a bar of that height begins, from the top of a hundred."""
    return 100 - percent


@register.filter
def elapsed(value: timedelta | None) -> str:
    """Show a length of elapsed time; none is not zero."""
    return compact(value, days=True) if isinstance(value, timedelta) else "none"


@register.filter
def hours(value: timedelta | None) -> str:
    """Show a length on a clock that doesn't run all day; none is not zero."""
    return compact(value) if isinstance(value, timedelta) else "none"


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


@register.inclusion_tag("parts/mark.html", takes_context=True)
def mark_button(context: dict[str, Any], about: str, mark: threads.Marked) -> dict[str, Any]:
    """Show a mark and how many put it on a post, as a button that puts one's own on or off."""
    return {
        "action": f"post.{'unmark' if mark.mine else 'mark'}={mark.name}",
        "about": about,
        "mark": mark,
        "can": mark.name in threads.MARKS,
        "csrf_token": context.get("csrf_token"),
        "request": context["request"],
    }


@register.inclusion_tag("parts/post.html", takes_context=True)
def post(context: dict[str, Any], post: Any, in_thread: bool = False) -> dict[str, Any]:
    """Show one post, with the buttons that this reader may press; outside its thread with a link.

    A chat outside shows one post to everybody, and says so to whoever may not.
    """
    person = context["request"].person
    account = person.account
    return {
        "buttons": [
            button
            for button in post.words.buttons
            if button.action in ACTIONS and person.may(ACTIONS[button.action].access)
        ],
        "post": post,
        "words": post.words,
        "about": f"post:{post.pk}",
        "marks": threads.marks(post, account) if post.written_by and not post.removed_at else [],
        "mine": post.account_id == account and not post.removed_at,
        "in_thread": in_thread,
        "ticketed": context.get("ticketed"),
        "request": context["request"],
        "zone": context["zone"],
        "csrf_token": context.get("csrf_token"),
    }
