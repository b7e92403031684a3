"""What an alarm looks like in a channel, and how the desk explains what it would do about one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from dutydesk.alarms.rules.destination import Passed
from dutydesk.alarms.rules.explanation import Explanation
from dutydesk.alarms.rules.page_need import Deed
from dutydesk.alarms.rules.silence_matchers import SilenceRule
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.messages import Button, Message, Tone, calling_nobody
from dutydesk.kernel.moments import clock_time, when
from dutydesk.kernel.periods import Period
from dutydesk.process.rules.model import Flapping, Process
from dutydesk.process.rules.on_call import OnCall


@dataclass(frozen=True, slots=True)
class Counts:
    """How many alerts of an alarm fire, are resolved, and were left out by their sender.

    `rests`: none fires, and it goes on, since it flaps.
    """

    firing: int
    resolved: int
    truncated: int = 0
    rests: bool = False

    def __str__(self) -> str:
        """Say it: “3 firing, 1 resolved, 47 more not told one by one”."""
        resolved = f"{self.resolved} resolved"
        if not self.firing:
            return f"all {resolved}"
        more = f"{self.truncated} more not told one by one" if self.truncated else ""
        parts = (f"{self.firing} firing", resolved if self.resolved else "", more)
        return ", ".join(filter(None, parts))


def alarm(
    *,
    about: str,
    title: str,
    high: bool,
    counts: Counts,
    description: str,
    facts: Mapping[str, str],
    quiet: bool,
    incident: bool,
) -> Message:
    """Give the alarm as it stands; later words replace earlier ones.

    `facts`: what is said besides, by its name; what is empty is left out. `quiet`: a silence keeps
    it so. `incident`: a running one has it.
    """
    title, description = calling_nobody(title), calling_nobody(description)
    firing = bool(counts.firing) or counts.rests
    said = {"Alerts": str(counts), **facts}
    declare = Button("incident.declare", about, "Declare incident")
    silence = Button("alarm.silence", about, "Silence …")
    over = Button("alarm.over", about, "It is over …")
    tone: Tone = "plain" if quiet else "high" if high else "soon"
    return Message(
        body=description or ("Firing." if firing else "Resolved."),
        title=title if firing else f"Resolved: {title}",
        facts=tuple((name, calling_nobody(value)) for name, value in said.items() if value),
        buttons=(*(() if incident else (declare,)), silence, over) if firing else (),
        tone=tone if firing else "kept",
    )


def unsettled(*, title: str) -> str:
    """Say what is looked at when an alert may not be over, though it was told so."""
    return f"{title}: looked at again, whether it is over"


def flapping(
    *, count: int, since: datetime, until: datetime | None, rule: Flapping, zone: ZoneInfo
) -> str:
    """Say how often an alert began, and when it is over; `until`: it is quiet, and over then."""
    began = f"it began or got worse {count} times since {clock_time(since, zone)}"
    if until is not None:
        return f"{began}; quiet now, and over at {clock_time(until, zone)} unless it begins again"
    return f"{began}; over once it was quiet for {write_duration(rule.quiet_for)}"


def pages_again(*, title: str) -> str:
    """Say what is looked at some time after an alarm's incident was resolved."""
    return f"{title}: looked at again after its incident"


def silence_turns(*, title: str, ends: bool) -> str:
    """Say what is owed when a silence's time comes or is over."""
    return f"The silence of {title} {'ends' if ends else 'begins'}"


def key_refused(*, key: str, door: str, reason: str) -> Message:
    """Tell the team that what a known sender posts is lost, and what to set right."""
    return Message(
        body="Its key is good, but what it posts is refused, so any alert in it is lost: "
        f"{reason.removesuffix('.')}. Set that right where it is sent from; the page Keys counts "
        "what is refused.",
        title=f"What {key} sends is refused",
        facts=(("Posted to", door),),
        tone="high",
    )


def key_well(*, key: str, because: str) -> Message:
    """Say that what a sender posts is not refused any more, and how that is known."""
    return Message(body=f"{because}.", title=f"What {key} sends was refused", tone="kept")


def acknowledged_elsewhere(*, client: str) -> Message:
    """Say that somebody works on it elsewhere, and that this is not an answer to a page."""
    return Message(
        body=f"{calling_nobody(client)} says that somebody works on this. It doesn't say who, "
        "so calls go on until one of you presses “I have it”.",
    )


def explained(found: Explanation, current: Process, zone: ZoneInfo) -> tuple[str, ...]:
    """Say what would become of an alert, why, and what would stop it; the calls come apart.

    Times are of `zone`.
    """
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
        *(_silenced(period, one, found.at, zone) for period, one in found.silenced),
        *(_stops(current.on_call) if found.course else ()),
    )


def _passed(one: Passed, found: Explanation) -> str:
    why = [
        f"{each.label} is {found.labels.get(each.label) or 'not there'}, "
        f"not {' or '.join(each.values)}"
        for each in one.unmet
    ]
    return f"{one.route.title}, since {' and '.join(why)}"


def _silenced(period: Period, one: SilenceRule, at: datetime, zone: ZoneInfo) -> str:
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


_FORESEEN: Mapping[Deed, str] = {
    "page": "these alarms, which fire now, are paged for",
    "call again": "whoever has the page about these is called again",
    "tell the lead": "whoever leads the incident about these is told that more is high",
    "end": "nobody is called any more about these, which fire now",
}
_MOST_FORESEEN = 5


def foreseen(found: Mapping[Deed, Sequence[str]], held: Sequence[str] = ()) -> tuple[str, ...]:
    """Say what another process means for what fires, a line for each kind of deed.

    `held` are pages that wait until somebody covers, who does by that process.
    """
    lines = [
        f"once this is in force, {what}: {_named(found[deed])}."
        for deed, what in _FORESEEN.items()
        if deed in found
    ]
    if held:
        called = "somebody is called at once about these, which are held now"
        lines.append(f"once this is in force, {called}: {_named(held)}.")
    return tuple(lines)


def _named(titles: Sequence[str]) -> str:
    more = len(titles) - _MOST_FORESEEN
    named = ", ".join(f"“{one}”" for one in titles[:_MOST_FORESEEN])
    return f"{named} and {more} more" if more > 0 else named
