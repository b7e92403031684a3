"""What was told on the status page just now, and whom it concerns."""

from collections.abc import Collection
from datetime import datetime, timedelta

from dutydesk.status.rules.entries import StatusEntry
from dutydesk.status.rules.facts import StatusUpdate
from dutydesk.status.rules.page import StatusPage

RECENT = timedelta(hours=1)
"""What was told longer ago than this is no news: workers may have been away for so long."""
Told = tuple[StatusEntry, StatusUpdate]


def just_told(page: StatusPage, *, at: datetime) -> list[Told]:
    """Give what users came to know in the last hour, with what it is about, the oldest first."""
    found = [
        (entry, told)
        for entry in page.entries
        for told in reversed(entry.updates)
        if at - RECENT < entry.heard_at(told) <= at
    ]
    return sorted(found, key=lambda one: one[0].heard_at(one[1]))


def concerns(entry: StatusEntry, *, everything: bool, slugs: Collection[str]) -> bool:
    """Say whether somebody wants to hear of it; what names no service may concern them all."""
    return everything or not entry.services or not set(slugs).isdisjoint(entry.services)
