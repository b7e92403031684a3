"""The weeks: every rota, its holes and its swaps at a glance; and one shift of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from dutydesk.kernel import bounds
from dutydesk.kernel.forms import Field, Form, number_from
from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows.zones import read_zone
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Process
from dutydesk.rota import words
from dutydesk.rota.flows import (
    absences,
    cover_nominations,
    coverage,
    planned_work,
    roster,
    staffing,
    step_up,
    swaps,
    workload,
)
from dutydesk.rota.models import Duty, Rotation, Shift, Swap
from dutydesk.rota.rules.duty import why
from dutydesk.rota.rules.week_chart import (
    DAY,
    DrawnShift,
    Duties,
    Week,
    change,
    holiday,
    midnight,
    monday,
    week,
)
from dutydesk.web.fields import said
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.sent_forms import read_sent, row_field, typed

WEEKS = 5
COVER_DAYS = 7
HOLE_DAYS = 12
_TAKE_NOW = Form(
    "Take it now",
    "Take it now",
    (Field("instead", "Instead of you", "hidden", False, rule=number_from(1, bounds.LARGEST)),),
)
_TAKE_PART = Form("Take it", "Take", (row_field("part", "Take"),))


@rule("anyone")
def shifts(request: DeskRequest) -> HttpResponse:
    """Show who is on now, the weeks from a chosen one on, and who answers in the days ahead."""
    return _weeks(request)


def _weeks(request: DeskRequest, refusal: Refused | None = None) -> HttpResponse:
    current, zone = process.in_force(), read_zone(request.person.zone)
    first = _first(request, current.zone.key)
    chosen = request.GET.get("who", "")
    span = Period(midnight(first, current.zone), midnight(first + WEEKS * 7 * DAY, current.zone))
    whose = list(workload.had_shifts(span, besides=Q(active=True)))
    me = next((e for e in whose if str(e.pk) == chosen), None)
    gaps = coverage.gaps(at=max(span.start, request.at), until=max(span.end, request.at))
    today = request.at.astimezone(current.zone).date()
    holes = list(_by_day(gaps, zone).items())
    days = _days(first if request.GET.get("from") else today, current)
    context = {
        "on": _running(request.at),
        "weeks": draw(first, WEEKS, request, me, gaps),
        "before": first - WEEKS * 7 * DAY,
        "after": first + WEEKS * 7 * DAY,
        "first": first,
        "whose": whose,
        "engineers": [engineer for engineer in whose if engineer.active],
        "me": me,
        "holes": holes[:HOLE_DAYS],
        "more_holes": len(holes) - HOLE_DAYS,
        "days": days,
        "given": [(str(part.number), _part(part)) for each in days for part in each.parts],
        "parts": current.ask.cover.parts,
        "swaps": Swap.objects.filter(state="offered", end__gt=request.at).select_related(
            "offered_by", "asked"
        ),
        "absences": absences.noted()
        .filter(end__gt=request.at, regular=None)
        .select_related("engineer")[:30],
        "regular": absences.standing(request.at),
        "rotations": Rotation.objects.exclude(ends_at__lte=request.at).exists(),
        "today": today,
        "thin": staffing.told(staffing.thin(at=request.at, until=max(span.end, request.at)), zone),
        "offered": staffing.offered(at=request.at),
        "forms": {"": _cover_form(engineer for engineer in whose if engineer.active)},
        "typed": typed(request),
        **said(refusal),
    }
    return render(request, "rota/shifts.html", context, status=422 if refusal else 200)


def _first(request: DeskRequest, zone: str) -> date:
    today = request.at.astimezone(process.in_force().zone).date()
    try:
        asked = date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        asked = today
    return monday(min(max(asked, date(2000, 1, 1)), date(2100, 1, 1)))


def draw(
    first: date,
    count: int,
    request: DeskRequest,
    me: Engineer | None,
    gaps: Iterable[coverage.Gap],
) -> list[Week]:
    """Draw so many weeks; of one person's shifts alone if `me` is given. One query."""
    current = process.in_force()
    whole = Period(midnight(first, current.zone), midnight(first + count * 7 * DAY, current.zone))
    rows = list(roster.between(whole, engineer=me.pk if me else None))
    duties = [
        Duties(
            duty=duty,
            title=label,
            shifts=[_shown(row, request) for row in rows if row.duty == duty],
            declared=workload.promised(whole, duty),  # type: ignore[arg-type]
            holes=[] if me else [(g.period, _hole(g, request)) for g in gaps if g.what == label],
        )
        for duty, label in Duty.choices
        if not me or any(row.duty == duty for row in rows)
    ]
    work = planned_work.by_day(whole)
    return [
        week(first + n * 7 * DAY, duties, current.calendar, request.at, work) for n in range(count)
    ]


def _hole(gap: coverage.Gap, request: DeskRequest) -> str:
    who = f"{gap.unheard}, whom no message reaches" if gap.unheard else "nobody"
    return f"{gap.what}: {who}, {words.span(gap.period, read_zone(request.person.zone))}"


def _shown(row: Shift, request: DeskRequest) -> DrawnShift:
    span = words.span(row.period, read_zone(request.person.zone))
    title = f"{row.engineer.name} {why(row.duty, row.kind)}, {span}"
    mine = row.engineer_id == request.person.engineer
    return DrawnShift(row.pk, row.engineer.name, row.period, row.kind, mine, title)


def _running(at: datetime) -> list[tuple[object, int | None]]:
    """Give who is on now, each with the number of the shift that makes it so."""
    running = Shift.objects.filter(start__lte=at, end__gt=at, cancelled_at=None)
    numbers = {(row.duty, row.engineer_id): row.pk for row in running}
    return [(duty, numbers.get((duty.duty, duty.engineer or 0))) for duty in roster.who(at=at)]


def _by_day(
    gaps: Iterable[coverage.Gap], zone: ZoneInfo
) -> dict[date, list[tuple[coverage.Gap, str]]]:
    """Give what of each day nobody covers, and its times; parts are shown under who answers."""
    found: dict[date, list[tuple[coverage.Gap, str]]] = {}
    for gap in gaps:
        if gap.number is None:
            day = gap.period.start.astimezone(zone).date()
            found.setdefault(day, []).append((gap, words.hours(gap.period, zone)))
    return found


@dataclass(frozen=True)
class CoverDay:
    """A day's parts and who answers in each; or what is special about it."""

    day: date
    parts: list[cover_nominations.Nomination]
    note: str


def _days(first: date, current: Process) -> list[CoverDay]:
    """Give the days of a week that have parts, or a public holiday or a clock change instead."""
    if not current.ask.cover.parts:
        return []
    dates = [first + n * DAY for n in range(COVER_DAYS)]
    span = Period(midnight(first, current.zone), midnight(dates[-1] + DAY, current.zone))
    found: dict[date, list[cover_nominations.Nomination]] = {}
    for each in cover_nominations.nominations(span):
        found.setdefault(each.day, []).append(each)
    days = [
        CoverDay(
            day,
            found.get(day, []),
            ", ".join(filter(None, (holiday(day, current.calendar), change(day, current.zone)))),
        )
        for day in dates
    ]
    return [day for day in days if day.parts or day.note]


def _part(part: cover_nominations.Nomination) -> str:
    return f"{part.day:%a} {part.day.day} {part.day:%b}, {part.part.title.lower()}"


@rule("engineer")
def cover(request: DeskRequest) -> HttpResponse:
    """Take, give or hand back a part of a day."""
    if request.method != "POST":
        return redirect("shifts")
    forms = {"": _cover_form(Engineer.objects.filter(active=True)), "take": _TAKE_PART}
    try:
        what, answers = read_sent(request, forms, read_zone(request.person.zone))
        part, by = answers.number("part"), request.person.name
        if what == "take":  # Nobody had it when the page was shown.
            says = cover_nominations.take(number=part, engineer=_me(request), at=request.at, by=by)
        else:
            whom = answers.number_if_any("engineer")
            says = cover_nominations.name(number=part, engineer=whom, at=request.at, by=by)
    except Refused as refused:
        return _weeks(request, refused)
    messages.success(request, says)
    return HttpResponseRedirect(f"{reverse('shifts')}#cover")


def _cover_form(engineers: Iterable[Engineer]) -> Form:
    whom = tuple((str(one.pk), one.name) for one in engineers)
    return Form(
        "Who answers",
        "Give",
        (row_field("part", "Give"), Field("engineer", "to", "choice", False, options=whom)),
    )


@rule("anyone")
def shift(request: DeskRequest, number: int) -> HttpResponse:
    """Show one shift: whose, why, and what can be done about it."""
    found = Shift.objects.select_related("engineer").filter(pk=number).first()
    if found is None:
        raise Http404
    zone = read_zone(request.person.zone)
    refusal, forms = None, {"offer": _offer_form(found, zone, request.at), "now": _TAKE_NOW}
    if request.method == "POST":
        try:
            messages.success(request, _do(request, found, forms, zone))
        except Refused as refused:
            refusal = refused
        else:
            return redirect("shifts")
    context = {
        "shift": found,
        "starts": max(found.start, request.at),
        "why": why(found.duty, found.kind),
        "span": words.span(found.period, zone),
        "mine": found.engineer_id == request.person.engineer,
        "running": found.start <= request.at < found.end and not found.cancelled_at,
        "over": found.end <= request.at or found.cancelled_at is not None,
        "forms": forms,
        "second": _second(found, request),
        "stint": any(field.name == "whole" for field in forms["offer"].fields),
        "typed": typed(request),
        **said(refusal),
    }
    return render(request, "rota/shift.html", context, status=422 if refusal else 200)


def _second(found: Shift, request: DeskRequest) -> dict[str, object] | None:
    """Give what whoever looks has of the other duty meanwhile, and who might have it instead."""
    me = request.person.engineer
    own = step_up.own_besides(found, me, request.at) if me else []
    if not own:
        return None
    others = Engineer.objects.filter(active=True).exclude(pk__in=[me, found.engineer_id])
    return {"duty": own[0].duty, "others": others}


def _offer_form(found: Shift, zone: ZoneInfo, at: datetime) -> Form:
    others = Engineer.objects.filter(active=True).exclude(pk=found.engineer_id)
    asked = (("", "Everybody"), *((str(one.pk), one.name) for one in others))
    fields = [
        Field("start", "From", "time", value=max(found.start, at)),
        Field("end", "Until", "time", value=found.end),
        Field("asked", "To", "choice", False, options=asked),
    ]
    stint = roster.stint(found, at)
    if stint != found.period.overlap(stint):
        label = f"All of this turn: {words.span(stint, zone)}"
        fields.append(Field("whole", label, "flag", False))
    return Form("Offer it to somebody", "Offer it in the team's channel", tuple(fields))


def _me(request: DeskRequest) -> int:
    if request.person.engineer is None:
        raise Refused("Shifts are for engineers of the team to change.", "Ask one of them.")
    return request.person.engineer


def _do(request: DeskRequest, found: Shift, forms: dict[str, Form], zone: ZoneInfo) -> str:
    me = _me(request)
    what, answers = read_sent(request, forms, zone)
    if what == "now":
        instead = answers.number_if_any("instead")
        return step_up.take_now(shift=found.pk, engineer=me, at=request.at, instead=instead)
    start, end = answers.moment("start"), answers.moment("end")
    if end <= start:
        raise Refused("The end is not after the start.", "Give it a later end.")
    span = Period(max(start, request.at), end) if end > request.at else Period(start, end)
    if answers.flag("whole"):
        span = roster.stint(found, request.at)
    swaps.offer(
        duty=found.duty,
        span=span,
        engineer=me,
        asked=answers.number_if_any("asked"),
        at=request.at,
    )
    return "Offered in the team's channel. You are told before it lapses."
