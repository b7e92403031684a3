"""Wordings of the process file in the form: chosen there, or filled in beforehand."""

from dataclasses import dataclass
from datetime import datetime

from dutydesk.announcements.flows import broadcasts
from dutydesk.announcements.models import Announcement
from dutydesk.announcements.rules import broadcast
from dutydesk.announcements.rules.update_times import read_update_times
from dutydesk.kernel.actions import ActionRequest
from dutydesk.kernel.forms import Field
from dutydesk.kernel.periods import Period
from dutydesk.process.flows import process
from dutydesk.process.rules.announcements import AnnouncementTemplate, read_mark

_ABOUT = "template:"


@dataclass(frozen=True)
class Words:
    """What stands in the form when it is opened."""

    title: str = ""
    text: str = ""
    services: tuple[str, ...] = ()
    impact: str = ""
    agreed: str = ""
    leaders: bool = False


def beforehand(about: str) -> Words:
    """Give what stands in a form about a wording; nothing in a form about something new.

    ValueError if the process has no such wording.
    """
    one = _named(about)
    return Words(one.title, one.what, impact=one.impact) if one else Words()


def as_before(like: Announcement) -> Words:
    """Give what an earlier announcement said, but for its times."""
    services = tuple(str(one.pk) for one in broadcasts.services_of(like))
    said = (like.title, like.text, services, like.impact, like.agreed_with)
    return Words(*said, like.leaders_told)


def fields(about: str) -> tuple[Field, ...]:
    """Ask for a wording first, if the process has some and none was chosen before."""
    templates = process.in_force().announcements.templates
    if about != "new" or not templates:
        return ()
    options = (("", "None: my own words"), *((one.id, one.title) for one in templates))
    return (
        Field(
            "template",
            "In which wording?",
            "choice",
            False,
            hint="What you leave out below is taken from it.",
            options=options,
        ),
    )


def chosen(press: ActionRequest) -> tuple[AnnouncementTemplate | None, Words]:
    """Give the wording that was chosen, if any, and the words that it has for what was left out."""
    if (before := _named(press.about)) is not None:
        return before, Words()
    found = process.in_force().announcements.template(press.answers.text("template"))
    return found, Words(found.title, found.what, impact=found.impact) if found else Words()


def times(
    press: ActionRequest, template: AnnouncementTemplate | None
) -> tuple[Period | None, tuple[datetime, ...]]:
    """Give when the work is and when people hear of it, as filled in, else as the wording says."""
    answers = press.answers
    starts, ends = answers.moment_if_any("starts"), answers.moment_if_any("ends")
    if template is not None and starts is not None and ends is None:
        ends = starts + template.lasts
    window = broadcast.window_if_any(starts, ends)
    after = max(press.at, window.start) if window else press.at
    typed = read_update_times(answers.text("updates"), after=after, zone=press.zone)
    if typed or template is None or window is None:
        return window, typed
    marks = (read_mark(text).on(window) for text in template.updates)
    return window, tuple(sorted({one.end for one in marks if one.length}))


def _named(about: str) -> AnnouncementTemplate | None:
    """Give the wording that a form is about; None if it is about none."""
    if not about.startswith(_ABOUT):
        return None
    found = process.in_force().announcements.template(about.removeprefix(_ABOUT))
    if found is None:
        raise ValueError(f"The process has no wording “{about[:60]}”.")
    return found
