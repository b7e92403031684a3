"""What happens to checklists."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from dutydesk.database import notifications
from dutydesk.journal.flows import journal
from dutydesk.kernel.events import Event
from dutydesk.kernel.refusals import Refused
from dutydesk.routines.models import Checklist


class RoutineRefused(Refused):
    """That can't be done to a checklist, or to what is on it."""


@dataclass(frozen=True)
class ChecklistEvent(Event):
    """Something happened to a checklist; `item` is what it is about, if it is about one."""

    kind: ClassVar[str]
    checklist: int
    item: str = ""


class ChecklistCame(ChecklistEvent):
    """Its time has come."""

    kind: ClassVar[str] = "routine.came"


class ItemDone(ChecklistEvent):
    """An item is done."""

    kind: ClassVar[str] = "routine.done"


class ItemUndone(ChecklistEvent):
    """An item is not done after all."""

    kind: ClassVar[str] = "routine.undone"


class WaitingPointedOut(ChecklistEvent):
    """People were told of something that waited for too long; `item` is that."""

    kind: ClassVar[str] = "routine.pointed-out"


class ChecklistLeft(ChecklistEvent):
    """Its day is over, and something was left."""

    kind: ClassVar[str] = "routine.left"


@dataclass(frozen=True)
class ThingTriaged(Event):
    """Somebody has looked at an alarm or a request."""

    kind: ClassVar[str] = "routine.triaged"
    thing: str
    by: str


def record(
    event: type[ChecklistEvent],
    of: Checklist,
    text: str,
    at: datetime,
    *,
    item: str = "",
    clause: str = "",
    actor: str = "the desk",
) -> None:
    """Write down what happened to a checklist, and stir the screens that show it."""
    journal.record(
        event=event(of.pk, item),
        subject=of.about,
        text=text,
        at=at,
        actor=actor,
        clause=clause,
    )
    notifications.notify(of.about)
