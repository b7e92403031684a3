"""What an alarm looks like in a channel, and how the desk explains what it would do about one."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dutydesk.alarms.rules.explaining import Explanation
from dutydesk.alarms.rules.routing import Passed
from dutydesk.alarms.rules.silences import Silence
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.messages import Button, Message, Tone
from dutydesk.kernel.moments import when
from dutydesk.kernel.periods import Period
from dutydesk.process.rules.model import OnCall, Process


def alarm(
    *,
    about: str,
    title: str,
    high: bool,
    counts: tuple[int, int],
    service: str,
    runbook: str,
    description: str,
    silenced: str = "",
) -> Message:
    """Give the alarm as it stands; later words replace earlier ones.

    `counts`: how many of its alerts fire, and how many are resolved.
    """
    firing, resolved = counts
    now = f"{firing} firing" + (f", {resolved} resolved" if resolved else "")
    facts = [("Alerts", now)] if firing else [("Alerts", f"all {resolved} resolved")]
    if service:
        facts.append(("Service", service))
    if runbook:
        facts.append(("Runbook", runbook))
    if silenced:
        facts.append(("Silenced", silenced))
    declare = Button("incident.declare", about, "Declare incident")
    buttons = (declare, Button("alarm.silence", about, "Silence …")) if firing else ()
    tone: Tone = "plain" if silenced else "high" if high else "soon"
    return Message(
        body=description or ("Firing." if firing else "Resolved."),
        title=title if firing else f"Resolved: {title}",
        facts=tuple(facts),
        buttons=buttons,
        tone=tone if firing else "kept",
    )


def silence_turns(*, title: str, ends: bool) -> str:
    """Say what is owed when a silence's time comes or is over."""
    return f"The silence of {title} {'ends' if ends else 'begins'}"


def acknowledged_elsewhere(*, client: str) -> Message:
    """Say that somebody works on it elsewhere, and that this is not an answer to a page."""
    return Message(
        body=f"{client} says that somebody works on this. It doesn't say who, so calls go on until "
        "one of you presses “I have it”.",
    )


def explained(found: Explanation, current: Process) -> tuple[str, ...]:
    """Say what would become of an alert, why, and what would stop it; the calls come apart."""
    routed = found.routed
    names = ", ".join(routed.service_names)
    unknown = f"none; there is none called {names}" if names else "none; no label names one"
    return (
        *(f"Passed by: {_passed(one, found)}" for one in found.passed),
        f"Goes by: {routed.rule}",
        f"Service: {found.service or unknown}",
        f"Shown: in {routed.channel}, as “{found.title}”",
        f"Runbook: {routed.runbook or 'none; it names none, nor does a route'}",
        f"Priority: {routed.severity}; {_paged(found)}",
        *(_silenced(period, one, found.at, current.zone) for period, one in found.silenced),
        *(_stops(current.on_call) if found.course else ()),
    )


def _passed(one: Passed, found: Explanation) -> str:
    why = [
        f"{each.label} is {found.labels.get(each.label) or 'not there'}, "
        f"not {' or '.join(each.values)}"
        for each in one.unmet
    ]
    return f"{one.route.title}, since {' and '.join(why)}"


def _silenced(period: Period, one: Silence, at: datetime, zone: ZoneInfo) -> str:
    begins = f"{when(period.start, zone, at)}, " if period.start > at else ""
    until = f"until {when(period.end, zone, at)}"
    return f"Silenced: {begins}{until}, by silence {one.number} ({one.by}: {one.reason})"


def _paged(found: Explanation) -> str:
    if found.course is None:
        return "nobody is paged"
    whom = ", then ".join(found.routed.duties) or "whom the process says"
    return f"it pages {whom}{', at any hour, as its service says' if found.anyway else ''}"


def _stops(on_call: OnCall) -> tuple[str, ...]:
    storm, again = on_call.storm, write_duration(on_call.ask_again_after)
    return (
        "Stops when: somebody presses “I have it”, all of its alerts are resolved, an incident "
        f"is declared from it, or it is silenced. Whoever has it is asked again after {again}.",
        f"In a storm: with more than {storm.more_than} alarms for one person within "
        f"{write_duration(storm.within)} it may join one page with others.",
    )
