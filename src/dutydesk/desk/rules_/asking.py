"""When help has taken long enough for a ticket, and what an asker is told."""

from collections.abc import Iterable
from datetime import datetime

from dutydesk.kernel.moments import when
from dutydesk.process.rules.model import Process

SCORES = {5: "Very happy", 4: "Happy", 3: "So-so", 2: "Unhappy", 1: "Very unhappy"}


def ticket_offered_at(process: Process, asked_at: datetime) -> datetime | None:
    """Give when the quick limit ends, counted in support time. Clause ask.quick."""
    return process.clock("support").after(asked_at, process.ask.quick_limit)


def greeting(process: Process, *, asker: str, cover: str, at: datetime) -> str:
    """Give what the desk says to a new question. Clauses ask.cover, hours.out-of-hours."""
    words, support = process.ask.words, process.clock("support")
    if not support.is_open(at):
        opens = support.next_open(at)
        told = when(opens, process.zone, at) if opens else "when support opens"
        return words.out_of_hours.format(asker=asker, opens=told)
    if not cover:
        return words.nobody.format(asker=asker)
    return words.welcome.format(asker=asker, cover=cover)


def conversation(posts: Iterable[tuple[str, str]]) -> str:
    """Give a thread as the text that a ticket begins with: (author, text) pairs in order."""
    return "\n\n".join(f"{author}:\n{text}" for author, text in posts)


def title_from(text: str, longest: int = 90) -> str:
    """Give a ticket's title from what was asked: its first line, cut at a word."""
    line = next((part.strip() for part in text.splitlines() if part.strip()), "")
    if len(line) <= longest:
        return line
    return line[:longest].rsplit(" ", 1)[0] + "…"
