"""What is said about announcements in channels."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dutydesk.announcements.rules.corrections import Rewording
from dutydesk.incidents.words import leader_words
from dutydesk.kernel.durations import compact
from dutydesk.kernel.messages import Button, Message, Notify, Tone
from dutydesk.kernel.moments import clock_time, span, when
from dutydesk.kernel.periods import Period

_HEADINGS: dict[str, tuple[str, Tone]] = {
    "planned": ("Announcement", "announcement"),
    "started": ("Announcement, in progress", "announcement"),
    "told": ("Announcement", "announcement"),
    "finished": ("Finished", "kept"),
    "cancelled": ("Called off", "kept"),
}


def announcement(
    *,
    about: str,
    state: str,
    title: str,
    text: str,
    facts: Iterable[tuple[str, str]],
    notify: Notify = "",
) -> Message:
    """Give the broadcast as it stands in a channel, which is rewritten as the work goes on.

    `state`: the announcement's, or `told` for news that was all said at once.
    """
    heading, tone = _HEADINGS[state]
    return Message(
        text,
        title=f"{heading}: {title}",
        facts=tuple((name, value) for name, value in facts if value),
        buttons=(Button("announcement.show", about, "See the announcement"),),
        tone=tone,
        notify=notify,
    )


def window(planned: Period | None, zone: ZoneInfo) -> str:
    """Say when the work is; nothing for news."""
    return span(planned, zone) if planned is not None else ""


def next_updates(due: Sequence[datetime], zone: ZoneInfo, now: datetime) -> str:
    """Say when people hear next, each promised time in order; nothing if nothing is promised."""
    return ", ".join(when(one, zone, now) for one in due)


def update(*, title: str, text: str, next_due: str) -> Message:
    """Tell how it goes, and when people hear next."""
    facts = (("Next update", next_due),) if next_due else ()
    return Message(text, title=f"Update: {title}", facts=facts, tone="announcement")


def over(*, title: str, text: str, cancelled: bool) -> Message:
    """Tell that it is over, or that it does not take place."""
    return Message(text, title=f"{'Called off' if cancelled else 'Finished'}: {title}", tone="kept")


def started(title: str) -> Message:
    """Tell that the work has begun."""
    return Message("The work has begun.", title=f"Started: {title}", tone="announcement")


def leader_letter(
    *,
    title: str,
    text: str,
    impact: str,
    planned: Period | None,
    next_at: datetime | None,
    link: str,
    zone: ZoneInfo,
    at: datetime,
) -> Message:
    """Give what those who tell senior leadership read: short, and what it means for users."""
    lines = [
        leader_words.brief(text),
        f"For users: {leader_words.brief(impact)}" if impact else "",
        f"When: {window(planned, zone)}" if planned else "",
        f"Next word: {when(next_at, zone, at)}" if next_at else "",
    ]
    return Message("\n".join(filter(None, [*lines, f"\nAll of it: {link}"])), title=title)


def overlap(*, title: str, services: Iterable[str], times: str, incident: bool) -> str:
    """Point out what is on the same services at the same time."""
    what = f"the open incident “{title}”" if incident else f"“{title}” ({times})"
    return f"It runs into {what} on {', '.join(services)}."


def out_of_hours(hours: str) -> str:
    """Point out that nobody may be there to help while the work goes on."""
    return f"Part of it is outside “{hours}”: say who is there for people who are affected."


def mute_reason(title: str) -> str:
    """Say why the services' alarms are quiet."""
    return f"Planned work: {title}"


_NAMES = {
    "text": "what is done",
    "impact": "what to expect",
    "agreed_with": "agreed with",
}


def difference(one: Rewording, zone: ZoneInfo, now: datetime) -> str:
    """Say what is said otherwise than before."""
    match one.what:
        case "title":
            return f"it is called “{one.now}”, no longer “{one.was}”"
        case "services":
            listed, before = (", ".join(names) or "none" for names in (one.now, one.was))
            return f"the services are {listed} (before: {before})"
        case "window":
            return f"it is {window(one.now, zone)} (before: {window(one.was, zone)})"
        case "updates":
            told, before = (next_updates(due, zone, now) or "none" for due in (one.now, one.was))
            return f"updates come {told} (before: {before})"
        case _:
            told, before = (f"“{text}”" if text else "nothing" for text in (one.now, one.was))
            return f"{_NAMES[one.what]}: {told} (before: {before})"


def corrected(*, title: str, said: str, by: str, reason: str) -> Message:
    """Tell everybody who was told what was put right, and why."""
    body = f"{by} corrected this: {said}. Why: {reason}"
    return Message(body, title=f"Corrected: {title}", tone="announcement")


def on_day(day: date) -> str:
    """Give a day: “Tue 1 Dec 2026”."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def not_announced(*, title: str, day: date, why: str) -> str:
    """Say that a time of recurring work was left out."""
    return f"“{title}” of {on_day(day)} was not announced. {why}"


def series_failed(*, about: str, text: str, mention: str) -> Message:
    """Tell the team that a time of recurring work could not be announced."""
    button = Button("series.show", about, "See what comes again")
    return Message(
        f"{mention} {text}".strip(), title="Not announced", buttons=(button,), tone="soon"
    )


def worth_a_look(*, about: str, title: str, said: Iterable[str]) -> Message:
    """Point out to the team what recurring work runs into this time."""
    button = Button("announcement.show", about, "See the announcement")
    return Message(" ".join(said), title=f"Worth a look: {title}", buttons=(button,), tone="soon")


def holiday(day: date, name: str) -> str:
    """Point out that work is on a public holiday."""
    return f"{on_day(day)} is a public holiday: {name}."


def since(due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Give when something was due, and how long ago that is: “10:00 GMT, 20m ago”."""
    ago = now - due_at
    past = f", {compact(ago)} ago" if ago >= timedelta(minutes=1) else ""
    return f"{clock_time(due_at, zone)}{past}"


def was_to_begin(text: str, due: str) -> str:
    """Say that work was to begin: `text` is what is owed."""
    return f"{text}: it was to begin at {due}."


def was_to_end(text: str, due: str) -> str:
    """Say that work was to be over, and what it does meanwhile."""
    return f"{text}: it was to be over at {due}. Until somebody says so, it overruns."


def has_it_begun(*, about: str, text: str, owner: str) -> Message:
    """Ask whether work has begun whose time has come, with the buttons that answer."""
    return Message(
        body=text,
        title="Has it begun?",
        facts=(("Owed by", owner),),
        buttons=(
            Button("announcement.start", about, "It has begun", primary=True),
            Button("announcement.move", about, "Another time…"),
            Button("announcement.cancel", about, "Call it off…"),
        ),
        tone="high",
    )


def is_it_off(*, about: str, title: str, due: str, names: Sequence[str], mention: str) -> Message:
    """Ask once more, and for the last time, what became of work that nobody says has begun."""
    whom = f"{' and '.join(names)}: " if names else f"{mention} ".lstrip()
    return Message(
        body=f"{whom}“{title}” was to begin at {due}, and nobody said that it has. Is it off? "
        "Nobody is asked any more.",
        title="Is it off?",
        buttons=(
            Button("announcement.cancel", about, "Call it off…", primary=True),
            Button("announcement.start", about, "It has begun"),
            Button("announcement.move", about, "Another time…"),
        ),
        tone="high",
    )


def is_it_over(*, about: str, text: str, owner: str) -> Message:
    """Ask whether work is over whose end has come, with the buttons that answer."""
    return Message(
        body=text,
        title="Is it finished?",
        facts=(("Owed by", owner),),
        buttons=(
            Button("announcement.done", about, "It is finished", primary=True),
            Button("announcement.finish", about, "Finish, with a word…"),
            Button("announcement.move", about, "It takes longer…"),
        ),
        tone="high",
    )
