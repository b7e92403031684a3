"""What no rota may have: newcomers alone, one person primary and secondary at once."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from django.db.models import DurationField, ExpressionWrapper, F, Max, Sum

from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import roster
from dutydesk.rota.models import Absence, ExperienceMark, Shift
from dutydesk.rota.rules import newcomers, shares
from dutydesk.rota.rules.newcomers import Alone, Experience
from dutydesk.rota.rules.schedule import OnShift

ON_CALL = ("primary", "secondary")
_FOREVER = datetime.max.replace(tzinfo=UTC)


class PairingRefused(Refused):
    """A newcomer would be on call without anybody experienced."""


class BothRefused(Refused):
    """Somebody would be primary and secondary at once."""


def experience(at: datetime, *, who_left: bool = False) -> Experience:
    """Give who is new to being on call and who is experienced, at `at`; with `who_left` too."""
    rules = process.in_force().on_call
    length = ExpressionWrapper(F("end") - F("start"), output_field=DurationField())
    served = dict(
        Shift.objects.filter(duty__in=ON_CALL, end__lte=at, cancelled_at=None)
        .values_list("engineer")
        .annotate(time=Sum(length))
        .order_by()
    )
    people = Engineer.objects.all() if who_left else Engineer.objects.filter(active=True)
    return newcomers.experience(
        people.values_list("pk", flat=True),
        turns={who: newcomers.finished_turns(t, rules.turn.length) for who, t in served.items()},
        marked=dict(ExperienceMark.objects.values_list("engineer", "experienced")),
        rules=rules.newcomers,
    )


_Shifts = Mapping[str, list[OnShift]]


def check(before: _Shifts, after: _Shifts, *, at: datetime, anyway: bool) -> list[str]:
    """Refuse what is worse than it was; give what to warn of. Clause oncall.newcomers."""
    _check_both(after)
    known = experience(at, who_left=True)  # Who left was a partner before, and isn't after.
    was, now = (
        newcomers.alone([s for duty in ON_CALL for s in shifts[duty]], known)
        for shifts in (before, after)
    )
    worse = newcomers.newly(was, now)
    if not worse:
        return []
    if not known.experienced:
        return [_NOBODY]
    reason = _reason(worse)
    if anyway:
        return [reason]
    raise PairingRefused(reason, _remedy(worse[0], known, before, after))


_NOBODY = "Nobody on the team counts as experienced yet, so nobody's partner is checked."


def _on_call(span: Period) -> list[OnShift]:
    return [shift for duty in ON_CALL for shift in roster.on_shifts(span, duty)]


def alone_in(span: Period, *, at: datetime) -> list[Alone]:
    """Give when newcomers are on call in `span` without anybody experienced, as things stand.

    None where nobody counts as experienced yet. Clause oncall.newcomers.
    """
    known = experience(at, who_left=True)
    if not known.experienced:
        return []
    found = newcomers.alone(_on_call(span), known)
    return [one for one in found if one.period.overlap(span) is not None]


def told_alone(found: Iterable[Alone]) -> list[str]:
    """Give them as lines for people, in order of time."""
    rows = sorted(found, key=lambda one: one.period)
    names = dict(Engineer.objects.values_list("pk", "name"))
    zone = process.in_force().zone
    return [
        f"{names[one.newcomer]} is new to being on call and is on without anybody experienced: "
        f"{words.span(one.period, zone)}"
        for one in rows
    ]


def worse_since(before: Experience, *, at: datetime) -> list[str]:
    """Give what to warn of where somebody's standing changed since `before`."""
    shifts = _on_call(Period(at, _FOREVER))
    after = experience(at, who_left=True)
    was, now = (
        [one for one in newcomers.alone(shifts, known) if one.period.end > at]
        for known in (before, after)
    )
    worse = newcomers.newly(was, now)
    if not worse:
        return []
    return [_reason(worse)] if after.experienced else [_NOBODY]


def _check_both(after: _Shifts) -> None:
    found = newcomers.both(after["primary"], after["secondary"])
    if found:
        engineer, period = found[0]
        name = Engineer.objects.get(pk=engineer).name
        zone = process.in_force().zone
        others = _names(_free(period, after))
        raise BothRefused(
            f"{name} would be primary and secondary at once: {words.span(period, zone)}.",
            f"Give one of the two to somebody else: {others or 'nobody is free'}.",
        )


def _reason(worse: list[Alone]) -> str:
    first = worse[0]
    name = Engineer.objects.get(pk=first.newcomer).name
    span = words.span(first.period, process.in_force().zone)
    times = len(worse) - 1
    more = f" (and {times} time{'' if times == 1 else 's'} more)" if times else ""
    return (
        f"{name} is new to being on call and would be on without anybody experienced: {span}{more}."
    )


def _remedy(one: Alone, known: Experience, *shifts: _Shifts) -> str:
    able = [person for person in _free(one.period, *shifts) if person in known.experienced]
    if not able:
        return "Nobody experienced is free then; choose other times."
    first = (
        " As nobody is on call yet, enter the experienced person first, and the newcomer second."
    )
    return f"Who could do it instead: {_names(able)}.{first if _alone_on_call(one, shifts) else ''}"


def _alone_on_call(one: Alone, shifts: Iterable[_Shifts]) -> bool:
    """Say whether nobody else is on call then at all: as when a rota is begun by hand."""
    return not any(
        shift.engineer != one.newcomer and shift.period.overlap(one.period)
        for some in shifts
        for duty in ON_CALL
        for shift in some[duty]
    )


def _free(period: Period, *shifts: _Shifts) -> list[int]:
    """Give who has nothing on call then and is not away, who had it longest ago first."""
    away = Absence.objects.filter(end__gt=period.start, start__lt=period.end, wish=False)
    busy = [(row.engineer_id, row.period) for row in away]
    busy += [
        (shift.engineer, shift.period)
        for some in shifts
        for duty in ON_CALL
        for shift in some[duty]
    ]
    people = list(Engineer.objects.filter(active=True).values_list("pk", flat=True))
    last = dict(
        Shift.objects.filter(duty__in=ON_CALL, end__lte=period.start, cancelled_at=None)
        .values_list("engineer")
        .annotate(last=Max("end"))
        .order_by()
    )
    free = list(newcomers.free(people, period, busy))
    line: list[int] = []
    while (best := shares.next_in_line(free, busy=line, last_end=last)) is not None:
        line.append(best)
    return line


def _names(people: Iterable[int]) -> str:
    first = list(people)[:3]
    names = dict(Engineer.objects.filter(pk__in=first).values_list("pk", "name"))
    return ", ".join(names[person] for person in first)
