"""What happens to pages, for whoever reacts to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from dutydesk.database import notifications
from dutydesk.journal.flows import journal
from dutydesk.journal.flows.journal import Happening
from dutydesk.kernel.events import Event
from dutydesk.oncall.models import Page


@dataclass(frozen=True)
class PageEvent(Event):
    """Something happened to a page about `subject`."""

    kind: ClassVar[str]
    page: int
    subject: str
    who: str


class PageCalled(PageEvent):
    """Somebody was called."""

    kind: ClassVar[str] = "page.called"


class PageSkipped(PageEvent):
    """Somebody can't be reached, and the next person is called at once."""

    kind: ClassVar[str] = "page.skipped"


class PageHeld(PageEvent):
    """Nobody is covered, and it waits."""

    kind: ClassVar[str] = "page.held"


class PageAcknowledged(PageEvent):
    """Somebody has it."""

    kind: ClassVar[str] = "page.acknowledged"


class PageSnoozed(PageEvent):
    """Whoever has it wants to be asked again later."""

    kind: ClassVar[str] = "page.snoozed"


class PageResolved(PageEvent):
    """It is over."""

    kind: ClassVar[str] = "page.resolved"


def record(
    event: type[PageEvent],
    found: Page,
    text: str,
    at: datetime,
    who: str = "",
    *,
    clause: str = "",
    actor: str = "the desk",
) -> None:
    """Write down what happened to a page, under what the page is about."""
    record_all([happening(event, found, text, who, clause=clause, actor=actor)], at)


def happening(
    event: type[PageEvent],
    found: Page,
    text: str,
    who: str = "",
    *,
    clause: str = "",
    actor: str = "the desk",
) -> Happening:
    """Give what happened to a page, to write down with others."""
    fact = event(found.pk, found.subject, who)
    return Happening(fact, found.subject, text, actor=actor, clause=clause)


def record_all(happened: Sequence[Happening], at: datetime) -> None:
    """Write down what happened to many pages, and stir the screens that show it."""
    journal.record_all(happened, at=at)
    notifications.notify(*(one.subject for one in happened))
