"""Changing rotas: fill in, see what it would do, confirm."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from dutydesk.kernel import bounds
from dutydesk.kernel.moments import zone_names
from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import coverage, edits, rotation_changes, schedule_inputs
from dutydesk.rota.flows.edits import Cadence
from dutydesk.rota.flows.shift_build import BuildOutcome
from dutydesk.rota.models import Duty, Override, Rotation, TemporarySchedule
from dutydesk.rota.rules import typed as reading
from dutydesk.rota.rules.weekly_windows import current_or_next
from dutydesk.web.screens import DeskRequest, rule

Edit = Callable[[], BuildOutcome]

TITLES = {
    "shift": "Give somebody a shift",
    "override": "Change who is on for a while",
    "rotation": "Let people take turns",
    "absence": "Say when somebody is away",
    "temporary": "Use another schedule for a while",
    "remove": "Take a shift away",
    "undo": "Take a change back",
    "end": "End a rotation",
    "edit": "Change a rotation",
    "close-up": "Take somebody out of a rotation",
    "clear": "Go by the usual schedule for a part",
    "end-temporary": "End another schedule",
    "back": "Take an absence back",
}
_UNITS = (("hourly", "hours"), ("daily", "days"), ("weekly", "weeks"), ("monthly", "months"))


@rule("engineer")
def change(request: DeskRequest) -> HttpResponse:
    """Change a rota in three steps: the form, what it would do, and doing it."""
    source = request.POST if request.method == "POST" else request.GET
    typed = {key: str(value).strip() for key, value in source.items()}
    what = typed.get("what", "shift")
    what = what if what in TITLES else "shift"
    if what == "edit" and request.method != "POST":
        typed |= _stored(_number(typed, "number"))
    refusal: Refused | None = None
    seen: coverage.Preview | None = None
    if request.method == "POST":
        try:
            edit = _edit(what, typed, request)
            if typed.get("confirm"):
                outcome = edit()
                messages.success(request, _says(outcome))
                return redirect("shifts")
            seen = coverage.preview(edit, at=request.at)
        except Refused as refused:
            refusal = refused
    context = _context(what, typed, refusal, seen, request.at)
    return render(request, "rota/change.html", context, status=422 if refusal else 200)


def _says(outcome: BuildOutcome) -> str:
    count = len(outcome.people)
    told = f"{count} {'person was' if count == 1 else 'people were'} told." if count else ""
    return " ".join(["Changed.", told, *outcome.notes]).strip()


def _context(
    what: str,
    typed: dict[str, str],
    refusal: Refused | None,
    seen: coverage.Preview | None,
    at: datetime,
) -> dict[str, object]:
    current = process.in_force()
    names = dict(Engineer.objects.values_list("pk", "name"))
    told = [
        (names[person], words.moves(seen.outcome.of(person), current.zone))
        for person in sorted(seen.outcome.people, key=names.__getitem__)
    ] if seen else []  # fmt: skip
    return {
        "what": what,
        "title": TITLES[what],
        "titles": list(TITLES.items())[:5],
        "typed": typed,
        "refusal": refusal,
        "seen": seen,
        "told": told,
        "opened": _lines(seen.opened) if seen else [],
        "closed": _lines(seen.closed) if seen else [],
        "engineers": Engineer.objects.filter(active=True),
        "duties": Duty.choices,
        "units": _UNITS,
        "turn": current.on_call.turn,
        "rotations": [
            _told(row, names, at)
            for row in Rotation.objects.exclude(ends_at__lte=at)
            if what == "rotation"
        ],
        "zones": sorted(zone_names()) if what in ("rotation", "edit") else [],
        "process_zone": current.place.zone,
        "changes": Override.objects.select_related("add", "remove").order_by("-id")[:12],
        "temporary": TemporarySchedule.objects.order_by("-id")[:5],
        "anyway": what == "absence" and refusal is not None,
    }


def _lines(gaps: list[coverage.Gap]) -> list[str]:
    zone = process.in_force().zone
    return [f"{gap.what}: {words.span(gap.period, zone)}" for gap in gaps]


def _told(row: Rotation, names: dict[int, str], at: datetime) -> dict[str, object]:
    active = set(Engineer.objects.filter(active=True).values_list("pk", flat=True))
    left = {who for place in row.places for who in place} - active
    places = ["; ".join(names.get(p, "nobody") for p in place) or "nobody" for place in row.places]
    every = dict(_UNITS)[row.unit]
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


def _stored(number: int | None) -> dict[str, str]:
    """Give a rotation as its form has it."""
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


def _edit(what: str, typed: dict[str, str], request: DeskRequest) -> Edit:
    """Read what was typed into an edit that can be previewed or done; refused if it can't be."""
    who = {"at": request.at, "by": request.person.name}
    makers: dict[str, Callable[[], Edit]] = {
        "shift": lambda: _shift(typed, who),
        "override": lambda: _override(typed, who),
        "rotation": lambda: _rotation(typed, who),
        "edit": lambda: _edited(typed, who),
        "close-up": lambda: _closed_up(typed, who),
        "clear": lambda: _cleared(typed, who),
        "absence": lambda: _absence(typed, who),
        "temporary": lambda: _temporary(typed, who),
        "remove": lambda: _numbered(typed, "shift", edits.remove_shift, who),
        "undo": lambda: _numbered(typed, "number", edits.undo, who),
        "end": lambda: _numbered(typed, "number", edits.end_rotation, who),
        "end-temporary": lambda: _numbered(typed, "number", edits.end_temporary, who),
        "back": lambda: _numbered(typed, "absence", edits.be_back, who),
    }
    return makers[what]()


def _number(typed: dict[str, str], name: str) -> int | None:
    return bounds.number(typed.get(name, ""))


def _needed(typed: dict[str, str], name: str) -> int:
    number = _number(typed, name)
    if number is None:
        raise Refused("Nobody was chosen.", "Choose who; add people under People.")
    return number


def _span(typed: dict[str, str]) -> Period:
    return edits.period(*(_moment(typed, name) for name in ("start", "end")))


def _moment(typed: dict[str, str], name: str) -> datetime:
    if not typed.get(name):
        raise Refused("A time is missing.", "Give both a start and an end.")
    return reading.moment(typed[name], process.in_force().zone)


def _numbered(
    typed: dict[str, str], name: str, do: Callable[..., BuildOutcome], who: dict[str, object]
) -> Edit:
    number = _needed(typed, "number")
    return lambda: do(**{name: number}, **who)


def _shift(typed: dict[str, str], who: dict[str, object]) -> Edit:
    span, engineer = _span(typed), _needed(typed, "engineer")
    return lambda: edits.add_shift(
        duty=typed.get("duty", ""),
        engineer=engineer,
        start=span.start,
        end=span.end,
        **who,  # type: ignore[arg-type]
    )


def _override(typed: dict[str, str], who: dict[str, object]) -> Edit:
    span, add, remove = _span(typed), _number(typed, "add"), _number(typed, "remove")
    return lambda: edits.override(
        duty=typed.get("duty", ""),
        span=span,
        add=add,
        remove=remove,
        everybody=typed.get("remove") == "everybody",
        **who,  # type: ignore[arg-type]
    )


def _cadence(typed: dict[str, str]) -> Cadence:
    people = dict(Engineer.objects.filter(active=True).values_list("name", "pk"))
    places = reading.places(typed.get("places", ""), people)
    try:
        starts = bounds.local_time(typed.get("starts", "")).replace(tzinfo=None)
    except ValueError as error:
        raise Refused("The first turn has no start.", "Give its date and time.") from error
    return Cadence(
        unit=typed.get("unit", ""),
        length=_number(typed, "length") or 0,
        starts=starts,
        places=places,
        windows=reading.windows(typed.get("windows", "")),
        priority=min(_number(typed, "priority") or 1, 99),
        zone=typed.get("zone", ""),
    )


def _edited(typed: dict[str, str], who: dict[str, object]) -> Edit:
    number, cadence = _needed(typed, "number"), _cadence(typed)
    return lambda: rotation_changes.change(number=number, cadence=cadence, **who)  # type: ignore[arg-type]


def _closed_up(typed: dict[str, str], who: dict[str, object]) -> Edit:
    number, engineer = _needed(typed, "number"), _needed(typed, "engineer")
    return lambda: rotation_changes.close_up(number=number, engineer=engineer, **who)  # type: ignore[arg-type]


def _cleared(typed: dict[str, str], who: dict[str, object]) -> Edit:
    number, span = _needed(typed, "number"), _span(typed)
    return lambda: edits.clear_temporary(number=number, span=span, **who)  # type: ignore[arg-type]


def _rotation(typed: dict[str, str], who: dict[str, object]) -> Edit:
    cadence = _cadence(typed)
    duty = typed.get("duty", "")
    old = Rotation.objects.filter(duty=duty, ends_at=None).values_list("pk", flat=True)
    replaced = list(old) if typed.get("replace") else []
    return lambda: edits.rotate(duty=duty, cadence=cadence, instead_of=replaced, **who)  # type: ignore[arg-type]


def _absence(typed: dict[str, str], who: dict[str, object]) -> Edit:
    span, engineer = _span(typed), _needed(typed, "engineer")
    wish, anyway = bool(typed.get("wish")), bool(typed.get("anyway"))
    return lambda: edits.be_away(engineer=engineer, span=span, wish=wish, anyway=anyway, **who)  # type: ignore[arg-type]


def _temporary(typed: dict[str, str], who: dict[str, object]) -> Edit:
    span = _span(typed)
    people = dict(Engineer.objects.filter(active=True).values_list("name", "pk"))
    shifts = []
    for line in filter(None, (line.strip() for line in typed.get("shifts", "").splitlines())):
        name, *times = (part.strip() for part in line.split(","))
        if len(times) != 2:
            example = "Ada, 2026-12-25 10:00, 2026-12-25 14:00"
            raise Refused(f"“{line}” is not a shift.", f"Write it like “{example}”.")
        ((number,),) = reading.places(name, people)
        each = edits.period(*(_moment({"t": part}, "t") for part in times))
        shifts.append((number, each))
    return lambda: edits.stand_in(duty=typed.get("duty", ""), span=span, shifts=shifts, **who)  # type: ignore[arg-type]
