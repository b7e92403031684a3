"""Who was on call when, how long they worked, and what each person carried."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Min, QuerySet, Sum, Value
from django.db.models.functions import Greatest, Least

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows.statements import CLOCK, between, clock_values, read
from dutydesk.measures.rules.call_turns import (
    CallShift,
    DutyTurn,
    PersonLoad,
    TurnPart,
    call_turns,
)
from dutydesk.people.models import Engineer
from dutydesk.process.rules.hours import Clock
from dutydesk.rota.models import Duty, Shift


def _shifts_in(span: Period, *duties: str) -> QuerySet[Shift]:
    return Shift.objects.filter(
        duty__in=duties, cancelled_at=None, end__gt=span.start, start__lt=span.end
    )


def shifts(span: Period, *duties: str) -> list[CallShift]:
    """Give the shifts of these duties that have any of `span`, whole."""
    found = _shifts_in(span, *duties).order_by("start", "id")
    rows = found.values_list("engineer", "start", "end", "turn")
    return [CallShift(who, Period(start, end), turn) for who, start, end, turn in rows]


def turns(span: Period) -> list[DutyTurn]:
    """Give the turns at primary on call that have any of `span`, each from its true beginning."""
    near = _shifts_in(span, Duty.PRIMARY).aggregate(start=Min("start"), end=Max("end"))
    if near["start"] is None:
        return []
    every = shifts(Period(**near), Duty.PRIMARY)
    return [one for one in call_turns(every) if one.period.overlap(span)]


@dataclass(frozen=True, slots=True)
class CallWork:
    """How long somebody had a page or an incident in their hands, in a turn (None: in none)."""

    engineer: int
    turn: int | None
    worked: timedelta
    out_of_hours: timedelta


_WEEK = "floor(date_part('epoch', {}) / 604800)::int"
"""The number of a week: what is joined by it first has few others to be compared with."""
_INCIDENT = "NOT i.exercise AND i.state IN ('open', 'resolved')"
_WORK = f"""
, work AS (
  SELECT acknowledged_by_id AS who, acknowledged_at AS began, coalesce(settled_at, %(at)s) AS ended
  FROM oncall_page
  WHERE only_id IS NULL AND acknowledged_by_id IS NOT NULL AND acknowledged_at < %(end)s
    AND raised_at < %(end)s  -- As it follows: nobody has a page before it is raised.
    AND coalesce(settled_at, 'infinity'::timestamptz) > %(start)s
  UNION ALL
  SELECT t.engineer_id, t.began, t.ended
  FROM incidents_roleterm t JOIN incidents_incident i ON i.id = t.incident_id
  WHERE t.role = 'lead' AND t.began < %(end)s AND t.ended > %(start)s AND {_INCIDENT}
  UNION ALL
  SELECT t.engineer_id, t.began, coalesce(i.resolved, %(at)s)
  FROM incidents_incident i JOIN incidents_roleterm t ON t.incident_id = i.id
  WHERE t.role = 'lead' AND t.ended IS NULL AND t.began < %(end)s
    AND coalesce(i.resolved, 'infinity'::timestamptz) > %(start)s AND {_INCIDENT}
), on_call AS (
  SELECT s.*, week FROM unnest(%(people)s::bigint[], %(begins)s::timestamptz[],
    %(until)s::timestamptz[], %(parts)s::int[]) AS s (who, began, ended, part),
    generate_series({_WEEK.format("s.began")}, {_WEEK.format("s.ended")}) AS week
), weekly AS (
  SELECT w.*, week FROM work w, generate_series(
    {_WEEK.format("greatest(w.began, %(start)s)")}, {_WEEK.format("least(w.ended, %(end)s)")}
  ) AS week WHERE w.began < w.ended
), whole AS (
  SELECT o.who, o.part, unnest(range_agg(
    tstzrange(greatest(w.began, o.began), least(w.ended, o.ended)))) AS spell
  FROM on_call o JOIN weekly w USING (who, week)
  WHERE w.began < o.ended AND w.ended > o.began GROUP BY o.who, o.part
), spells AS (
  SELECT who, part, lower(spell) AS began, upper(spell) AS ended FROM whole
), counted AS MATERIALIZED (
  SELECT who, part, ended - began AS worked,
         date_part('epoch', ended - began) - {between("began", "ended")} AS out
  FROM spells CROSS JOIN clock
)
SELECT part, who, sum(worked), sum(out) FROM counted GROUP BY 1, 2
"""


def work_by_part(
    parts: Sequence[TurnPart], working: Clock, at: datetime
) -> list[dict[int, tuple[timedelta, timedelta]]]:
    """Give by engineer how long they worked in each of these parts of turns, which rise.

    From the acknowledgement of a page, and from taking the lead of an incident, until that is over
    or somebody else has it; as far as it lies in the part and they were on call then; each moment
    once. The second is as much of it as was out of hours.
    """
    found: list[dict[int, tuple[timedelta, timedelta]]] = [{} for _ in parts]
    whole = Period(parts[0].period.start, parts[-1].period.end)
    had = list(_in_parts(shifts(whole, Duty.PRIMARY, Duty.SECONDARY), parts))
    if not had:
        return found
    values: dict[str, Any] = {
        "start": whole.start,
        "end": whole.end,
        "at": at,
        "people": [who for who, _, _ in had],
        "begins": [part.start for _, part, _ in had],
        "until": [part.end for _, part, _ in had],
        "parts": [number for _, _, number in had],
        **clock_values(working, whole),
    }
    for part, who, worked, out in read(f"WITH {CLOCK} {_WORK}", values):
        found[part][who] = worked, timedelta(seconds=round(out, 3))
    return found


def worked_in(work: Iterable[CallWork]) -> dict[int, tuple[timedelta, timedelta]]:
    """Give by turn what all people worked in it, and what of that was out of hours."""
    found: dict[int, tuple[timedelta, timedelta]] = {}
    for one in work:
        if one.turn is not None:
            long, out = found.get(one.turn, (timedelta(), timedelta()))
            found[one.turn] = (long + one.worked, out + one.out_of_hours)
    return found


def _in_parts(
    shifts_: Iterable[CallShift], parts: Sequence[TurnPart]
) -> Iterator[tuple[int, Period, int]]:
    """Give everybody's time on call, cut by the parts that it lies in; shifts rise."""
    ends = [one.period.end for one in parts]
    for shift in shifts_:
        for number in range(bisect_right(ends, shift.period.start), len(parts)):
            mine = shift.period.overlap(parts[number].period)
            if mine is None:
                break
            yield shift.engineer, mine, number


def loads(
    span: Period,
    at: datetime,
    worked: Iterable[CallWork],
    called: Mapping[int, tuple[int, int, int]],
) -> list[PersonLoad]:
    """Give what each person carried in `span`, in the order of their names.

    `called`: the pages that called them, in all, out of hours and in the night.
    """
    seen = Period(span.start, max(span.start, min(span.end, at)))
    shared = Sum(Least("end", Value(seen.end)) - Greatest("start", Value(seen.start)))
    had = _shifts_in(seen, Duty.PRIMARY, Duty.SECONDARY).values("engineer")
    rows = had.annotate(long=shared).values_list("engineer", "long")
    on_call = dict(rows) if seen.length else {}
    spent: dict[int, tuple[timedelta, timedelta]] = {}
    for one in worked:
        long, out = spent.get(one.engineer, (timedelta(), timedelta()))
        spent[one.engineer] = (long + one.worked, out + one.out_of_hours)
    people = set(called) | set(on_call)
    names = Engineer.objects.filter(pk__in=people).order_by("name").values_list("pk", "name")
    nothing = (timedelta(), timedelta())
    return [
        PersonLoad(who, name, on_call.get(who, timedelta()), *pages, *had)
        for who, name in names
        for pages, had in [(called.get(who, (0, 0, 0)), spent.get(who, nothing))]
    ]
