"""Addresses, options, buttons and posts, as every screen shows them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dutydesk.chat.flows import threads
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.subjects import screen_of
from dutydesk.wiring import ACTIONS

register = template.Library()


@register.simple_tag(takes_context=True)
def typed_time(context: dict[str, Any], at: datetime) -> str:
    """Give a moment as a form's time field takes it, on the clock of the process's zone."""
    local = at.astimezone(context["zone"]) if at.tzinfo else at
    return f"{local:%Y-%m-%dT%H:%M}"


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **asked: Any) -> SafeString:
    """Give the end of an address that asks for these; a moment as a form's time field takes it."""
    values = {
        name: typed_time(context, value) if isinstance(value, datetime) else value
        for name, value in asked.items()
    }
    return format_html("?{}", urlencode(values, safe=":"))


@register.simple_tag(takes_context=True)
def change(context: dict[str, Any], what: str, **asked: Any) -> SafeString:
    """Give the address at which the rota is changed so."""
    return format_html("/shifts/change/{}", query(context, what=what, **asked))


@register.filter
def replies(many: int) -> str:
    """Say how many replies there are, or that one can reply."""
    if not many:
        return "Reply"
    return "1 reply" if many == 1 else f"{many} replies"


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


@register.filter
def below(percent: int) -> int:
    """Give where a bar of that height begins, from the top of a hundred."""
    return 100 - percent


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
