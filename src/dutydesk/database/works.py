"""Every kind of work that rows owe, by the name of its jobs."""

from datetime import datetime
from typing import Any, TypeVar

from dutydesk.database import queue
from dutydesk.database.durable import Now, WorkKind

Work = TypeVar("Work", bound=WorkKind[Any])
WORKS: dict[str, WorkKind[Any]] = {}
"""Every kind of work that there is, by its name."""


def register(work: Work) -> Work:
    """Let workers do this kind of work from now on, and give it."""
    WORKS[work.name] = work

    @queue.job(work.name)
    def run(*, now: Now, **given: int) -> None:
        (number,) = given.values()
        work.run(number, now)

    return work


def renew(*, at: datetime) -> None:
    """Keep every try that is under way in this process for a while longer."""
    for work in WORKS.values():
        work.renew(at=at)


def oldest() -> dict[str, datetime | None]:
    """Give, by each kind's noun, since when its oldest is or will be late. One query."""
    found: dict[str, datetime | None] = {work.noun: None for work in WORKS.values()}
    first, *others = (work.oldest() for work in WORKS.values())
    return found | dict(first.union(*others, all=True))
