"""What the lines of a draft say: facts of the record, with times that are clear on any day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dutydesk.kernel.durations import compact


def stamp(at: datetime, zone: ZoneInfo) -> str:
    """Give a moment so that it is clear whenever it is read: “Sat 28 Nov 02:10”."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def page(
    *,
    title: str,
    raised: str,
    called: Sequence[str],
    had: str,
    after: timedelta | None,
    last: bool,
    over: str,
) -> str:
    """Say whom a page called, how soon somebody had it, who, and whether it is over.

    `last`: who `had` it took it over from somebody.
    """
    who = f"called {', '.join(called)}" if called else "nobody was called"
    answered = "nobody has it"
    if had:
        answered = f"{had} had it"
        if after is not None:
            soon = f"after {compact(after)}"
            answered = f"answered {soon}, {answered} last" if last else f"{answered} {soon}"
    return f"{title}: {raised}, {who}; {answered}; {f'over {over}' if over else 'still open'}"


def held(*, title: str, raised: str, until: str) -> str:
    """Say what waits for somebody to be promised, and until when."""
    ends = f"held until {until}" if until else "held, and nobody is on"
    return f"{title}: {raised}, {ends}"


def person(*, name: str, times: int, pages: timedelta, incidents: timedelta) -> str:
    """Say how often somebody was called, and how long they worked."""
    often = {0: "wasn't called", 1: "was called once"}.get(times, f"was called {times} times")
    worked = [
        f"{what} for {compact(length)}"
        for what, length in (("had pages", pages), ("worked on incidents", incidents))
        if length
    ]
    return f"{name} {', '.join([often, *worked])}"


def incident(
    *, title: str, priority: str, state: str, lead: str, plan: str, services: Sequence[str]
) -> str:
    """Say how an incident stands, who leads it, and what the plan is."""
    said = [f"{priority} priority" if priority else "", state]
    said += [f"{lead} leads" if lead else ""] if state == "in progress" else []
    if services:
        said.append(", ".join(services))
    planned = f". Plan: {plan}" if plan else ""
    return f"{title}: {'; '.join(filter(None, said))}{planned}"


def alarm(*, title: str, severity: str, first: str, over: str, silent: bool) -> str:
    """Say since when an alarm fires, or when it did."""
    ended = f"over {over}" if over else "still fires"
    quiet = ", silenced" if silent and not over else ""
    return f"{title}: {severity}, {first}, {ended}{quiet}"


def noisy(*, title: str, times: int, last: str) -> str:
    """Say how often an alarm came."""
    return f"“{title}” came {times} times, last {last}"


def low(*, count: int, title: str, times: int) -> str:
    """Say how many low alarms there were, and which came most."""
    most = f", most often “{title}” ({times} times)" if times > 1 else f", “{title}” among them"
    return f"{count} low alarms{most}" if count > 1 else f"“{title}”: a low alarm"


def work(*, title: str, window: str, services: Sequence[str], state: str) -> str:
    """Say what is planned, when, and for which services."""
    of = f"; {', '.join(services)}" if services else ""
    return f"{title}: {window or 'news'}, {state}{of}"


def maintenance(*, service: str, since: str, until: str, reason: str) -> str:
    """Say what is out of use, until when, and why."""
    back = f", expected back {until}" if until else ""
    why = f": {reason}" if reason else ""
    return f"{service}: out since {since}{back}{why}"


def silence(*, title: str, until: str, reason: str) -> str:
    """Say what nobody is called for, until when, and why."""
    return f"{title}: until {until}, {reason}"


def promise(*, text: str, due: str, by: str) -> str:
    """Say what is owed, by when, and by whom."""
    return f"{text}: due {due}, {by}"


def question(*, title: str, asked: str, has_it: str) -> str:
    """Say what was asked, and whether anybody has it."""
    return f"{title}: asked {asked}, {f'{has_it} has it' if has_it else 'nobody has it'}"
