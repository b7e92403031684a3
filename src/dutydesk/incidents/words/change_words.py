"""What is said when something about an incident is put right: beforehand, and to those told."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from dutydesk.incidents.rules.corrections import Difference
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.messages import Message
from dutydesk.kernel.moments import when
from dutydesk.process.rules.model import Process


def difference(one: Difference, zone: ZoneInfo, now: datetime) -> str:
    """Say what is otherwise than was thought."""
    match one.what:
        case "title":
            return f"it is called “{one.now}”, no longer “{one.was}”"
        case "services":
            listed, before = (", ".join(names) or "not known" for names in (one.now, one.was))
            return f"the services are {listed} (before: {before})"
        case "user_impact":
            return "users are affected" if one.now else "no users are affected"
        case "estimated":
            return "its times are estimates" if one.now else "its times are known, and no estimates"
        case _:
            did = "it began" if one.what == "began" else "users had it back"
            told, before = (when(t, zone, now) if t else "not known" for t in (one.now, one.was))
            return f"when {did}: {told} (before: {before})"


def corrected(*, title: str, said: str, by: str, reason: str) -> Message:
    """Tell everybody who was told what was put right, and why."""
    body = f"{by} corrected this: {said}. Why: {reason}"
    return Message(body, title=f"Corrected: {title}", tone="announcement")


def assessed(*, high: bool, changed: bool, true: Sequence[str]) -> str:
    """Say of which priority it is, and why: because of what is true."""
    priority = f"it is {'' if changed else 'still '}of {'high' if high else 'normal'} priority"
    return f"{priority}, since {'; '.join(true) or 'none of the criteria applies'}"


def reassessed(*, title: str, said: str, by: str, reason: str) -> Message:
    """Tell everybody who was told that other criteria apply than was thought."""
    body = f"{by} assessed this anew: {said}. Why: {reason}"
    return Message(body, title=f"Priority: {title}", tone="announcement")


def has_parts(titles: Iterable[str]) -> str:
    """Say that others, which somebody declared too, are part of an incident and count with it."""
    named = ", ".join(f"“{title}”" for title in titles)
    return f"What was declared as {named} is part of this one, and counts with it alone."


def called_off(*, title: str, why: str) -> Message:
    """Say where people were called together that they needn't gather, and why."""
    return Message(why, title=f"No gathering: {title}", tone="kept")


def follows(process: Process, *, high: bool) -> str:
    """Say beforehand what follows from other criteria in an incident that goes on.

    `high` is what it is until then.
    """
    rules = process.incidents
    if high:
        return (
            "With none of these ticked it becomes normal: nobody is called to gather any more, on "
            "call's limit ends, and no postmortem is opened."
        )
    return (
        "With any of these ticked it becomes high: those who tell senior leadership are told, the "
        f"next update is due within {write_duration(rules.first_update)} and the next ones at "
        f"most {write_duration(rules.updates_every)} apart, the team gathers every "
        f"{write_duration(rules.gathering.every)}, out of hours on call works on it for "
        f"{write_duration(process.on_call.limit)} at most, and a postmortem follows."
    )


def follows_over(*, high: bool) -> str:
    """Say beforehand what follows from other criteria in an incident that is over."""
    if high:
        return "With none of these ticked it was normal: a postmortem without a session is dropped."
    return (
        "With any of these ticked it was high: those who tell senior leadership are told, and a "
        "postmortem is opened."
    )


def no_incident(by: str, reason: str) -> str:
    """Say who took it back, and why."""
    return f"{by} says that there was no incident. Why: {reason}"


def no_part(by: str, whole: str, reason: str) -> str:
    """Say who took it back with what it was a part of, and why."""
    return (
        f"{by} says that there was no incident, nor “{whole}”, which it was part of. Why: {reason}"
    )


def goes_on_as(title: str, by: str, reason: str) -> str:
    """Say who merged it into which other, and why."""
    return f"This goes on as “{title}”, said {by}. Why: {reason}"


def mistaken(*, title: str, text: str) -> Message:
    """Tell everybody who was told that there was no incident."""
    return Message(text, title=f"Declared by mistake: {title}", tone="kept")


def reopened(*, title: str, by: str, reason: str) -> Message:
    """Tell everybody who was told that it goes on."""
    body = f"{by} reopened this. Why: {reason}"
    return Message(body, title=f"It goes on: {title}", tone="announcement")


def merged(*, title: str, text: str) -> Message:
    """Tell everybody who was told of an incident that it is part of another now."""
    return Message(text, title=f"Merged: {title}", tone="announcement")
