"""The page is right as soon as the record is: each change is told, and the kept copy replaced."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from dutydesk.announcements.models import Announcement
from dutydesk.database import notifications
from dutydesk.incidents.models import Incident
from dutydesk.people.models import Service
from dutydesk.status.api import door
from dutydesk.status.api.answers import StatusAnswers
from dutydesk.web.memory import Remembered
from testing.status import answers, show
from testing.world import World

pytestmark = pytest.mark.django_db
Change = Callable[[World], object]


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben")
    show(world, tmp_path)
    visits = str(Service.objects.get(name="Prison visits").pk)
    values: dict[str, str | list[str]] = {"services": [visits], "criteria": ["outage"]}
    world.press("Ada", "incident.declare", "new", title="Visits fail", user_impact="yes", **values)
    times = {"starts": "2026-11-24T11:10", "ends": "2026-11-24T15:00", "updates": "14:00"}
    work: dict[str, str | list[str]] = {"title": "New disks", "text": "Full.", **times}
    world.press("Ada", "announcement.announce", "new", services=[visits], **work)
    world.forward(minutes=1)
    return world


def press(action: str, about: Callable[[], str], **values: str) -> Change:
    return lambda world: world.press("Ada", action, about(), **values)


def incident() -> str:
    return Incident.objects.get().about


def work() -> str:
    return Announcement.objects.get().about


def service() -> str:
    return Service.objects.get(name="Clusters").about


CHANGES: dict[str, tuple[Change, str]] = {
    "an update": (press("incident.update", incident, text="A disk", next="15"), "A disk"),
    "a phase": (
        press("incident.update", incident, text="It", next="15", phase="identified"),
        "Identified",
    ),
    "the end": (press("incident.resolve", incident, text="It is back"), "It is back"),
    "a correction": (
        press(
            "incident.correct",
            incident,
            title="Visits are slow",
            user_impact="yes",
            reason="They load",
        ),
        "Visits are slow",
    ),
    "a mistake": (press("incident.mistake", incident, reason="A drill"), "Everything is working"),
    "work begins": (press("announcement.start", work), "Under maintenance"),
    "work moves": (
        press(
            "announcement.move",
            work,
            starts="2026-11-25T13:00",
            ends="2026-11-25T14:00",
            text="Late",
        ),
        "Late",
    ),
    "work is called off": (press("announcement.cancel", work, text="Not today"), "Not today"),
    "news": (
        press("announcement.announce", lambda: "new", title="The docs moved", text="There"),
        "The docs moved",
    ),
    "a service goes out": (
        press("service.maintain", service, reason="Disks"),
        "Clusters is in maintenance",
    ),
}


def shown(found: StatusAnswers | None) -> str:
    page = found.get("", stale=False) if found else None
    assert page is not None
    return page.body.decode()


class Ear:
    """Who tells the process of what was committed."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[str] = asyncio.Queue()

    def join(self) -> "asyncio.Queue[str]":
        return self.queue

    def leave(self, queue: "asyncio.Queue[str]") -> None:
        assert queue is self.queue


def kept_before_and_after(
    before: StatusAnswers, after: StatusAnswers, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> tuple[str, str]:
    """Give what a process shows, that trusts what it knows for ever, until it hears of this."""
    looks = [before]

    async def live() -> tuple[str, str]:
        ear = Ear()
        monkeypatch.setattr("dutydesk.web.memory.listener", ear)
        known = Remembered(lambda: looks[-1], name="page", marks=door.MARKS, fresh=float("inf"))
        await known.begin()
        first = shown(await known.now())
        looks.append(after)
        reading = known._task
        for subject in told:
            ear.queue.put_nowait(subject)
        while not ear.queue.empty():
            await asyncio.sleep(0)
        if known._task is not None and known._task is not reading:
            await known._task
        assert known._ear is not None
        known._ear.cancel()
        return first, shown(await known.now())

    return asyncio.run(live())


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_changes_the_page_is_told_and_shows_without_waiting(
    world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, says = CHANGES[name]
    before, told = answers(world), list[str]()
    with monkeypatch.context() as patched:
        patched.setattr(notifications, "notify", lambda *subjects: told.extend(subjects))
        patched.setattr(notifications, "notify_all", told.extend)
        change(world)
    after = answers(world)
    first, second = kept_before_and_after(before, after, told, monkeypatch)
    assert says not in first
    assert says in second, told


def test_what_nothing_tells_of_is_not_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answers(world)
    world.press("Ada", "incident.update", incident(), text="A disk", next="15")
    first, second = kept_before_and_after(before, answers(world), ["alarm:1"], monkeypatch)
    assert "A disk" not in first + second
