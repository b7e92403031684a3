"""Announcing, telling how it goes, moving and ending it, in any chat."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dutydesk.announcements import words
from dutydesk.announcements.actions import wordings
from dutydesk.announcements.actions.inputs import (
    about_of,
    found_of,
    number,
    seen_field,
    services_field,
    services_of,
)
from dutydesk.announcements.actions.wordings import Words
from dutydesk.announcements.flows import announcements, broadcasts, overlaps, previews
from dutydesk.announcements.models import Announcement
from dutydesk.announcements.rules import broadcast
from dutydesk.announcements.rules.broadcast import AnnouncementRefused, Broadcast
from dutydesk.incidents.actions.inputs import seen_of
from dutydesk.incidents.flows import leaders
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, Person
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.messages import notify_of
from dutydesk.kernel.tellings import Telling, listed
from dutydesk.people.flows.zones import read_zone
from dutydesk.process.flows import process

_NOTIFY = (("here", "Those who are there: @here"), ("channel", "All: @channel"))


def _announce_form(about: str, by: Person, at: datetime) -> Form:
    return _form(wordings.fields(about), wordings.beforehand(about), read_zone(by.zone))


def _copy_form(about: str, by: Person, at: datetime) -> Form:
    return _form((), wordings.as_before(found_of(about)), read_zone(by.zone))


def _form(first: tuple[Field, ...], words: Words, zone: ZoneInfo) -> Form:
    """Give the form, filled in with these words; `first` is asked before them."""
    current = process.in_force()
    return Form(
        title="Announce work or news",
        submit="Tell everybody concerned",
        note=f"It goes to {current.ask.channel}, {current.team.channel} and the channels of the "
        "teams whose services these are.",
        fields=(
            *first,
            *_what(words, needed=not first),
            *_when(zone),
            *_whom(words),
            *_leaders(words),
            *_calling(),
        ),
    )


def _what(words: Words, *, needed: bool) -> Sequence[Field]:
    return (
        Field("title", "What is announced?", required=needed, value=words.title, longest=200),
        Field("text", "What is done, and why?", "long", needed, value=words.text),
        services_field(words.services),
    )


def _when(zone: ZoneInfo) -> Sequence[Field]:
    news = "Left out with its end if this is news and no work."
    times = f"Such as 13:00, 15:00, {zone} time. Each is a promise."
    return (
        Field("starts", "When does the work start?", "time", required=False, hint=news),
        Field("ends", "When is it over?", "time", required=False),
        Field("updates", "When do people hear next?", required=False, hint=times),
    )


def _whom(words: Words) -> Sequence[Field]:
    return (
        Field("impact", "What should people expect?", "long", required=False, value=words.impact),
        Field("agreed", "Agreed with whom?", required=False, value=words.agreed, longest=300),
        Field("mute", "Keep the services' alarms quiet meanwhile", "flag", required=False),
    )


def _leaders(words: Words) -> Sequence[Field]:
    names = [one.name for one in leaders.everybody()]
    if not names:
        return ()
    value = "yes" if words.leaders else ""
    label = "Tell those who tell senior leadership too"
    return (Field("leaders", label, "flag", False, hint=", ".join(names), value=value),)


def _calling() -> Sequence[Field]:
    if process.in_force().announcements.notifiers == "never":
        return ()
    return (
        Field(
            "notify",
            "Whom does it call at once?",
            "choice",
            False,
            options=(("", "Nobody"), *_NOTIFY),
        ),
        Field("why", "Why is that necessary?", required=False, hint="Kept, and seen by all."),
    )


def _announce(press: ActionRequest) -> ActionResult:
    made = announcements.announce(draft=_broadcast(press), by=press.by, at=press.at)
    if made.at != press.at:
        return ActionResult("You announced this just now: it is one announcement.", made.about)
    said = [f"Announced in {', '.join(made.told)}."]
    if made.window is not None:
        services = broadcasts.services_of(made)
        said += overlaps.pointed_out(made.window, services, besides=made.pk)
    return ActionResult(" ".join(said), made.about)


def _broadcast(press: ActionRequest) -> Broadcast:
    answers = press.answers
    template, left_out = wordings.chosen(press)
    window, updates = wordings.times(press, template)
    return Broadcast(
        title=answers.text("title") or left_out.title,
        text=answers.text("text") or left_out.text,
        services=services_of(press),
        agreed_with=answers.text("agreed"),
        impact=answers.text("impact") or left_out.impact,
        window=window,
        updates=updates,
        notify=notify_of(answers.text("notify")),
        notify_reason=answers.text("why"),
        mute=answers.flag("mute"),
        leaders=answers.flag("leaders"),
    )


def _preview(press: ActionRequest) -> Sequence[Telling]:
    """Give who would be told; what is no sound announcement yet is told as far as it is."""
    try:
        draft = _broadcast(press)
    except AnnouncementRefused:
        draft = Broadcast(
            press.answers.text("title"), press.answers.text("text"), services_of(press)
        )
    return previews.announcement(draft=draft, by=press.by, at=press.at)


def _start(press: ActionRequest) -> ActionResult:
    announcements.start(announcement=number(press.about), by=press.by, at=press.at)
    return ActionResult("It has begun, and everybody is told.", about_of(press.about))


def _update_form(about: str, by: Person, at: datetime) -> Form:
    found = found_of(about)
    due = [one.due_at for one in broadcasts.open_promises(found)]
    kept = broadcast.kept_by(due, at)
    left = len(due) - len(kept)
    zone = process.in_force().zone
    keeps = f" It is the update promised for {words.next_updates(kept, zone, at)}." if kept else ""
    return Form(
        title=f"Update: {found.title}",
        submit="Tell everybody",
        fields=(
            Field("text", "How is it going?", "long"),
            Field(
                "next",
                "When do people hear next?",
                "time",
                required=found.open and not left,
                value="" if left else _usual_next(found, at),
                hint="Left out, the next promised time stands." if left else "",
            ),
            seen_field(about),
        ),
        note=f"{listed(previews.update(found=found, text='', next_at=None, at=at))}{keeps}",
    )


def _usual_next(found: Announcement, at: datetime) -> datetime:
    """Give the work's end if that is to come, else an hour from now."""
    return found.ends_at if found.ends_at and found.ends_at > at else at + timedelta(hours=1)


def _preview_update(press: ActionRequest) -> Sequence[Telling]:
    return previews.update(
        found=found_of(press.about),
        text=press.answers.text("text"),
        next_at=press.answers.moment_if_any("next"),
        at=press.at,
    )


def _update(press: ActionRequest) -> ActionResult:
    announcements.update(
        announcement=number(press.about),
        text=press.answers.text("text"),
        next_at=press.answers.moment_if_any("next"),
        by=press.by,
        at=press.at,
        seen=seen_of(press),
    )
    return ActionResult("Told.", about_of(press.about))


def _move_form(about: str, by: Person, at: datetime) -> Form:
    found = found_of(about)
    ends = Field("ends", "When is it over?", "time", value=found.ends_at or "")
    starts = Field(
        "starts",
        "When does it start?",
        "time",
        value=found.starts_at or "",
    )
    why = Field("text", "Why does it move?", "long", hint="Everybody who was told reads it.")
    begun = found.started_at is not None and found.starts_at is not None
    return Form(
        title=f"Another time: {found.title}",
        submit="Move it and tell everybody",
        fields=(*(() if begun else (starts,)), ends, why, seen_field(about)),
        note=f"It goes to {', '.join(found.told)}.",
    )


def _move(press: ActionRequest) -> ActionResult:
    found = found_of(press.about)
    begun = found.started_at is not None and found.starts_at is not None
    starts = found.starts_at if begun else press.answers.moment_if_any("starts")
    announcements.move(
        announcement=found.pk,
        window=broadcast.window(starts or press.at, press.answers.moment("ends")),
        text=press.answers.text("text"),
        by=press.by,
        at=press.at,
        seen=seen_of(press),
    )
    return ActionResult("Moved, and everybody is told.", found.about)


def _finish_form(about: str, by: Person, at: datetime) -> Form:
    return _last_word(about, at, "Finish", "Finish it and tell everybody", "How did it go?")


def _cancel_form(about: str, by: Person, at: datetime) -> Form:
    return _last_word(about, at, "Call off", "Call it off and tell everybody", "Why?")


def _last_word(about: str, at: datetime, what: str, submit: str, asked: str) -> Form:
    found = found_of(about)
    told = previews.last(found=found, text="", cancelled=False, at=at)
    return Form(
        title=f"{what}: {found.title}",
        submit=submit,
        fields=(Field("text", asked, "long"), seen_field(found.about)),
        note=f"{listed(told)} Nothing more is promised then.",
    )


def _preview_end(press: ActionRequest) -> Sequence[Telling]:
    found, text = found_of(press.about), press.answers.text("text")
    return previews.last(found=found, text=text, cancelled=False, at=press.at)


def _preview_calling_off(press: ActionRequest) -> Sequence[Telling]:
    found, text = found_of(press.about), press.answers.text("text")
    return previews.last(found=found, text=text, cancelled=True, at=press.at)


def _finish(press: ActionRequest) -> ActionResult:
    announcements.finish(
        announcement=number(press.about),
        text=press.answers.text("text"),
        by=press.by,
        at=press.at,
        seen=seen_of(press),
    )
    return ActionResult("It is over, and everybody is told.", about_of(press.about))


def _done(press: ActionRequest) -> ActionResult:
    announcements.finish(
        announcement=number(press.about), text="The work is done.", by=press.by, at=press.at
    )
    return ActionResult("Finished, and everybody is told.", about_of(press.about))


def _cancel(press: ActionRequest) -> ActionResult:
    announcements.cancel(
        announcement=number(press.about),
        text=press.answers.text("text"),
        by=press.by,
        at=press.at,
        seen=seen_of(press),
    )
    return ActionResult("It is called off, and everybody is told.", about_of(press.about))


def _show(press: ActionRequest) -> ActionResult:
    return ActionResult("", press.about)


ACTIONS = (
    Action("announcement.announce", "engineer", _announce, _announce_form, _preview),
    Action("announcement.copy", "engineer", _announce, _copy_form, _preview),
    Action("announcement.start", "engineer", _start),
    Action("announcement.update", "engineer", _update, _update_form, _preview_update),
    Action("announcement.move", "engineer", _move, _move_form),
    Action("announcement.finish", "engineer", _finish, _finish_form, _preview_end),
    Action("announcement.done", "engineer", _done),
    Action("announcement.cancel", "engineer", _cancel, _cancel_form, _preview_calling_off),
    Action("announcement.show", "anyone", _show),
)
