"""Putting right what an announcement says, in any chat."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dutydesk.announcements.actions.inputs import (
    found_of,
    number,
    seen_field,
    services_field,
    services_of,
)
from dutydesk.announcements.flows import broadcasts, corrections
from dutydesk.announcements.models import Announcement
from dutydesk.announcements.rules import broadcast
from dutydesk.announcements.rules.update_times import read_update_times
from dutydesk.incidents.actions.inputs import seen_of
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, Person
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.moments import write_moment
from dutydesk.kernel.periods import Period
from dutydesk.people.flows.zones import read_zone


def _form(about: str, by: Person, at: datetime) -> Form:
    found = found_of(about)
    services = tuple(str(one.pk) for one in broadcasts.services_of(found))
    return Form(
        title=f"Correct: {found.title}",
        submit="Correct it everywhere",
        note=f"It is rewritten in {', '.join(found.told)}. Other services or times are told there "
        "too, and the timeline keeps what it said before.",
        fields=(
            Field("title", "What is announced?", value=found.title, longest=200),
            Field("text", "What is done, and why?", "long", value=found.text),
            services_field(services),
            *(_times(found, read_zone(by.zone)) if found.open else ()),
            Field("impact", "What should people expect?", "long", False, value=found.impact),
            Field("agreed", "Agreed with whom?", "text", False, value=found.agreed_with),
            Field(
                "reason",
                "Why?",
                "long",
                False,
                hint="Needed for other services or times: everybody who was told reads it.",
                longest=1_000,
            ),
            seen_field(about),
        ),
    )


def _times(found: Announcement, zone: ZoneInfo) -> tuple[Field, ...]:
    """Ask for the times that may still be put right."""
    due = ", ".join(write_moment(one.due_at, zone) for one in broadcasts.open_promises(found))
    hint = f"In {zone} time."
    updates = Field("updates", "When do people hear next?", "text", False, hint, due)
    if found.window is None:
        return (updates,)
    starts = Field("starts", "When does the work start?", "time", value=found.starts_at or "")
    ends = Field("ends", "When is it over?", "time", value=found.ends_at or "")
    return (ends, updates) if found.started_at else (starts, ends, updates)


def _correct(press: ActionRequest) -> ActionResult:
    found, answers = found_of(press.about), press.answers
    window = _window(found, press)
    after = max(press.at, window.start) if window else press.at
    typed = read_update_times(answers.text("updates"), after=after, zone=press.zone)
    what = corrections.AnnouncementCorrection(
        title=answers.text("title"),
        text=answers.text("text"),
        services=services_of(press),
        impact=answers.text("impact"),
        agreed_with=answers.text("agreed"),
        window=window,
        updates=typed if found.open else (),
        reason=answers.text("reason"),
        seen=seen_of(press),
    )
    done = corrections.correct(
        announcement=number(press.about), what=what, by=press.by, at=press.at
    )
    return ActionResult(f"Corrected in {', '.join(done.told)}.", done.about)


def _window(found: Announcement, press: ActionRequest) -> Period | None:
    """Give when the work is: as it was filled in, and as it was where nothing was asked."""
    if found.window is None or not found.open:
        return found.window
    starts = press.answers.moment_if_any("starts") or found.window.start
    return broadcast.window(starts, press.answers.moment("ends"))


ACTIONS = (Action("announcement.correct", "engineer", _correct, _form),)
