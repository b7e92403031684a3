"""What the team reads when an audience was not reached: who, why, and what to do."""

from collections.abc import Iterable

from dutydesk.kernel.messages import Button, Message


def letter_failed(*, about: str, name: str, title: str, way: str, reason: str) -> Message:
    """Say that somebody who tells senior leadership can't be reached by `way`, such as e-mail."""
    return _untold(
        about,
        f"“{title}” did not reach {name} by {way}: {reason}. It is not tried again. Tell them "
        "yourself, and correct the address on the page of people or in the process file.",
    )


def no_mail(*, about: str, names: Iterable[str], reason: str) -> Message:
    """Say that nobody is reached by e-mail, because the desk has no mail server."""
    return _untold(
        about,
        f"No e-mail leaves this desk: {reason}. Tell them yourself: {', '.join(names)}.",
    )


def unsaid(*, about: str, title: str, channel: str, reason: str) -> Message:
    """Say that a post does not stand where people read it, and never will."""
    return _untold(
        about,
        f"What was told of “{title}” in {channel} does not stand in the chat outside: {reason}. "
        "It is not tried again. Say it there yourself.",
    )


def blocked(*, about: str, title: str, channel: str, reason: str) -> Message:
    """Say that nothing can be said in a channel outside until somebody mends that."""
    return _untold(
        about,
        f"{channel} does not hear of “{title}” in the chat outside: {reason} All of it stays owed. "
        "Until it is mended, say it there yourself.",
    )


def _untold(about: str, text: str) -> Message:
    kind = about.partition(":")[0]
    button = Button(f"{kind}.show", about, f"See the {kind}")
    return Message(text, title="Not everybody is told", buttons=(button,), tone="high")
