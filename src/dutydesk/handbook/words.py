"""What the desk says of the handbook in channels."""

from collections.abc import Sequence

from dutydesk.kernel.messages import Button, Message


def unreadable(*, about: str, name: str, reason: str, remedy: str, pages: bool) -> Message:
    """Say that a repository can't be read, what to do, and what is shown meanwhile."""
    stays = "Its pages stay as they were last read." if pages else "None of its pages is shown yet."
    return Message(
        body=f"{reason} {remedy} {stays}",
        title=f"The handbook can't read {name}",
        buttons=(Button("repository.read", about, "Read it again now"),),
        tone="soon",
    )


def review(*, count: int, pages: Sequence[tuple[str, str, str]]) -> Message:
    """Ask the team to look through pages; each is its title, its repository and its path."""
    more = f" These are the first {len(pages)}." if count > len(pages) else ""
    many = f"{count} pages say" if count > 1 else "One page says"
    return Message(
        body=f"{many} that somebody looks through them again by now.{more} Where nothing changed, "
        "writing today into `last_reviewed_on` is all."
        if count > 1
        else f"{many} that somebody looks through it again by now. Where nothing changed, writing "
        "today into `last_reviewed_on` is all.",
        title="Pages of the handbook to look through",
        facts=tuple((title, f"{name}: {path}") for title, name, path in pages),
        tone="plain",
    )


def readable(*, name: str) -> Message:
    """Say that a repository is read again."""
    return Message(
        body="Its pages are up to date.", title=f"The handbook reads {name} again", tone="kept"
    )
