"""What is said about routines, in posts and on screens."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from dutydesk.kernel.messages import Button, Message
from dutydesk.kernel.moments import span, when
from dutydesk.kernel.periods import Period
from dutydesk.rota.rules.duty import Coming

SHOWN = 5
_SHORT = 48


def _many(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def _since(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    return when(at, zone, now).removeprefix("today at ").removeprefix("on ")


def alarm_line(title: str, severity: str, since: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Name an alarm that nobody has looked at."""
    return f"{title} ({severity}, since {_since(since, zone, now)})"


def seen_alarm_line(title: str, state: str, since: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Name an alarm that is looked after, or over."""
    how = "over" if state == "resolved" else "looked after"
    return f"{title} ({how}; came {_since(since, zone, now)})"


def alarms(count: int, left: int) -> str:
    """Say how many alarms there are, and how many of them nobody has looked at."""
    if not count:
        return "No alarm came"
    which = str(left) if left < count else "it" if left == 1 else "any"
    waits = f"nobody has looked at {which}" if left else "each is looked after or over"
    return f"{_many(count, 'alarm')}; {waits}"


def request_line(number: str, title: str) -> str:
    """Name a request on the board."""
    return f"{number} {title}"


def requests(left: int) -> str:
    """Say how many requests nobody took."""
    return f"{_many(left, 'request')} nobody took" if left else "Every request is looked at"


def backlog(count: int, *, works: bool) -> str:
    """Say how many requests wait in the backlog."""
    if not count:
        return "The backlog is empty"
    said = f"{_many(count, 'request')} in the backlog"
    return said if works else f"{said}, and nobody works on any request"


def work_line(number: str, title: str, who: str, column: str) -> str:
    """Name a request that somebody works on."""
    return f"{number} {title} ({who}; {column})"


def work(count: int, left: int) -> str:
    """Say how many requests are worked on, and of how many nothing was written for long."""
    if not count:
        return "Nobody works on a request"
    said = f"{_many(count, 'request')} worked on"
    return f"{said}; nothing was written about {left} for long" if left else said


def question_line(title: str, asker: str) -> str:
    """Name a question without an answer."""
    return f"{title} ({asker})"


def questions(count: int, left: int) -> str:
    """Say how many questions go on, and how many of them have no answer."""
    if left:
        return f"{_many(left, 'question')} without an answer"
    return f"Every question is answered; {count} still open" if count else "No question is open"


def incident_line(title: str, priority: str, lead: str, *, late: bool) -> str:
    """Name an incident in progress, and what it lacks."""
    said = f"{title} ({priority}; {lead + ' leads' if lead else 'nobody leads'}"
    return f"{said}; something is overdue)" if late else f"{said})"


def incidents(count: int, left: int) -> str:
    """Say how many incidents go on, and how many of them lack something."""
    if not count:
        return "No incident is in progress"
    said = f"{_many(count, 'incident')} in progress"
    return f"{said}; {left} without a lead or with something overdue" if left else said


def promise_line(text: str, owner: str, due: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Name a promise, with who owes it by when."""
    return f"{text} ({owner}, due {when(due, zone, now)})"


def promises(count: int) -> str:
    """Say how much is promised until the next working day."""
    return f"{_many(count, 'promise')} to keep" if count else "Nothing is promised"


def planned_line(title: str, services: str, window: Period, zone: ZoneInfo) -> str:
    """Name planned work, with its services and times."""
    of = f" on {services}" if services else ""
    return f"{title}{of}, {span(window, zone)}"


def planned(count: int) -> str:
    """Say how much work is planned until the next working day."""
    if not count:
        return "No work is planned until the next working day"
    return f"{_many(count, 'piece')} of planned work until the next working day"


@dataclass(frozen=True, slots=True)
class ItemShown:
    """An item as a post shows it. `lines`: the first things left, each with its address.

    `pressed`: it is done by a press, and not only by what is so.
    """

    about: str
    text: str
    pressed: bool
    done: bool
    done_by: str
    says: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]
    more: int


def _item(one: ItemShown) -> str:
    mark = "✅" if one.done else "⬜"
    by = f" ({one.done_by})" if one.done_by else ""
    says = f": {'; '.join(one.says)}." if one.says else ""
    lines = [f"{mark} {one.text}{by}{says}"]
    if not one.done:
        lines += [f"  • {text}: {link}" for text, link in one.lines]
        lines += [f"  • and {one.more} more"] if one.more else []
    return "\n".join(lines)


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1].rstrip()}…"


def _button(one: ItemShown) -> Button | None:
    if not one.done and one.pressed:
        return Button("routine.done", one.about, f"Done: {_short(one.text)}")
    if one.done_by:
        return Button("routine.undo", one.about, f"Not done: {_short(one.text)}")
    return None


def checklist(
    *,
    about: str,
    title: str,
    items: Sequence[ItemShown],
    turn: str,
    due: str,
    standing: bool,
    urgent: bool,
) -> Message:
    """Give a routine's one post as it stands, which is rewritten as the day goes on.

    `urgent`: it is late, or nobody's turn.
    """
    left = sum(not one.done for one in items)
    nothing = "nothing waits" if standing else "all done"
    all_done = nothing if left == 0 else f"{left} of {len(items)} left"
    return Message(
        "\n".join(_item(one) for one in items),
        title=f"{title}: {all_done}",
        facts=(("Whose turn", turn), ("By", due)),
        buttons=(
            *(button for one in items if (button := _button(one)) is not None),
            Button("routine.show", about, "See the checklist"),
        ),
        tone="kept" if not left else "high" if urgent else "soon",
    )


def nobody(duty: str, coming: Coming | None, lead: str, zone: ZoneInfo, now: datetime) -> str:
    """Say that a routine is nobody's turn, who has the duty next, and who leads support."""
    said = [f"Nobody is on {duty}"]
    if coming is not None:
        said.append(f"{coming.name} is next, from {when(coming.at, zone, now).removeprefix('on ')}")
    if lead:
        said.append(f"{lead} leads support")
    return "; ".join(said)


def turn(names: Sequence[str], *, together: bool) -> str:
    """Name those whose turn it is."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {'and' if together else 'or'} {names[-1]}"


def reminder(*, about: str, title: str, who: str, left: Iterable[str], due: str) -> Message:
    """Remind those whose turn it is of what is left, before it is due."""
    listed = "".join(f"\n• {text}" for text in left)
    return Message(
        f"{who}: {title} is to be done {due}. Still left:{listed}",
        buttons=(Button("routine.show", about, "See the checklist", primary=True),),
        tone="soon",
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that has waited for long. `triage`: somebody can say that they looked at it."""

    about: str
    text: str
    link: str
    triage: bool

    @property
    def name(self) -> str:
        """Give what a button calls it: a request by its number alone, which quotes nobody."""
        first, _, rest = self.text.partition(" ")
        return first if rest and first.startswith("#") else self.text


def waiting(*, who: str, length: str, things: Sequence[Waiting]) -> Message:
    """Point kindly at what has waited for long; the first few of it by name."""
    shown = things[:SHOWN]
    listed = "".join(f"\n• {one.text}: {one.link}" for one in shown)
    more = len(things) - len(shown)
    rest = f"\n• and {more} more" if more else ""
    them = "this has" if len(things) == 1 else "these have"
    return Message(
        f"{who}: when you have a moment, {them} waited for more than {length} without anybody "
        f"looking:{listed}{rest}",
        buttons=tuple(
            Button("routine.triage", one.about, f"I've looked: {_short(one.name)}")
            for one in shown
            if one.triage
        ),
        tone="soon",
    )
