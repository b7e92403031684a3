"""E-mails to people who subscribed to the status page."""

from collections.abc import Iterable

from dutydesk.status.rules.entries import StatusEntry
from dutydesk.status.rules.facts import StatusUpdate
from dutydesk.status.rules.page import StatusPage

Letter = tuple[str, str]
"""A subject and a body."""


def question(*, title: str, services: Iterable[str], confirm: str) -> Letter:
    """Ask whether an address wants to be told; whoever didn't ask has nothing to do."""
    what = ", ".join(services) or "all services"
    return (
        f"{title}: do you want to hear of it by e-mail?",
        f"Somebody, probably you, asked to be told by e-mail how these are doing: {what}.\n\n"
        f"If you want that, open this within a day and press the button:\n{confirm}\n\n"
        "If not, do nothing: nothing more will come.",
    )


def known_already(*, title: str, end: str) -> Letter:
    """Say that an address is told already, and how that ends."""
    return (
        f"{title}: you are subscribed already",
        "Somebody, probably you, asked to subscribe this address again. It is subscribed.\n\n"
        f"To choose other services, end this subscription and subscribe anew:\n{end}",
    )


def update(entry: StatusEntry, told: StatusUpdate, page: StatusPage, *, link: str) -> Letter:
    """Tell one update of one thing, as the page does."""
    names = {one.slug: one.name for one in page.services}
    services = [names[slug] for slug in entry.services if slug in names]
    link = f"{link}#{entry.key}"
    return news(page.title, entry.title, services, told.text, link=link, phase=told.phase)


def news(
    page: str, title: str, services: Iterable[str], text: str, *, link: str, phase: str = ""
) -> Letter:
    """Tell `text` of one thing; `page` is what the status page is called."""
    named = ", ".join(services)
    facts = [f"How far it is: {phase}"] if phase else []
    facts += [f"Services: {named}"] if named else []
    facts.append(f"All of it, and when you hear next: {link}")
    return f"{page}: {title}", "\n\n".join([text, *facts])


def ending(body: str, *, end: str) -> str:
    """Give a body with the way out under it."""
    return f"{body}\n\n--\nTo hear no more by e-mail: {end}"
