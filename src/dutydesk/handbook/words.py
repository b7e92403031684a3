"""What the desk says of the handbook in channels."""

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


def readable(*, name: str) -> Message:
    """Say that a repository is read again."""
    return Message(
        body="Its pages are up to date.", title=f"The handbook reads {name} again", tone="kept"
    )
