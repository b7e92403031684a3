"""Posts, with their marks and buttons, as every screen shows them."""

from typing import Any

from django import template

from dutydesk.chat.flows import threads

register = template.Library()


@register.filter
def replies(many: int) -> str:
    """Say how many replies there are, or that one can reply."""
    if not many:
        return "Reply"
    return "1 reply" if many == 1 else f"{many} replies"


@register.inclusion_tag("chat/parts/mark.html", takes_context=True)
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


@register.inclusion_tag("chat/parts/post.html", takes_context=True)
def post(context: dict[str, Any], post: Any, in_thread: bool = False) -> dict[str, Any]:
    """Show one post, with the buttons that this reader may press; outside its thread with a link.

    Those that stand above the thread (`above`) are left out. A chat outside shows one post to
    everybody, and says so to whoever may not.
    """
    person, actions = context["request"].person, context["actions"]
    mine = post.account_id == person.account and not post.removed_at
    account, above = person.account, context.get("above", ())
    marks = threads.marks(post, account) if post.written_by and not post.removed_at else []
    return {
        "buttons": [
            button
            for button in post.words.buttons
            if button.action in actions
            and person.may(actions[button.action].access)
            and (button.action, button.label) not in above
        ],
        "post": post,
        "shown": post.pictures.all() if post.written_by else (),
        "lost": [one for one in post.outside_pictures.all() if one.problem]
        if post.written_by
        else [],
        "words": post.words,
        "about": f"post:{post.pk}",
        "marks": marks,
        "marked": any(mark.count for mark in marks),
        "mine": mine,
        "in_thread": in_thread,
        "goes_on": (mine or person.may("engineer")) and post.pk in context.get("joined", ()),
        "ticketed": context.get("ticketed"),
        "request": context["request"],
        "zone": context["zone"],
        "csrf_token": context.get("csrf_token"),
    }
