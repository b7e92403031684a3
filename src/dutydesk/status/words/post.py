"""Posts in channels that subscribed to the status page."""

from collections.abc import Iterable

from dutydesk.kernel.messages import Button, Message
from dutydesk.status.rules.entries import StatusEntry
from dutydesk.status.rules.facts import StatusUpdate
from dutydesk.status.rules.page import StatusPage

ACTION, END = "status.subscribe", "status.end"


def subscribed(*, about: str, by: str, services: Iterable[str]) -> Message:
    """Tell a channel that it is told from now on, of what, and how that ends."""
    what = ", ".join(services) or "all services"
    return Message(
        f"{by} subscribed this channel: what users are told about {what} is said here too.",
        buttons=(_end(about),),
    )


def ended(*, by: str) -> Message:
    """Tell a channel that it is told no more."""
    return Message(f"{by} ended this: what users are told about services is said here no more.")


def update(
    entry: StatusEntry, told: StatusUpdate, page: StatusPage, *, about: str, link: str
) -> Message:
    """Tell one update of one thing, as the page does."""
    names = {one.slug: one.name for one in page.services}
    services = ", ".join(names[slug] for slug in entry.services if slug in names)
    facts = (
        ("How far it is", told.phase),
        ("Services", services),
        ("All of it", f"{link}#{entry.key}"),
    )
    return Message(
        told.text,
        title=entry.title,
        facts=tuple((name, value) for name, value in facts if value),
        buttons=(_end(about),),
        tone="announcement",
    )


def _end(about: str) -> Button:
    return Button(END, about, "Hear no more here")
