"""Changing rotas: fill in, see what it would do, confirm."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import Engineer
from dutydesk.process import flows as process
from dutydesk.process.rules.hours import in_zone
from dutydesk.rota import words
from dutydesk.rota.flows import covering, editing
from dutydesk.rota.flows.building import Outcome
from dutydesk.rota.flows.editing import Cadence
from dutydesk.rota.models import Duty, Override, Rotation, TemporarySchedule
from dutydesk.rota.rules import typed as reading
from dutydesk.site.screens import DeskRequest, rule

Edit = Callable[[], Outcome]

TITLES = {
    "shift": "Give somebody a shift",
    "override": "Change who is on for a while",
    "rotation": "Let people take turns",
    "absence": "Say when somebody is away",
    "temporary": "Use another schedule for a while",
    "remove": "Take a shift away",
    "undo": "Take a change back",
    "end": "End a rotation",
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
    refusal: Refused | None = None
    seen: covering.Preview | None = None
    if request.method == "POST":
        try:
            edit = _edit(what, typed, request)
            if typed.get("confirm"):
                outcome = edit()
                messages.success(request, _says(outcome))
                return HttpResponseRedirect("/shifts/")
            seen = covering.preview(edit, at=request.at)
        except Refused as refused:
            refusal = refused
    return render(request, "rota/change.html", _context(what, typed, refusal, seen), status=(
        422 if refusal else 200
    ))  # fmt: skip


def _says(outcome: Outcome) -> str:
    count = len(outcome.people)
    told = f"{count} {'person was' if count == 1 else 'people were'} told." if count else ""
    return " ".join(["Changed.", told, *outcome.warnings]).strip()


def _context(
    what: str, typed: dict[str, str], refusal: Refused | None, seen: covering.Preview | None
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
        "rotations": [_told(row, names) for row in Rotation.objects.filter(ends_at=None)],
        "changes": Override.objects.select_related("add", "remove").order_by("-id")[:12],
        "temporary": TemporarySchedule.objects.order_by("-id")[:5],
        "anyway": what == "absence" and refusal is not None,
    }


def _lines(gaps: list[covering.Gap]) -> list[str]:
    zone = process.in_force().zone
    return [f"{gap.what}: {words.span(gap.period, zone)}" for gap in gaps]


def _told(row: Rotation, names: dict[int, str]) -> dict[str, object]:
    places = ["; ".join(names.get(p, "nobody") for p in place) or "nobody" for place in row.places]
    every = dict(_UNITS)[row.unit]
    return {
        "pk": row.pk,
        "duty": row.get_duty_display(),
        "cadence": f"every {row.length} {every}" if row.length > 1 else f"every {every[:-1]}",
        "starts": row.starts.replace("T", " "),
        "places": places,
        "windows": [reading.told(window) for window in row.windows],
    }


def _edit(what: str, typed: dict[str, str], request: DeskRequest) -> Edit:
    """Read what was typed into an edit that can be previewed or done; refused if it can't be."""
    who = {"at": request.at, "by": request.person.name}
    makers: dict[str, Callable[[], Edit]] = {
        "shift": lambda: _shift(typed, who),
        "override": lambda: _override(typed, who),
        "rotation": lambda: _rotation(typed, who),
        "absence": lambda: _absence(typed, who),
        "temporary": lambda: _temporary(typed, who),
        "remove": lambda: _numbered(typed, "shift", editing.remove_shift, who),
        "undo": lambda: _numbered(typed, "number", editing.undo, who),
        "end": lambda: _numbered(typed, "number", editing.end_rotation, who),
        "end-temporary": lambda: _numbered(typed, "number", editing.end_temporary, who),
        "back": lambda: _numbered(typed, "absence", editing.be_back, who),
    }
    return makers[what]()


def _number(typed: dict[str, str], name: str) -> int | None:
    value = typed.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 18 else None


def _needed(typed: dict[str, str], name: str) -> int:
    number = _number(typed, name)
    if number is None:
        raise Refused("Nobody was chosen.", "Choose who; add people under People.")
    return number


def _span(typed: dict[str, str]) -> Period:
    return editing.period(*(_moment(typed, name) for name in ("start", "end")))


def _moment(typed: dict[str, str], name: str) -> datetime:
    try:
        return in_zone(typed.get(name, ""), process.in_force().zone)
    except (ValueError, OverflowError) as error:
        raise Refused("A time is missing.", "Give both a start and an end.") from error


def _numbered(
    typed: dict[str, str], name: str, do: Callable[..., Outcome], who: dict[str, object]
) -> Edit:
    number = _needed(typed, "number")
    return lambda: do(**{name: number}, **who)


def _shift(typed: dict[str, str], who: dict[str, object]) -> Edit:
    span, engineer = _span(typed), _needed(typed, "engineer")
    return lambda: editing.add_shift(
        duty=typed.get("duty", ""),
        engineer=engineer,
        start=span.start,
        end=span.end,
        **who,  # type: ignore[arg-type]
    )


def _override(typed: dict[str, str], who: dict[str, object]) -> Edit:
    span, add, remove = _span(typed), _number(typed, "add"), _number(typed, "remove")
    return lambda: editing.override(
        duty=typed.get("duty", ""),
        span=span,
        add=add,
        remove=remove,
        **who,  # type: ignore[arg-type]
    )


def _rotation(typed: dict[str, str], who: dict[str, object]) -> Edit:
    people = dict(Engineer.objects.filter(active=True).values_list("name", "pk"))
    places = reading.places(typed.get("places", ""), people)
    try:
        starts = datetime.fromisoformat(typed.get("starts", "")).replace(tzinfo=None)
    except ValueError as error:
        raise Refused("The first turn has no start.", "Give its date and time.") from error
    cadence = Cadence(
        unit=typed.get("unit", ""),
        length=_number(typed, "length") or 0,
        starts=starts,
        places=places,
        windows=reading.windows(typed.get("windows", "")),
    )
    duty = typed.get("duty", "")
    old = Rotation.objects.filter(duty=duty, ends_at=None).values_list("pk", flat=True)
    replaced = list(old) if typed.get("replace") else []
    return lambda: editing.rotate(duty=duty, cadence=cadence, instead_of=replaced, **who)  # type: ignore[arg-type]


def _absence(typed: dict[str, str], who: dict[str, object]) -> Edit:
    span, engineer = _span(typed), _needed(typed, "engineer")
    wish, anyway = bool(typed.get("wish")), bool(typed.get("anyway"))
    return lambda: editing.be_away(engineer=engineer, span=span, wish=wish, anyway=anyway, **who)  # type: ignore[arg-type]


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
        each = editing.period(*(_moment({"t": part}, "t") for part in times))
        shifts.append((number, each))
    return lambda: editing.stand_in(duty=typed.get("duty", ""), span=span, shifts=shifts, **who)  # type: ignore[arg-type]
