"""What each person on call carried: time, pages, and hours of work."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows.page_figures import NIGHT, PAGED, page_values
from dutydesk.measures.flows.statements import CLOCK, between, clock_values, read, runs
from dutydesk.measures.rules.call_turns import CallShift, DutyTurn, PersonLoad, call_turns
from dutydesk.people.models import Engineer
from dutydesk.process.rules.hours import Clock
from dutydesk.rota.models import Duty, Shift


def shifts(span: Period, *duties: str) -> list[CallShift]:
    """Give the shifts of these duties that have any of `span`, whole."""
    found = Shift.objects.filter(
        Q(duty__in=duties), cancelled_at=None, end__gt=span.start, start__lt=span.end
    )
    rows = found.order_by("start", "id").values_list("engineer", "start", "end", "turn")
    return [CallShift(who, Period(start, end), turn) for who, start, end, turn in rows]


def turns(span: Period) -> list[DutyTurn]:
    """Give the turns at primary on call that have any of `span`, each from its true beginning."""
    near = shifts(span, Duty.PRIMARY)
    if not near:
        return []
    whole = Period(min(one.period.start for one in near), max(one.period.end for one in near))
    return [one for one in call_turns(shifts(whole, Duty.PRIMARY)) if one.period.overlap(span)]


@dataclass(frozen=True, slots=True)
class CallWork:
    """How long somebody had a page or an incident in their hands, in a turn (None: in none)."""

    engineer: int
    turn: int | None
    worked: timedelta
    out_of_hours: timedelta


_WEEK = "floor(date_part('epoch', {}) / 604800)::int"
"""The number of a week: what is joined by it first has few others to be compared with."""
WORK = f"""
, work AS (
  SELECT acknowledged_by_id AS who, acknowledged_at AS began, coalesce(settled_at, %(now)s) AS ended
  FROM oncall_page
  WHERE only_id IS NULL AND raised_at >= %(start)s AND raised_at < %(end)s
    AND acknowledged_by_id IS NOT NULL
  UNION ALL
  SELECT t.engineer_id, t.began, coalesce(t.ended, i.resolved, %(now)s)
  FROM incidents_incident i JOIN incidents_roleterm t ON t.incident_id = i.id
  WHERE i.declared >= %(start)s AND i.declared < %(end)s
    AND t.role = 'lead' AND NOT i.exercise AND i.state IN ('open', 'resolved')
), on_call AS (
  SELECT s.*, week FROM unnest(%(people)s::bigint[], %(begins)s::timestamptz[],
    %(until)s::timestamptz[], %(turns)s::int[]) WITH ORDINALITY
      AS s (who, began, ended, turn, part),
    generate_series({_WEEK.format("s.began")}, {_WEEK.format("s.ended")}) AS week
), weekly AS (
  SELECT w.*, week FROM work w,
    generate_series({_WEEK.format("w.began")}, {_WEEK.format("w.ended")}) AS week
  WHERE w.began < w.ended
), whole AS (
  SELECT o.who, o.turn, unnest(range_agg(
    tstzrange(greatest(w.began, o.began), least(w.ended, o.ended)))) AS spell
  FROM on_call o JOIN weekly w USING (who, week)
  WHERE w.began < o.ended AND w.ended > o.began GROUP BY o.who, o.turn, o.part
), parts AS (
  SELECT who, turn, lower(spell) AS began, upper(spell) AS ended FROM whole
), counted AS MATERIALIZED (
  SELECT who, turn, ended - began AS worked,
         date_part('epoch', ended - began) - {between("began", "ended")} AS out
  FROM parts CROSS JOIN clock
)
SELECT who, turn, sum(worked), sum(out) FROM counted GROUP BY 1, 2
"""


def work(span: Period, turns_: list[DutyTurn], working: Clock, at: datetime) -> list[CallWork]:
    """Give how long people on call had pages and incidents in their hands, by person and turn.

    From the acknowledgement of a page that was raised in `span`, and from taking the lead of an
    incident that was declared in it, until that is over or somebody else has it; as far as they
    were on call then; each moment once.
    """
    till_now = Period(span.start, max(span.start, at))
    had = _in_turns(till_now, turns_)
    if not had:
        return []
    values = {
        "start": span.start,
        "end": span.end,
        "now": at,
        "people": [who for who, _, _ in had],
        "begins": [part.start for _, part, _ in had],
        "until": [part.end for _, part, _ in had],
        "turns": [number for _, _, number in had],
        **clock_values(working, till_now),
    }
    rows = read(f"WITH {CLOCK} {WORK}", values)
    return [
        CallWork(who, None if turn < 0 else turn, worked, timedelta(seconds=round(out, 3)))
        for who, turn, worked, out in rows
    ]


def worked_in(work_: Iterable[CallWork]) -> dict[int, tuple[timedelta, timedelta]]:
    """Give by turn what all people worked in it, and what of that was out of hours."""
    found: dict[int, tuple[timedelta, timedelta]] = {}
    for one in work_:
        if one.turn is not None:
            long, out = found.get(one.turn, (timedelta(), timedelta()))
            found[one.turn] = (long + one.worked, out + one.out_of_hours)
    return found


def _in_turns(span: Period, turns_: list[DutyTurn]) -> list[tuple[int, Period, int]]:
    """Give everybody's time on call in `span`, cut by the turns that it lies in; -1 for none."""
    found: list[tuple[int, Period, int]] = []
    for shift in shifts(span, Duty.PRIMARY, Duty.SECONDARY):
        part = shift.period.overlap(span)
        while part is not None:
            number, ends = _turn_at(turns_, part.start)
            cut = min(part.end, ends or part.end)
            found.append((shift.engineer, Period(part.start, cut), number))
            part = Period(cut, part.end) if cut < part.end else None
    return found


def _turn_at(turns_: list[DutyTurn], at: datetime) -> tuple[int, datetime | None]:
    """Give the number of the turn at a moment, -1 for none, and when that changes."""
    for number, turn in enumerate(turns_):
        if at < turn.period.start:
            return -1, turn.period.start
        if at in turn.period:
            return number, turn.period.end
    return -1, None


_CALLS = f"""
, judged AS MATERIALIZED (
  SELECT c.engineer_id, c.page_id, NOT {runs("c.at")} AS out,
         date_part('hour', c.at AT TIME ZONE %(zone)s) AS hour
  FROM oncall_call c JOIN paged p ON p.id = c.page_id CROSS JOIN clock WHERE NOT c.skipped
)
SELECT engineer_id, count(DISTINCT page_id), count(DISTINCT page_id) FILTER (WHERE out),
       count(DISTINCT page_id) FILTER (WHERE {NIGHT})
FROM judged GROUP BY 1
"""


def loads(
    span: Period, working: Clock, zone: str, at: datetime, worked: list[CallWork]
) -> list[PersonLoad]:
    """Give what each person carried in `span`, in the order of their names."""
    values = page_values(span, zone, at)
    values |= clock_values(working, Period(span.start, max(span.end, at)))
    rows = read(f"WITH {CLOCK}, {PAGED} {_CALLS}", values)
    calls = {who: (pages, out, night) for who, pages, out, night in rows}
    on_call: dict[int, timedelta] = {}
    seen = Period(span.start, max(span.start, min(span.end, at)))
    for shift in shifts(span, Duty.PRIMARY, Duty.SECONDARY):
        if part := shift.period.overlap(seen):
            on_call[shift.engineer] = on_call.get(shift.engineer, timedelta()) + part.length
    spent: dict[int, tuple[timedelta, timedelta]] = {}
    for one in worked:
        long, out = spent.get(one.engineer, (timedelta(), timedelta()))
        spent[one.engineer] = (long + one.worked, out + one.out_of_hours)
    people = set(calls) | set(on_call)
    names = Engineer.objects.filter(pk__in=people).order_by("name").values_list("pk", "name")
    nothing = (timedelta(), timedelta())
    return [
        PersonLoad(who, name, on_call.get(who, timedelta()), *called, *had)
        for who, name in names
        for called, had in [(calls.get(who, (0, 0, 0)), spent.get(who, nothing))]
    ]
