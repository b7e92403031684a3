"""What counts as a question, what its asker is told, and until when things are owed."""

from collections.abc import Collection
from datetime import datetime, timedelta

from dutydesk.chat import rules as chat_rules
from dutydesk.chat.rules import title_of
from dutydesk.kernel.moments import when
from dutydesk.process.rules.model import Process

SCORES = {5: "Very happy", 4: "Happy", 3: "So-so", 2: "Unhappy", 1: "Very unhappy"}
OUTCOMES = {
    "answered": "Answered in the channel",
    "fixed": "We put something right",
    "ticket": "Goes on in a ticket",
    "known": "Found in a past answer",
    "found": "Found by whoever asked",
    "not-ours": "Not for us",
    "silent": "No word from the asker",
    "lapsed": "Closed without an answer",
    "declined": "Closed without being done",
}
UNSOLVED = ("silent", "lapsed", "declined")
"""What comes of a question that is over though nobody says that it is solved."""


def is_question(text: str, no_question: Collection[str]) -> bool:
    """Say whether a post in the ask channel is a question: not if it begins with a marker."""
    start = text.lstrip().casefold()
    return not any(start.startswith(marker.casefold()) for marker in no_question)


def announces(text: str) -> bool:
    """Say whether a post says no more than that a question follows."""
    return "\n" not in text.strip() and chat_rules.announces(title_of(text, 119))


def quick_until(process: Process, answered_at: datetime) -> datetime | None:
    """Give when the quick limit ends, in support time from the first answer. Clause ask.quick."""
    return process.clock("support").after(answered_at, process.ask.quick_limit)


def nudges(process: Process, asked_at: datetime) -> tuple[datetime | None, ...]:
    """Give when cover, support and its lead hear that a question is unanswered. Clause ask.cover.

    In support time, so a question asked at night is nobody's fault before the day begins.
    """
    support, steps = process.clock("support"), process.ask.unanswered
    return tuple(support.after(asked_at, step) for step in (steps.cover, steps.team, steps.lead))


def chased_at(process: Process, touched_at: datetime) -> datetime | None:
    """Give when the team hears that nobody has gone on with a question since it was touched.

    That is when support opens next, on a later day than the last step of `unanswered` leaves.
    """
    support = process.clock("support")
    told = support.after(touched_at, process.ask.unanswered.lead)
    if told is None:
        return None
    later = (one.start for one in support.periods_from(told) if one.start > told)
    day = told.astimezone(process.zone).date()
    return next((start for start in later if start.astimezone(process.zone).date() > day), None)


def lapses(process: Process, touched_at: datetime, at: datetime) -> bool:
    """Say whether a question was untouched for so long that closing it is offered instead."""
    return at - touched_at >= timedelta(weeks=process.ask.chased_weeks)


def seen_at(process: Process, asked_at: datetime) -> datetime | None:
    """Give when somebody will see a question; `asked_at` itself in support hours."""
    return process.clock("support").next_open(asked_at)


def greeting(process: Process, *, asker: str, cover: str, at: datetime) -> str:
    """Give what the desk says to a new question. Clauses ask.cover, hours.out-of-hours."""
    words, support = process.ask.words, process.clock("support")
    if not support.is_open(at):
        opens = support.next_open(at)
        told = when(opens, process.zone, at) if opens else "when support opens"
        call = words.urgent if may_page(process, at) else words.not_urgent
        return f"{words.out_of_hours.format(asker=asker, opens=told)} {call.format()}"
    if not cover:
        return words.nobody.format(asker=asker)
    return words.welcome.format(asker=asker, cover=cover)


def may_page(process: Process, at: datetime) -> bool:
    """Say whether on call can be paged about a question now: as the process says, out of hours."""
    return process.ask.urgent is not None and not process.clock("support").is_open(at)


def may_ask_how_it_was(last_asked: datetime | None, every: timedelta, at: datetime) -> bool:
    """Say whether somebody may be asked about our help again. Clause measure.happiness."""
    return last_asked is None or at - last_asked >= every
