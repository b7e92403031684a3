"""Changing rotas: fill in, see what it would do, confirm."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from dutydesk.kernel import bounds
from dutydesk.kernel.forms import FormRefused
from dutydesk.kernel.moments import write_moment, zone_names
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows.zones import read_zone
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import absences, coverage, publication, schedule_inputs
from dutydesk.rota.flows.shift_build import BuildOutcome
from dutydesk.rota.models import Override, RotaImport, Rotation, TemporarySchedule
from dutydesk.rota.rules import typed as reading
from dutydesk.rota.rules.weekly_windows import current_or_next
from dutydesk.rota.web.change_forms import TITLES, UNITS, edit_of, form_of
from dutydesk.web.fields import said
from dutydesk.web.screens import DeskRequest, rule

_AWAY = ("absence", "regular", "change-absence")


@rule("engineer")
def change(request: DeskRequest) -> HttpResponse:
    """Change a rota in three steps: the form, what it would do, and doing it."""
    source = request.POST if request.method == "POST" else request.GET
    typed = {key: str(value).strip() for key, value in source.items()}
    what = typed.get("what", "shift")
    what = what if what in TITLES else "shift"
    zone = read_zone(request.person.zone)
    form = form_of(what, zone)
    if request.method != "POST":
        read = {"edit": _stored, "change-absence": _noted}.get(what)
        stored = read(bounds.number(typed.get("number", "")), zone) if read else {}
        typed = {**{one.name: str(one.filled_in(zone)) for one in form.fields}, **typed, **stored}
    refusal: Refused | None = None
    seen: coverage.Preview | None = None
    if request.method == "POST":
        try:
            answers = form.read(typed, zone)
            edit = edit_of(what, answers, zone=zone, at=request.at, by=request.person)
            if typed.get("confirm"):
                outcome = edit()
                messages.success(request, _says(outcome))
                return redirect("shifts")
            seen = coverage.preview(edit, at=request.at)
        except Refused as refused:
            refusal = refused
    context = _context(what, typed, seen, zone, request.at) | said(refusal)
    context |= {"forms": {"": form}, "anyway": what in _AWAY and _can_be_helped(refusal)}
    return render(request, "rota/change.html", context, status=422 if refusal else 200)


def _can_be_helped(refusal: Refused | None) -> bool:
    """Say whether it is refused for what it would leave, and not for how it was filled in."""
    return refusal is not None and not isinstance(refusal, FormRefused)


def _says(outcome: BuildOutcome) -> str:
    count = len(outcome.people)
    told = f"{count} {'person was' if count == 1 else 'people were'} told." if count else ""
    return " ".join(["Changed.", told, *outcome.notes]).strip()


def _context(
    what: str,
    typed: Mapping[str, object],
    seen: coverage.Preview | None,
    zone: ZoneInfo,
    at: datetime,
) -> dict[str, Any]:
    current = process.in_force()
    names = dict(Engineer.objects.values_list("pk", "name"))
    told = [
        (names[person], words.moves(seen.outcome.of(person), zone))
        for person in sorted(seen.outcome.people, key=names.__getitem__)
    ] if seen else []  # fmt: skip
    return {
        "what": what,
        "title": TITLES[what],
        "titles": list(TITLES.items())[:6],
        "typed": typed,
        "seen": seen,
        "told": told,
        "unasked": _lines(coverage.unasked(seen.outcome), zone) if seen else [],
        "opened": _lines(seen.opened, zone) if seen else [],
        "closed": _lines(seen.closed, zone) if seen else [],
        "turn": current.on_call.turn,
        "rotations": [
            _told(row, names, at)
            for row in Rotation.objects.exclude(ends_at__lte=at)
            if what == "rotation"
        ],
        "zones": sorted(zone_names()) if what in ("rotation", "edit") else [],
        "process_zone": current.place.zone,
        "changes": Override.objects.filter(taken_in=None, plan=None)
        .select_related("add", "remove")
        .order_by("-id")[:12],
        "imports": RotaImport.objects.order_by("-id")[:5],
        "plans": publication.published(at) if what in ("shift", "override") else [],
        "regular": absences.standing(at) if what in _AWAY else [],
        "temporary": TemporarySchedule.objects.order_by("-id")[:5],
    }


def _lines(gaps: list[coverage.Gap], zone: ZoneInfo) -> list[str]:
    return [f"{gap.what}: {words.span(gap.period, zone)}" for gap in gaps]


def _told(row: Rotation, names: dict[int, str], at: datetime) -> dict[str, object]:
    active = set(Engineer.objects.filter(active=True).values_list("pk", flat=True))
    left = {who for place in row.places for who in place} - active
    places = ["; ".join(names.get(p, "nobody") for p in place) or "nobody" for place in row.places]
    every = dict(UNITS)[row.unit]
    return {
        "pk": row.pk,
        "duty": row.get_duty_display(),
        "cadence": f"every {row.length} {every}" if row.length > 1 else f"every {every[:-1]}",
        "starts": row.starts.replace("T", " "),
        "places": places,
        "windows": [reading.told(window) for window in row.windows],
        "zone": row.zone,
        "priority": row.priority,
        "left": [(who, names.get(who, "somebody")) for who in sorted(left)],
        "ends": row.ends_at,
        "opens": _opens(row, at),
    }


def _opens(row: Rotation, at: datetime) -> str:
    """Say until when its windows are open now, or when they next open."""
    windows = [schedule_inputs.window(each) for each in row.windows]
    zone = ZoneInfo(row.zone)
    found = current_or_next(windows, at, zone)
    if found is None or found.start is None or found.end is None:
        return ""
    moment = found.end if found.start <= at else found.start
    return f"{'open until' if found.start <= at else 'opens'} {moment.astimezone(zone):%a %H:%M}"


def _noted(number: int | None, zone: ZoneInfo) -> dict[str, str]:
    """Give an absence as its form has it."""
    row = absences.noted().filter(pk=number).first() if number else None
    if row is None:
        return {}
    start, end = (write_moment(moment, zone) for moment in (row.start, row.end))
    return {"start": start, "end": end, "wish": "yes" if row.wish else ""}


def _stored(number: int | None, _: ZoneInfo) -> dict[str, str]:
    """Give a rotation as its form has it, by its own clock whoever reads it."""
    row = Rotation.objects.filter(pk=number).first() if number else None
    if row is None:
        return {}
    names = dict(Engineer.objects.values_list("pk", "name"))
    places = [", ".join(names[who] for who in place if who in names) or "-" for place in row.places]
    return {
        "duty": row.duty,
        "places": "\n".join(places),
        "length": str(row.length),
        "unit": row.unit,
        "starts": row.starts,
        "windows": "\n".join(reading.told(window) for window in row.windows),
        "zone": row.zone,
        "priority": str(row.priority),
    }
