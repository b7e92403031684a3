"""What those who tell senior leadership read: short, plain, and what it means for users."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dutydesk.chat.rules import plain
from dutydesk.incidents.rules.news import IncidentNews
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.messages import Message
from dutydesk.kernel.moments import when

LONGEST = 400


def letter(
    news: IncidentNews,
    *,
    title: str,
    label: str,
    text: str,
    next_at: datetime | None,
    link: str,
    zone: ZoneInfo,
    at: datetime,
) -> Message:
    """Give the letter about an incident; `label` says what `text` is about.

    Without a next word it is the last.
    """
    lines = [
        f"For users: {meaning(news)}",
        since(news, zone, at),
        f"{label}: {brief(text)}",
        f"Next word: {when(next_at, zone, at)}" if next_at else "",
    ]
    return Message("\n".join(filter(None, [*lines, f"\nAll of it: {link}"])), title=title)


def meaning(news: IncidentNews) -> str:
    """Say what it means for users."""
    was = "were" if news.until else "are"
    if not news.user_impact:
        return f"none {was} affected."
    whose = f" of {', '.join(news.services)}" if news.services else ""
    because = "; ".join(text[:1].lower() + text[1:].rstrip(".") for text in news.criteria)
    return f"those{whose} {was} affected{f': {because}' if because else ''}."


def since(news: IncidentNews, zone: ZoneInfo, at: datetime) -> str:
    """Say since when, or from when to when and for how long; nothing if nobody knows."""
    if news.since is None:
        return ""
    began = when(news.since, zone, at)
    if news.until is None:
        return f"Since: {began}"
    minutes = timedelta(minutes=(news.until - news.since) // timedelta(minutes=1))
    return f"From {began} to {when(news.until, zone, at)}: {write_duration(minutes)}"


def brief(text: str) -> str:
    """Give the first paragraph of a text in plain words, cut at a word if it is long."""
    first = next(iter(text.strip().split("\n\n")), "")
    said = " ".join(filter(None, (plain(line) for line in first.splitlines())))
    return said if len(said) <= LONGEST else f"{said[:LONGEST].rsplit(' ', 1)[0]}…"
