"""What happens to pages, for whoever reacts to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from dutydesk.journal.flows import journal
from dutydesk.kernel.events import Event
from dutydesk.oncall.models import Page


@dataclass(frozen=True)
class PageFact(Event):
    """Something happened to a page about `subject`."""

    kind: ClassVar[str]
    page: int
    subject: str
    who: str


class PageCalled(PageFact):
    """Somebody was called."""

    kind: ClassVar[str] = "page.called"


class PageSkipped(PageFact):
    """Somebody can't be reached, and the next person is called at once."""

    kind: ClassVar[str] = "page.skipped"


class PageHeld(PageFact):
    """Nobody is covered, and it waits."""

    kind: ClassVar[str] = "page.held"


class PageAcknowledged(PageFact):
    """Somebody has it."""

    kind: ClassVar[str] = "page.acknowledged"


class PageSnoozed(PageFact):
    """Whoever has it wants to be asked again later."""

    kind: ClassVar[str] = "page.snoozed"


class PageResolved(PageFact):
    """It is over."""

    kind: ClassVar[str] = "page.resolved"


def record(
    fact: type[PageFact],
    found: Page,
    text: str,
    at: datetime,
    who: str = "",
    *,
    clause: str = "",
    actor: str = "the desk",
) -> None:
    """Write down what happened to a page, under what the page is about."""
    journal.record(
        fact=fact(found.pk, found.subject, who),
        subject=found.subject,
        text=text,
        at=at,
        actor=actor,
        clause=clause,
    )
