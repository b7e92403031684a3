"""What happens to announcements, as the journal has it."""

from dataclasses import dataclass
from typing import ClassVar

from dutydesk.kernel.events import Event


@dataclass(frozen=True)
class AnnouncementMade(Event):
    """People were told of planned work, or news."""

    kind: ClassVar[str] = "announcement.made"
    announcement: int


@dataclass(frozen=True)
class AnnouncementUpdated(Event):
    """People were told how it goes."""

    kind: ClassVar[str] = "announcement.updated"
    announcement: int


@dataclass(frozen=True)
class AnnouncementStep(Event):
    """The work began, was moved, is over or was called off: `what` names it."""

    kind: ClassVar[str] = "announcement.step"
    announcement: int
    what: str


@dataclass(frozen=True)
class AnnouncementCorrected(Event):
    """What an announcement says was put right: `what` names it."""

    kind: ClassVar[str] = "announcement.corrected"
    announcement: int
    what: list[str]


CHANGES = (AnnouncementUpdated.kind, AnnouncementStep.kind, AnnouncementCorrected.kind)
"""What makes a form that was opened before it out of date."""


@dataclass(frozen=True)
class SeriesStep(Event):
    """Recurring work was set up, changed or ended, or one time of it was left out: see `what`."""

    kind: ClassVar[str] = "announcement.series"
    series: int
    what: str


@dataclass(frozen=True)
class WorkCalendarChanged(Event):
    """An address of the calendar of planned work was made or revoked."""

    kind: ClassVar[str] = "announcement.calendar"
    calendar: int
