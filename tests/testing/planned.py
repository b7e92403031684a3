"""Planned work for tests: announced as people announce it."""

from dutydesk.announcements.models import Announcement
from dutydesk.commitments.flows import commitments
from dutydesk.people.flows.zones import read_zone
from dutydesk.people.models import Service
from dutydesk.wiring import ACTIONS
from testing.world import World

TEAM, ASK, PRISONS = "#cloud-platform", "#ask-cloud-platform", "#prisons"

# What is filled in for the things of an office; `{service}` is one of them.
CORRECTED = {
    "title": "Another title",
    "text": "We moved",
    "services": "{service}",
    "starts": "2026-11-25T10:00",
    "ends": "2026-11-25T15:00",
    "updates": "2026-11-25T13:00, 2026-11-25T15:00",
    "reason": "It was mistyped",
}
RECURRING = {
    "title": "Backups",
    "text": "We test them",
    "services": "{service}",
    "starts": "2026-12-16T07:00",
    "ends": "2026-12-16T08:00",
    "repeats": "weekly",
    "updates": "08:00",
    "holidays": "skip",
}


def service(name: str = "Prison visits") -> str:
    return str(Service.objects.get(name=name).pk)


def work(**values: str | list[str]) -> dict[str, str | list[str]]:
    """Give what is filled in for work on Tuesday 24 November 2026, 10:00 to 15:00."""
    return {
        "title": "PostgreSQL 9.2 to 9.6",
        "text": "9.2 is out of support.",
        "services": [service()],
        "agreed": "the prisons team",
        "impact": "Bookings are read-only for some minutes.",
        "starts": "2026-11-24T10:00",
        "ends": "2026-11-24T15:00",
        "updates": "13:00 and 15:00",
        **values,
    }


def announce(world: World, by: str = "Ada", **values: str | list[str]) -> Announcement:
    done = world.press(by, "announcement.announce", "new", **work(**values))
    return Announcement.objects.get(pk=int(done.show.partition(":")[2]))


def form(world: World, by: str, action: str, about: str) -> dict[str, str | list[str]]:
    """Give what a form holds when it is opened now."""

    opened = ACTIONS[action].form
    assert opened is not None
    person = world.person(by)
    return dict(opened(about, person, world.at).filled_in(read_zone(person.zone)))


def owed(found: Announcement, kind: str) -> list[tuple[str, str]]:
    """Give the state and the time of day of what was promised of that kind, in order."""
    abouts = [found.about, *(one.about for one in found.promised.all())]
    return [
        (one.state, f"{one.due_at:%H:%M}")
        for one in commitments.history(abouts)
        if one.kind == f"announcement.{kind}"
    ]
