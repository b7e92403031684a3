"""The forms of changes to rotas, and what is filled in, read into an edit."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from dutydesk.kernel import bounds
from dutydesk.kernel.actions import Person
from dutydesk.kernel.forms import Answers, Field, Form, number_from
from dutydesk.kernel.moments import zone_names
from dutydesk.kernel.periods import Period
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota.flows import (
    absences,
    edits,
    exchanges,
    imports,
    publication,
    rotation_changes,
    team_members,
)
from dutydesk.rota.flows.edits import Cadence
from dutydesk.rota.flows.exchanges import Seat
from dutydesk.rota.flows.shift_build import BuildOutcome
from dutydesk.rota.models import Duty, Rotation
from dutydesk.rota.rules import typed as reading

Edit = Callable[[], BuildOutcome]
UNITS = (("hourly", "hours"), ("daily", "days"), ("weekly", "weeks"), ("monthly", "months"))
TITLES = {
    "shift": "Give somebody a shift",
    "override": "Change who is on for a while",
    "exchange": "Let two people change places",
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
    "take-back": "Take an import back",
    "leave": "Somebody leaves the team",
    "stay": "Somebody stays on the team",
    "regular": "Say on which days somebody is away each week",
    "change-absence": "Change an absence",
    "back-regular": "Take an absence of each week back",
    "take-back-plan": "Take a plan back",
}

_LIKE = "Write it like 2026-03-29T09:00."
_EVERYBODY = "everybody"
_SPAN = (
    Field("start", "From", "time"),
    Field("end", "Until", "time"),
)
_DUTY = Field("duty", "Duty", "choice", options=tuple(Duty.choices))
_NUMBER = Field("number", "What it is about", "hidden", rule=number_from(1, bounds.LARGEST))
_TURNS = (
    "A line for each turn, in order; names between commas share it; a dash keeps a place empty."
)
_WEEKDAYS = "Like “Fri”, or “Mon, Wed-Fri”. Plans give such turns to others, or name a stand-in."
_WINDOWS = (
    "One a line, like “Mon-Fri 20:00-08:00”. One past midnight belongs to the day on which it"
    " starts."
)
_SHIFTS = (
    "One a line, like “Ada, 2026-12-25 10:00, 2026-12-25 14:00”. Where there is none, nobody is on."
)


def form_of(what: str, zone: ZoneInfo) -> Form:
    """Give the form of a kind of change, whose times are typed in `zone`."""
    fields = _temporary_fields(zone) if what == "temporary" else _FIELDS[what]()
    return Form(TITLES[what], "Preview: show what would happen", tuple(fields))


def edit_of(what: str, answers: Answers, *, zone: ZoneInfo, at: datetime, by: Person) -> Edit:
    """Give the edit that was filled in, with its times in `zone`: to be previewed or done."""
    if what == "temporary":
        return partial(_temporary(answers, zone), at=at, by=by.name)
    if what in _OF_THE_TEAM:
        return partial(_OF_THE_TEAM[what](answers), at=at, by=by.name, person=by)
    return partial(_EDITS[what](answers), at=at, by=by.name)


def _people() -> dict[str, int]:
    return dict(Engineer.objects.filter(active=True).values_list("name", "pk"))


def _choices() -> tuple[tuple[str, str], ...]:
    return tuple((str(number), name) for name, number in _people().items())


def _who() -> Field:
    return Field("engineer", "Who", "choice", options=_choices())


def _override_fields() -> Iterable[Field]:
    people, nobody = _choices(), ("", "Nobody")
    yield _DUTY
    yield Field("add", "Comes on", "choice", required=False, options=(nobody, *people))
    everybody = (_EVERYBODY, "Whoever is on")
    yield Field(
        "remove", "Goes off", "choice", required=False, options=(nobody, everybody, *people)
    )
    yield from _SPAN


def _exchange_fields() -> Iterable[Field]:
    same = "Empty: the same time."
    yield from (_DUTY, _who(), *_SPAN)
    yield Field("other_duty", "Duty of the other", "choice", options=tuple(Duty.choices))
    yield Field("other", "And who", "choice", options=_choices())
    yield Field("other_start", "From", "time", False, hint=same)
    yield Field("other_end", "Until", "time", False, hint=same)


def _cadence_fields() -> Iterable[Field]:
    people, zone = _people(), process.in_force().place.zone
    yield Field(
        "places", "Who takes turns", "long", hint=_TURNS, rule=lambda t: reading.places(t, people)
    )
    yield Field("length", "A turn lasts", value="1", rule=number_from(1, 366))
    yield Field("unit", "Unit", "choice", options=UNITS, value="weekly")
    yield Field("starts", "First turn starts", rule=_local)
    yield Field("zone", "By the clock of", required=False, value=zone, rule=_zone)
    yield Field("priority", "Priority", required=False, value="1", rule=number_from(1, 99))
    yield Field(
        "windows", "Only in these windows", "long", False, hint=_WINDOWS, rule=reading.windows
    )


def _local(text: str) -> datetime:
    try:
        found = bounds.local_time(text)
    except ValueError as error:
        refusal = reading.TypedRefused(f"“{text[:60]}” is not a time.", _LIKE)
        raise refusal from error
    if found.tzinfo is not None:
        raise reading.TypedRefused(f"“{text[:60]}” is of another clock.", _LIKE)
    return found


def _zone(text: str) -> None:
    if text not in zone_names():
        raise reading.TypedRefused(
            f"“{text[:60]}” is no time zone.", "Write it like Europe/London."
        )


def _rotation_fields() -> Iterable[Field]:
    replace = "Instead of the rotations of this duty, from then on"
    return (_DUTY, *_cadence_fields(), Field("replace", replace, "flag", False, value="yes"))


def _absence_fields() -> Iterable[Field]:
    wish = "Only a wish: would rather not, and plans respect it"
    anyway = "It can't be helped: note it, and I will see to the rest"
    more = (Field("wish", wish, "flag", False), Field("anyway", anyway, "flag", False))
    return (_who(), *_SPAN, *more)


def _regular_fields() -> Iterable[Field]:
    yield _who()
    yield Field("weekdays", "Days of the week", hint=_WEEKDAYS, rule=reading.weekdays)
    yield Field("every", "Every so many weeks", value="1", rule=number_from(1, 52))
    days = f"({process.in_force().zone} days)"
    yield Field("first", "From the day", hint=days, rule=reading.day)
    yield Field("last", "Up to and with the day", required=False, rule=reading.day)
    yield from list(_absence_fields())[-2:]


def _temporary_fields(zone: ZoneInfo) -> Iterable[Field]:
    hint = f"{_SHIFTS} In {zone} time."
    shifts = Field("shifts", "Shifts", "long", False, hint=hint, rule=lambda t: _shifts(t, zone))
    return (_DUTY, *_SPAN, shifts)


_OF_A_NUMBER = (
    *("remove", "undo", "end", "end-temporary"),
    *("back", "back-regular", "take-back", "take-back-plan"),
)
_FIELDS: Mapping[str, Callable[[], Iterable[Field]]] = {
    "shift": lambda: (_DUTY, _who(), *_SPAN),
    "override": _override_fields,
    "exchange": _exchange_fields,
    "rotation": _rotation_fields,
    "edit": lambda: (_NUMBER, *_cadence_fields()),
    "close-up": lambda: (_NUMBER, Field("engineer", "Who", "hidden", rule=_NUMBER.rule)),
    "clear": lambda: (_NUMBER, *_SPAN),
    "absence": _absence_fields,
    "change-absence": lambda: (_NUMBER, *list(_absence_fields())[1:]),
    "regular": _regular_fields,
    "leave": lambda: (_who(), Field("on", "Leaves", "time", False, hint="Empty: now.")),
    "stay": lambda: (_who(),),
    **{what: lambda: (_NUMBER,) for what in _OF_A_NUMBER},
}


def _span(answers: Answers) -> Period:
    return edits.period(answers.moment("start"), answers.moment("end"))


def _shifts(text: str, zone: ZoneInfo) -> list[tuple[int, Period]]:
    people, found = _people(), []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, *times = (part.strip() for part in line.rsplit(",", 2))
        who = reading.places(name, people) if len(times) == 2 else []
        if len(who) != 1 or len(who[0]) != 1:
            example = "Ada, 2026-12-25 10:00, 2026-12-25 14:00"
            raise reading.TypedRefused(f"“{line}” is not a shift.", f"Write it like “{example}”.")
        found.append((who[0][0], edits.period(*(reading.moment(part, zone) for part in times))))
    return found


def _cadence(answers: Answers) -> Cadence:
    return Cadence(
        unit=answers.text("unit"),
        length=answers.number("length"),
        starts=_local(answers.text("starts")),
        places=reading.places(answers.text("places"), _people()),
        windows=reading.windows(answers.text("windows")),
        priority=answers.number_if_any("priority") or 1,
        zone=answers.text("zone"),
    )


def _shift(answers: Answers) -> partial[BuildOutcome]:
    span = _span(answers)
    who = {"duty": answers.text("duty"), "engineer": answers.number("engineer")}
    return partial(edits.add_shift, start=span.start, end=span.end, **who)  # type: ignore[arg-type]


def _override(answers: Answers) -> partial[BuildOutcome]:
    everybody = answers.text("remove") == _EVERYBODY
    return partial(
        edits.override,
        duty=answers.text("duty"),
        span=_span(answers),
        add=answers.number_if_any("add"),
        remove=None if everybody else answers.number_if_any("remove"),
        everybody=everybody,
    )


def _exchange(answers: Answers) -> partial[BuildOutcome]:
    span = _span(answers)
    start, end = (answers.moment_if_any(name) for name in ("other_start", "other_end"))
    other = edits.period(start or span.start, end or span.end)
    return partial(
        exchanges.exchange,
        first=Seat(answers.text("duty"), answers.number("engineer"), span),
        second=Seat(answers.text("other_duty"), answers.number("other"), other),
    )


def _rotation(answers: Answers) -> partial[BuildOutcome]:
    duty = answers.text("duty")
    old = Rotation.objects.filter(duty=duty).values_list("pk", flat=True)
    replaced = list(old) if answers.flag("replace") else []
    return partial(edits.rotate, duty=duty, cadence=_cadence(answers), instead_of=replaced)


def _absence(answers: Answers) -> partial[BuildOutcome]:
    return partial(
        edits.be_away,
        engineer=answers.number("engineer"),
        span=_span(answers),
        wish=answers.flag("wish"),
        anyway=answers.flag("anyway"),
    )


def _regular(answers: Answers) -> partial[BuildOutcome]:
    last = answers.text("last")
    days = absences.Regularly(
        reading.weekdays(answers.text("weekdays")),
        reading.day(answers.text("first")),
        answers.number("every"),
        reading.day(last) if last else None,
    )
    return partial(
        absences.be_away_regularly,
        engineer=answers.number("engineer"),
        days=days,
        wish=answers.flag("wish"),
        anyway=answers.flag("anyway"),
    )


def _change_absence(answers: Answers) -> partial[BuildOutcome]:
    return partial(
        absences.change,
        absence=answers.number("number"),
        span=_span(answers),
        wish=answers.flag("wish"),
        anyway=answers.flag("anyway"),
    )


def _temporary(answers: Answers, zone: ZoneInfo) -> partial[BuildOutcome]:
    shifts = _shifts(answers.text("shifts"), zone)
    return partial(edits.stand_in, duty=answers.text("duty"), span=_span(answers), shifts=shifts)


def _of_number(do: Callable[..., BuildOutcome], name: str = "number") -> Callable[[Answers], Any]:
    return lambda answers: partial(do, **{name: answers.number("number")})


_EDITS: Mapping[str, Callable[[Answers], "partial[BuildOutcome]"]] = {
    "shift": _shift,
    "override": _override,
    "exchange": _exchange,
    "rotation": _rotation,
    "edit": lambda answers: partial(
        rotation_changes.change, number=answers.number("number"), cadence=_cadence(answers)
    ),
    "close-up": lambda answers: partial(
        rotation_changes.close_up,
        number=answers.number("number"),
        engineer=answers.number("engineer"),
    ),
    "clear": lambda answers: partial(
        edits.clear_temporary, number=answers.number("number"), span=_span(answers)
    ),
    "absence": _absence,
    "regular": _regular,
    "change-absence": _change_absence,
    "back-regular": _of_number(absences.be_back_regularly),
    "take-back-plan": _of_number(publication.take_back),
    "remove": _of_number(edits.remove_shift, "shift"),
    "undo": _of_number(edits.undo),
    "end": _of_number(edits.end_rotation),
    "end-temporary": _of_number(edits.end_temporary),
    "back": _of_number(edits.be_back, "absence"),
    "take-back": _of_number(imports.take_back),
}
_OF_THE_TEAM: Mapping[str, Callable[[Answers], "partial[BuildOutcome]"]] = {
    "leave": lambda answers: partial(
        team_members.leave, engineer=answers.number("engineer"), on=answers.moment_if_any("on")
    ),
    "stay": lambda answers: partial(team_members.stay, engineer=answers.number("engineer")),
}
