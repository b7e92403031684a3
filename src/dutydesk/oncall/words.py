"""What a page says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dutydesk.kernel.bounds import cut
from dutydesk.kernel.durations import compact, write_duration
from dutydesk.kernel.messages import Button, Message, calling_nobody
from dutydesk.kernel.moments import when
from dutydesk.oncall.rules.forecast import Calls, Course, Holds, Step

LONGEST_TITLE, MOST_SERVICES = 200, 6


def _about(title: str) -> tuple[str, str]:
    """Give the fact that says what a page is about, in its sender's words."""
    return "About", calling_nobody(title)


def calling(
    *, title: str, name: str, page: str, round_: int, methods: str, had: str = ""
) -> Message:
    """Name whoever must act first, and who `had` it before; the button says what happens."""
    again = f" (round {round_})" if round_ > 1 else ""
    before = f" {had} had it before." if had and had != name else ""
    return Message(
        body=f"{name}, please look at this{again}. You were called by {methods}.{before}",
        title=f"Paging {name}",
        facts=(_about(title),),
        buttons=(Button("page.acknowledge", page, "I have it", primary=True),),
        tone="high",
    )


def bundle_title(count: int, *, newest: str = "") -> str:
    """Name a bundle by how many alarms came at once, and the `newest` that goes on."""
    named = f"{count} more alarms at once" if count > 1 else "More alarms at once"
    return cut(f"{named}, the newest: {newest}" if newest else named, LONGEST_TITLE)


def bundle(*, title: str, still: int, services: tuple[str, ...], more_than: int) -> Message:
    """Say that a storm was gathered, how much of it goes on, and of what."""
    facts = [("Still firing", str(still))]
    if services:
        more = len(services) - MOST_SERVICES
        named = ", ".join(services[:MOST_SERVICES])
        facts.append(("Services", f"{named} and {more} more" if more > 0 else named))
    return Message(
        body=f"More than {more_than} alarms came for one person within a minute, so these are one "
        "page. Each is shown in this channel.",
        title=calling_nobody(title),
        facts=tuple(facts),
        tone="high" if still else "kept",
    )


def bundled(alarms: Sequence[tuple[str, str, int]], *, still: int) -> str:
    """List what a bundle is about: the title, service and count of alarms that are called alike.

    `still`: so many go on in all.
    """
    lines = [_alike(*one) for one in alarms]
    more = still - sum(count for _, _, count in alarms)
    return "\n".join([*lines, f"and {more} more"] if more > 0 else lines)


def _alike(title: str, service: str, count: int) -> str:
    called = f"{title}, {service}" if service else title
    return f"{called} ({count} alarms)" if count > 1 else called


def held(
    *,
    title: str,
    until: datetime | None,
    hole: bool,
    unreachable: bool,
    zone: ZoneInfo,
    now: datetime,
) -> Message:
    """Say that nobody is called yet, why, and until when."""
    why = "nobody has the shift" if hole else "nobody is promised before"
    if unreachable:
        why = "nothing reaches those who have the shift"
    ends = f"Held until {when(until, zone, now)}" if until else "Held"
    return Message(
        body=f"{ends}: {why}.",
        title="Not paged yet",
        facts=(_about(title),),
        tone="high" if hole or unreachable else "soon",
    )


def acknowledged(
    *,
    title: str,
    name: str,
    page: str,
    since: datetime,
    again: datetime,
    now: datetime,
    zone: ZoneInfo,
) -> Message:
    """Say who has it since when, and when they are asked again."""
    local = since.astimezone(zone)
    today = local.date() == now.astimezone(zone).date()
    began = f"{local:%H:%M %Z}" if today else when(since, zone, now).removeprefix("on ")
    return Message(
        body=f"{name} has it, since {began}.",
        title="Acknowledged",
        facts=(_about(title), ("Asked again", when(again, zone, now))),
        buttons=(Button("page.snooze", page, "Ask me again at…"),),
        tone="kept",
    )


def over(*, title: str, because: str) -> Message:
    """Say that nobody needs to look any more, and why."""
    return Message(
        body=f"Nobody needs to act: {because}.",
        title="Page over",
        facts=(_about(title),),
        tone="kept",
    )


def nobody_answers(
    *, title: str, called: Sequence[tuple[str, int]], mention: str, page: str
) -> Message:
    """Tell the whole team that everybody was called, each so often, and nobody answered."""
    names = ", ".join(f"{name} ({times} times)" if times > 1 else name for name, times in called)
    were = "were" if len(called) > 1 else "was"
    return Message(
        body=f"{mention} {names} {were} called and nobody answered. Can somebody take this?",
        title="Nobody answers a page",
        facts=(_about(title),),
        buttons=(Button("page.acknowledge", page, "I have it", primary=True),),
        tone="high",
    )


def answered(*, title: str, name: str, at_first: str = "") -> Message:
    """Say who has a page by now that somebody was asked to take; how it was `at_first`."""
    return Message(
        body=f"{at_first} {name} has it now.".strip(),
        title="Answered",
        facts=(_about(title),),
        tone="kept",
    )


@dataclass(frozen=True)
class BundleNews:
    """What came into a bundle that somebody has, and `by` when they are called for it.

    `new`: a line for each alarm; empty if it began in one that was there.
    """

    title: str
    name: str
    new: str
    by: str

    @property
    def says(self) -> str:
        """Say what they can do about it."""
        return (
            f"{self.name}, more came while you have this. Say that you have it too, or you are "
            f"called {self.by}"
        )


def more(news: BundleNews, *, page: str) -> Message:
    """Tell whoever has a bundle what came since."""
    new = [("New", calling_nobody(news.new.replace("\n", "; ")))] if news.new else []
    return Message(
        body=f"{news.says}.",
        title="More came",
        facts=(_about(news.title), *new),
        buttons=(Button("page.acknowledge", page, "I have it too", primary=True),),
        tone="soon",
    )


def more_mail(news: BundleNews, *, link: str) -> tuple[str, str]:
    """Give the subject and body of the mail that says the same."""
    return f"More came: {news.title}", f"{news.says}:\n{link}\n\n{news.title}\n{news.new}\n"


def nobody_covers(*, title: str, mention: str, page: str, unreachable: bool) -> Message:
    """Tell the whole team that a page finds nobody in covered hours, or nobody it can reach."""
    why = "Nobody has the shift that this page would go to."
    if unreachable:
        why = "Nothing reaches whoever this page would call now."
    return Message(
        body=f"{mention} {why} Can somebody take it?",
        title="A page finds nobody",
        facts=(_about(title),),
        buttons=(Button("page.acknowledge", page, "I have it", primary=True),),
        tone="high",
    )


@dataclass(frozen=True)
class Runbook:
    """What a message says of the handbook's page for it: its title, how it begins, its link."""

    title: str
    begins: str
    link: str


def mail(
    *,
    title: str,
    details: str,
    link: str,
    name: str,
    rehearsal: bool,
    runbook: Runbook | None = None,
    so_far: str = "",
    within: timedelta | None = None,
) -> tuple[str, str]:
    """Give the subject and body of a message that calls somebody, whatever brings it.

    `so_far`: whom it called before. `within`: how long it waits for an answer.
    """
    if rehearsal:
        body = f"{name}, {details}\n\nSay that this reached you, which ends it:\n{link}\n"
        return title, body
    body = (
        f"{name}, a high-priority alert needs you.\n\n{title}\n{details}\n\n"
        f"Say that you have it, and read more:\n{link}\n"
    )
    if within is not None:
        body += f"\nWithout an answer in {write_duration(within)} others are called, or you again."
        body += f" {so_far}\n" if so_far else "\n"
    if runbook is not None:
        body += f"\nRunbook: {runbook.title}\n{runbook.begins}\n{runbook.link}\n"
    return f"Page: {title}", body


def so_far(*, called: Sequence[str], had: str) -> str:
    """Say who was called for it before, and who said that they have it; nothing if nobody was."""
    if had:
        return f"{had} had it before."
    return f"Called before: {', '.join(called)}." if called else ""


@dataclass(frozen=True)
class ForecastLine:
    """One step in words: when, how long after the page began, and what."""

    at: datetime
    after: str
    what: str


def course(
    found: Course, *, begins: datetime, team: str, zone: ZoneInfo
) -> tuple[ForecastLine, ...]:
    """Say step by step what happens to a page that nobody answers. `team`: its channel."""
    return tuple(
        ForecastLine(step.at, _after(step.at - begins), _step(step, found, team, zone))
        for step in found.steps
    )


def _after(length: timedelta) -> str:
    return f"+{compact(length)}" if length else "at once"


def _step(step: Step, found: Course, team: str, zone: ZoneInfo) -> str:
    if isinstance(step, Calls):
        again = f", round {step.round}" if step.round > 1 else ""
        return f"{found.names[step.engineer]} is called by {found.methods[step.engineer]}{again}"
    if isinstance(step, Holds):
        why = "nobody has the shift" if step.hole else "nobody is promised before"
        until = f" until {when(step.until, zone, step.at)}" if step.until else ""
        return f"it is held{until}: {why}"
    what = "finds nobody on shift" if step.hole else "was answered by nobody"
    return f"{team} is told that the page {what}"


def mention(*, name: str, title: str) -> str:
    """Call somebody in the chat."""
    return f"{name}, you are called: {title}"


def test(*, name: str, method: str, code: str, link: str) -> tuple[str, str]:
    """Give the subject and body of a message that tests a contact method."""
    body = (
        f"{name}, this tests “{method}”. Nothing is wrong.\n\nYour code is {code}. Or say here "
        f"that it reached you:\n{link}\n"
    )
    return "Duty Desk: a test", body


def rehearsal() -> tuple[str, str]:
    """Give the title and details of a rehearsal."""
    return "Rehearsal of a page", "this is a rehearsal: nothing is wrong."


def please_rehearse(
    *, name: str, shift: datetime, by: datetime, page: str, now: datetime, zone: ZoneInfo, link: str
) -> Message:
    """Ask somebody to rehearse before they are on call for the first time."""
    return Message(
        title="Please rehearse a page",
        body=f"{name}, you are on call for the first time {when(shift, zone, now)}. A rehearsal "
        "calls you by all of your contact methods and ends when you say that you have it.",
        facts=(("By", when(by, zone, now)), ("How you are reached", link)),
        buttons=(Button("page.rehearse", page, "Rehearse now", primary=True),),
        tone="soon",
    )


def not_rehearsed(
    *, name: str, shift: datetime, mention: str, now: datetime, zone: ZoneInfo
) -> Message:
    """Tell the team that somebody is about to be on call who never heard a page."""
    return Message(
        title="Not rehearsed",
        body=f"{mention} {name} is on call for the first time {when(shift, zone, now)}, and has "
        "not rehearsed a page. Can somebody do it with them?",
        tone="soon",
    )


def done_elsewhere(*, name: str, does: str) -> Message:
    """Say what was done in PagerDuty by somebody who is not on the team, and that calls go on."""
    who = calling_nobody(name) or "PagerDuty itself"
    return Message(
        body=f"{who} {does} it in PagerDuty, but is nobody on the team here. The page goes on "
        "until somebody on the team takes it.",
        title=f"{does.capitalize()} elsewhere",
        tone="soon",
    )


def pagerduty_trouble(*, because: str) -> Message:
    """Tell the team that PagerDuty isn't told of pages, and that they are called all the same."""
    return Message(
        body=f"PagerDuty is not in step with the desk: {because}. The desk goes on calling people "
        "by itself. Whoever runs the desk: see /healthz and the settings of PagerDuty.",
        title="PagerDuty is not in step",
        tone="soon",
    )
