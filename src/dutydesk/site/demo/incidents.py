"""The incidents of the made-up desk: read from `incidents.yaml`."""

from typing import Any, NamedTuple

from dutydesk.process.rules.yaml_text import read_yaml
from dutydesk.site.demo.cast import HERE


class Lesson(NamedTuple):
    """Something that an incident taught, and is to improve."""

    title: str
    priority: str
    done: bool = False


class Story(NamedTuple):
    """An incident that began so many days before the end, at a local time.

    `alert`: the name and the words of the alert that told of it. `notes` are [minutes, words],
    `updates` too; `over`: after how many minutes, and how. `review`: how far its postmortem is.
    """

    days_before: int
    clock: str
    title: str
    service: str
    criteria: tuple[str, ...]
    notes: tuple[tuple[int, str], ...]
    updates: tuple[tuple[int, str], ...]
    over: tuple[int, str]
    alert: tuple[str, str] | None = None
    review: str = ""
    passages: tuple[tuple[str, str], ...] = ()
    improvements: tuple[Lesson, ...] = ()


def _story(told: dict[str, Any]) -> Story:
    lessons = tuple(Lesson(**one) for one in told.get("improvements", ()))
    passages = tuple(told.get("passages", {}).items())
    return Story(**(told | {"improvements": lessons, "passages": passages}))


STORIES = tuple(map(_story, read_yaml((HERE / "incidents.yaml").read_text(encoding="utf-8"))))
