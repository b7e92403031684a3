"""What a ticket begins with."""

from collections.abc import Iterable


def conversation(posts: Iterable[tuple[str, str]]) -> str:
    """Give a thread as the text that a ticket begins with: (author, text) pairs in order."""
    return "\n\n".join(f"{author}:\n{text}" for author, text in posts)


def title_from(text: str, longest: int = 90) -> str:
    """Give a ticket's title from what was asked: its first line, cut at a word."""
    line = next((part.strip() for part in text.splitlines() if part.strip()), "")
    if len(line) <= longest:
        return line
    return line[:longest].rsplit(" ", 1)[0] + "…"
