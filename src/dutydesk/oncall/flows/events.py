"""What happens to pages, for whoever reacts to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from dutydesk.journal.flows import journal
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
    journal.record(
        event=event(found.pk, found.subject, who),
        subject=found.subject,
        text=text,
        at=at,
        actor=actor,
        clause=clause,
    )
