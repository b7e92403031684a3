"""What the desk says about rotas."""

from collections.abc import Iterable, Mapping, Sequence, Sized
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dutydesk.kernel.messages import Button, Message
from dutydesk.kernel.moments import span as span
from dutydesk.kernel.moments import when
from dutydesk.kernel.periods import Period
from dutydesk.rota.rules.duty import OnDuty
from dutydesk.rota.rules.plan_model import Plan
from dutydesk.rota.rules.shift_changes import Moved

_SHOWN = 6


def hours(period: Period, zone: ZoneInfo) -> str:
    """Give a period by its times alone where it is of one day: “17:00 to 22:00”."""
    start, end = period.start.astimezone(zone), period.end.astimezone(zone)
    day = "" if start.date() == end.date() else f"{end:%a} {end.day} {end:%b} "
    return f"{start:%H:%M} to {day}{end:%H:%M}"


def moves(changes: Mapping[str, Moved], zone: ZoneInfo) -> list[str]:
    """Give one person's changes as lines, the first few of them and how many more there are."""
    lines = [
        f"{verb} {duty}: {span(period, zone)}"
        for duty, change in changes.items()
        for verb, periods in (("You have", change.gained), ("You no longer have", change.lost))
        for period in periods
    ]
    if len(lines) > _SHOWN:
        lines = [*lines[:_SHOWN], f"… and {len(lines) - _SHOWN} more; your shifts page has all."]
    return lines


def on_now(covers: Iterable[OnDuty], zone: ZoneInfo, at: datetime) -> str:
    """Give who covers what, a line for each duty: “Support: Ada, until today at 17:00 GMT”."""
    return "\n".join(_covers(duty, zone, at) for duty in covers)


def _covers(duty: OnDuty, zone: ZoneInfo, at: datetime) -> str:
    until = f", until {when(duty.until, zone, at)}" if duty.until else ""
    who = f"{duty.name}{until}" if duty.name else f"nobody ({duty.why})"
    return f"{duty.duty.capitalize()}: {who}"


def shifts_changed(changes: Mapping[str, Moved], *, by: str, why: str, zone: ZoneInfo) -> Message:
    """Tell one person what changed in their shifts to come, and who changed it."""
    lines = "\n".join(moves(changes, zone))
    return Message(body=lines, title="Your shifts changed", facts=(("Changed by", f"{by}: {why}"),))


def turn_comes(*, duty: str, period: Period, before: str, now: datetime, zone: ZoneInfo) -> Message:
    """Tell somebody that a turn of theirs comes, and from whom they take over."""
    facts = (("Before you", before),) if before else ()
    return Message(
        title=f"Your {duty} turn begins {when(period.start, zone, now)}",
        body=f"{span(period, zone)}.",
        facts=facts,
    )


def turns_begun(
    turns: Iterable[tuple[str, str, str, Period]], *, now: datetime, zone: ZoneInfo
) -> Message:
    """Tell the team who has which duty from now on: duty, who, who had it before, and when."""
    lines = [
        f"{duty.capitalize()}: {name}, until {when(period.end, zone, now).removeprefix('on ')}"
        + (f", after {before}" if before else "")
        for duty, name, before, period in turns
    ]
    return Message(title="Who is on has changed", body="\n".join(lines))


def in_spite(warnings: Iterable[str], *, by: str, why: str) -> Message:
    """Tell the team what a change that couldn't be helped leaves to be seen to."""
    return Message(
        title="This needs somebody",
        body="\n".join([*warnings, "Somebody experienced has to take part of it."]),
        facts=(("Changed by", f"{by}: {why}"),),
        tone="soon",
    )


def by_day(gaps: Iterable[tuple[str, Period]], zone: ZoneInfo) -> list[str]:
    """Give uncovered hours as a line for each day, in order: duties, then parts by their name."""
    days: dict[date, dict[str, list[str]]] = {}
    for what, period in gaps:
        start, end = (moment.astimezone(zone) for moment in (period.start, period.end))
        kind, _, part = what.partition(", ")
        named = days.setdefault(start.date(), {}).setdefault(f"{kind}:" if part else kind, [])
        named.append(part or f"{start:%H:%M} to {end:%H:%M}")
    return [
        f"{day:%a} {day.day} {day:%b}: "
        + "; ".join(
            f"{what} {', '.join(whats[what])}"
            for what in sorted(whats, key=lambda what: what.endswith(":"))
        )
        for day, whats in sorted(days.items())
    ]


def holes(
    gaps: Iterable[tuple[str, Period]], *, mention: str, zone: ZoneInfo, chased: bool
) -> Message:
    """Tell the team which declared hours nobody covers yet, a line for each day."""
    lines = [f"{mention}, these hours are promised and have no name:", *by_day(gaps, zone)]
    return Message(
        title="Still nobody's" if chased else "Nobody covers this yet",
        body="\n".join(lines),
        tone="soon",
    )


def thin(period: Period, names: list[str], *, size: int, zone: ZoneInfo) -> str:
    """Say that fewer people are on support than the process says. Clause support.size."""
    return f"{len(names)} of {size} on support ({', '.join(names)}): {span(period, zone)}"


def support_thin(lines: Iterable[str]) -> Message:
    """Tell the team that its support sub-team is smaller than the process says."""
    return Message(
        title="Support has fewer people than the process says", body="\n".join(lines), tone="soon"
    )


def newcomers_alone(lines: Iterable[str], *, mention: str) -> Message:
    """Tell the team that newcomers are on call without a partner. Clause oncall.newcomers."""
    return Message(
        title="A newcomer needs a partner",
        body="\n".join([f"{mention}, somebody experienced has to take part of this:", *lines]),
        tone="soon",
    )


def cover_changed(period: Period, title: str, *, gains: bool, by: str, zone: ZoneInfo) -> Message:
    """Tell somebody that they answer in a part of a day, or no longer do."""
    verb = "You answer" if gains else "You no longer answer"
    return Message(
        title=f"{verb}: {title}", body=f"{span(period, zone)}.", facts=(("Changed by", by),)
    )


WHY_NOT = {
    "absence": "{name} is away",
    "rest": "{name} rests after or before another turn",
    "pairing": "{name} would leave a newcomer without a partner",
    "stint": "{name} is in a support stint",
    "twice": "{name} is on call there anyway",
    "fixed": "{name} has another shift that stays",
    "": "so that the rules hold for all, or more evenly",
}
KEPT_OUT = {
    "absence": "away",
    "rest": "at rest from another turn",
    "pairing": "without somebody experienced beside them",
    "stint": "in a support stint",
    "twice": "on call there anyway",
    "fixed": "kept from it by another shift",
    "": "others have carried less in the half year before",
}
RULES = {
    "absence": "people are away",
    "rest": "people rest between two turns",
    "pairing": "newcomers need somebody experienced beside them",
    "stint": "nobody is on call during their support stint",
    "fixed": "swaps, changes and shifts by hand stay as they are",
}


_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def regularly(weekdays: Iterable[int], every: int, first: date, last: date | None) -> str:
    """Say on which days of the week: “every Fri”, “every second Tue from 1 Dec 2026”."""
    which = {1: "every", 2: "every second"}.get(every, f"every {every} weeks on")
    days = ", ".join(_WEEKDAYS[day] for day in weekdays)
    until = f" until {last.day} {last:%b %Y}" if last else ""
    return f"{which} {days} from {first.day} {first:%b %Y}{until}"


def plan_found(moved: Sized, published: Sized, plan: Plan) -> str:
    """Say how many published turns change hands, and how good a plan is known to be.

    `moved` and `published` are a person's turns of a duty. The page and the command say this.
    """
    count = f"{len(moved)} of {len(published)} published turns change hands. " if published else ""
    return count + _how_good(plan)


def _how_good(plan: Plan) -> str:
    """Say how good a plan is known to be, and beside what."""
    among = "the best that moves as few published turns" if plan.moved else "the best"
    if plan.proven:
        said = f"This is proven to be within 1% of {among}."
    else:
        said = f"There may be a better one: this is within {100 * plan.gap:.1f}% of {among}."
    if plan.fewer:
        said += f" It may be done with up to {plan.fewer} fewer moved."
    return f"{said} Fairness counts hours in steps of {plan.unit:.0f} h."


def swap_offered(
    *,
    number: int,
    name: str,
    duty: str,
    period: Period,
    parts: Sequence[Period],
    asked: str,
    now: datetime,
    zone: ZoneInfo,
) -> Message:
    """Show an offer, which one press takes: a stint with each of its parts.

    Where others have some of `period` by now, what is left of it.
    """
    about = f"swap:{number}"
    left = Period(parts[0].start, parts[-1].end) if parts else period
    lines = [span(left, zone)]
    if len(parts) > 1:
        shown = [span(part, zone) for part in parts[:_SHOWN]]
        more = [f"… and {len(parts) - _SHOWN} more."] if len(parts) > _SHOWN else []
        lines = [f"{lines[0]}, in {len(parts)} parts:", *shown, *more]
    return Message(
        title=f"{name} asks: who takes this {duty} time?",
        body="\n".join(lines),
        facts=(("Asked", asked or "everybody"), ("Lapses", when(period.start, zone, now))),
        buttons=(
            Button("rota.take", about, "I'll take it", primary=True),
            Button("rota.take-back", about, "Take the offer back"),
        ),
    )


def swap_settled(*, name: str, duty: str, period: Period, outcome: str, zone: ZoneInfo) -> Message:
    """Show how an offer ended."""
    return Message(title=f"{name}'s {duty} time: {outcome}", body=span(period, zone), tone="kept")


def swap_void(*, name: str, taker: str, duty: str, period: Period, zone: ZoneInfo) -> str:
    """Say that a taken swap means nothing any more."""
    return (
        f"{taker} had taken {name}'s {duty} time in a swap, but {name} no longer has that time: "
        f"{span(period, zone)}."
    )


def offer_void(*, name: str, duty: str, period: Period, zone: ZoneInfo) -> str:
    """Say that an open offer is withdrawn, since its time is another's by now."""
    return f"{name} had offered {duty} time that {name} no longer has: {span(period, zone)}."


def swap_lapses_soon(*, name: str, duty: str, period: Period, now: datetime, zone: ZoneInfo) -> str:
    """Tell somebody that an offer lapses, and whose the time is then."""
    return (
        f"Nobody has taken {name}'s {duty} time yet ({span(period, zone)}). The offer lapses "
        f"{when(period.start, zone, now)}; then it stays with {name}."
    )


def worked_out(until: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Say how far ahead the desk knows who is on."""
    return f"Rotas are worked out until {when(until, zone, now).removeprefix('on ')}"


def shows_later(until: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Say that a change reaches beyond what its preview can show."""
    return f"{worked_out(until, zone, now)}: what this changes after that shows once it is nearer."


def beside(lines: Sequence[str]) -> str:
    """Say whom an import would put on beside whom: the first of them, and how many more."""
    more = len(lines) - 1
    times = f" (and {more} time{'' if more == 1 else 's'} more)" if more else ""
    return f"{lines[0]}{times}."


def kept_here(
    who: str,
    period: Period,
    *,
    there: bool,
    now: tuple[str, Period] | None,
    name: str,
    zone: ZoneInfo,
) -> str:
    """Say that a shift stays as people changed it here, though its source has it otherwise."""
    did = "was changed" if there else "was taken away"
    has = f"it is now {now[0]}, {span(now[1], zone)}" if now else "it is no more"
    return f"{who}, {span(period, zone)}: it {did} here, and stays so; in {name} {has}."


def away_then(who: str, period: Period, zone: ZoneInfo) -> str:
    """Say that somebody whom a file has on isn't on, being away."""
    return f"{who} is away {span(period, zone)}, so nobody is on by this file then."


def older_version(who: str, period: Period, zone: ZoneInfo) -> str:
    """Say that a shift stays, since the file has an older version of it."""
    return f"{who}, {span(period, zone)}: it stays; what this file has of it is older."


def somebody_leaves(
    why: str, gaps: Iterable[tuple[str, Period]], *, mention: str, by: str, zone: ZoneInfo
) -> Message:
    """Tell the team that somebody leaves, and which declared hours nobody covers by that."""
    days = by_day(gaps, zone)
    more = [f"… and {len(days) - _SHOWN} more days."] if len(days) > _SHOWN else []
    opens = [f"{mention}, these hours have no name now:", *days[:_SHOWN], *more]
    return Message(
        title=why,
        body="\n".join(opens if days else ["No promised hours are left without a name."]),
        facts=(("Said by", by),),
        tone="soon" if days else "plain",
    )
