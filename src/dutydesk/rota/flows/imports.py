"""Taking over rotas from other tools: calendars, and PagerDuty's and Opsgenie's exports.

An import has a source, and what is taken in again follows what changed there.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dutydesk.kernel.periods import Period, union
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import (
    coverage,
    double_cover,
    import_files,
    imported_rotations,
    imported_shifts,
    rota_lock,
)
from dutydesk.rota.flows.coverage import Preview
from dutydesk.rota.flows.import_files import ImportedFile
from dutydesk.rota.flows.shift_build import DUTIES, BuildOutcome, EditRefused, rebuild
from dutydesk.rota.models import Absence, RotaImport, Rotation
from dutydesk.rota.rules import import_changes
from dutydesk.rota.rules.import_changes import ImportChanges, ImportedShift


@dataclass(frozen=True)
class ImportedRota:
    """What an import did: how much was taken in, changed, ended, or was here already or is past.

    `number`: to take it back by. `beside`: whom it puts on beside whom. `notes`: what it left as
    people made it here, and what else to know.
    """

    number: int
    name: str
    rotations: int
    shifts: int
    changed: int
    ended: int
    left: int
    outcome: BuildOutcome
    beside: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@rota_lock.held
def take_in(
    *,
    text: str,
    duty: str,
    at: datetime,
    by: str,
    source: str = "",
    beside: bool = False,
    instead: bool = False,
) -> ImportedRota:
    """Take in a calendar or an export for a duty, wholly or not at all; safe to do twice.

    People are matched by address or name. What is past is left alone. What was taken in before of
    the same source (its own name, or `source`) and is in it no more, or otherwise, follows; what
    people changed here since stays. It goes `instead` of other rotations and whoever is on then,
    if told to; refused where somebody would be second, unless both are meant to be on `beside`
    each other.
    """
    if duty not in DUTIES:
        raise EditRefused(f"“{duty}” is not a duty.", f"Choose {', '.join(DUTIES)}.")
    file = import_files.read(text, duty=duty, at=at)
    if source:
        file = replace(file, source=f"named {source[:180]}", name=source[:200])
    last = _last(duty, file.source)
    if file.partly and _running(duty, at) > 1:
        raise EditRefused(
            f"An override of {file.partly} is of some rotations only, and {duty} has several.",
            "Leave it out, and enter it under Change by hand: who comes on and who goes off.",
        )
    run = RotaImport.objects.create(
        duty=duty, source=file.source, name=file.name, made_by=by, made_at=at,
        instead=instead or (last is not None and last.instead),
    )  # fmt: skip
    return _take_in(file, run, last, allowed=beside)


def _last(duty: str, source: str, before: int | None = None) -> RotaImport | None:
    standing = RotaImport.objects.filter(duty=duty, source=source, taken_back_at=None)
    if before is not None:
        standing = standing.filter(pk__lt=before)
    return standing.last()


def _running(duty: str, at: datetime) -> int:
    return Rotation.objects.filter(duty=duty).exclude(ends_at__lte=at).count()


def _take_in(
    file: ImportedFile, run: RotaImport, last: RotaImport | None, *, allowed: bool
) -> ImportedRota:
    at, by, duty = run.made_at, run.made_by, run.duty
    ours = imported_shifts.sources([last] if last else [])
    before = double_cover.found(duty, ours, at)
    turns = imported_rotations.RotationChanges()
    if file.schedule:
        turns = imported_rotations.apply(run, last, file.rotations, at)
        if run.instead:
            turns.ended += imported_rotations.end_others(run, at)
    elif last is not None:
        run.rotations = last.rotations
    wanted = [replace(each, replaces=each.replaces or run.instead) for each in file.shifts]
    taken = imported_shifts.recorded(last, at)
    changes = import_changes.compare(taken, wanted, at, file.span)
    stands = list(imported_shifts.apply(changes, run, at=at, by=by))
    run.shifts = [imported_shifts.stored(each, row) for each, row in stands]
    run.save()
    fresh = set(changes.new)
    new = sum(1 for each, _ in stands if each in fresh)
    ended = turns.ended + len(changes.gone)
    why = f"{file.name}: {turns.new} rotations and {new} shifts of {duty} were taken in"
    why += f", {len(changes.moved)} changed, {ended} ended" if changes.moved or ended else ""
    outcome = rebuild([duty], at=at, by=by, why=why)
    ours = imported_shifts.sources([run])
    beside = double_cover.newly(before, double_cover.found(duty, ours, at))
    lines = double_cover.told(duty, beside)
    if lines and not allowed:
        raise EditRefused(words.beside(lines), _BY_HAND if run.instead else _MEANT)
    return ImportedRota(
        number=run.pk,
        name=file.name,
        rotations=turns.new,
        shifts=new,
        changed=len(changes.moved),
        ended=ended,
        left=file.count - turns.new - new - len(changes.moved),
        outcome=replace(outcome, beside=()),  # It says so itself.
        beside=tuple(lines),
        notes=(*_notes(changes, turns, file, last), *_away(changes)),
    )


_SHOWN = 6
_MEANT = (
    "Take it in instead of whoever is on then (--replace), or beside them if both are meant to be "
    "on (--beside); --preview shows what each would do."
)
_BY_HAND = "They were put on by hand: take that away first, or take it in beside them (--beside)."


def _notes(
    changes: ImportChanges,
    turns: imported_rotations.RotationChanges,
    file: ImportedFile,
    last: RotaImport | None,
) -> Iterable[str]:
    names = dict(Engineer.objects.values_list("pk", "name"))
    zone = process.in_force().zone
    for each, now in changes.kept:
        yield words.kept_here(
            names[each.shift.engineer],
            each.shift.period,
            there=each.there,
            now=(names[now.engineer], now.period) if now else None,
            name=file.name,
            zone=zone,
        )
    for each, _ in changes.older:
        yield words.older_version(names[each.shift.engineer], each.shift.period, zone)
    has = "another" if file.rotations else "none"
    for number in turns.kept:
        yield f"Rotation {number} was changed here since and stays so; {file.name} has {has}."
    gone = bool(changes.gone or turns.ended)
    if gone and not (file.shifts or file.rotations):
        what = "what is left" if turns.kept or changes.kept else "all that was taken in"
        yield (
            f"{file.name[:1].upper()}{file.name[1:]} holds nothing that is to come, so {what} "
            "of it ends. If it came out empty by a fault, take this back."
        )
        return
    alike = changes.same or changes.moved or changes.kept or file.rotations
    if last is not None and gone and not alike and file.source == "calendar":
        yield (
            "Nothing that was taken in before is in it, so all of that ends. If this is another "
            "calendar, take it back and name it with --source."
        )


def _away(changes: ImportChanges) -> Iterable[str]:
    """Say of which shifts that were put on nothing comes, since who has them is away then."""
    shifts = [*changes.new, *(now for _, now in changes.moved)]
    if not shifts:
        return
    absences = Absence.objects.filter(
        wish=False,
        engineer__in={each.engineer for each in shifts},
        start__lt=max(each.period.end for each in shifts),
        end__gt=min(each.period.start for each in shifts),
    )
    names, away = dict[int, str](), defaultdict[int, list[Period]](list)
    for row in absences.select_related("engineer"):
        names[row.engineer_id] = row.engineer.name
        away[row.engineer_id].append(row.period)
    zone = process.in_force().zone
    lines = [
        words.away_then(names[each.engineer], missed, zone)
        for each, missed in _missed(shifts, {who: union(found) for who, found in away.items()})
    ]
    yield from lines[:_SHOWN]
    if len(lines) > _SHOWN:
        yield f"… and {len(lines) - _SHOWN} more times at which who is named is away."


def _missed(
    shifts: Iterable[ImportedShift], away: Mapping[int, Sequence[Period]]
) -> Iterable[tuple[ImportedShift, Period]]:
    """Give each shift with what of it falls into its person's absences, which are in order."""
    for each in sorted(shifts, key=lambda one: one.period):
        absences = away.get(each.engineer, ())
        first = bisect_right(absences, each.period.start, key=lambda one: one.end)
        for absence in absences[first:]:
            shared = each.period.overlap(absence)
            if shared is None:
                break
            yield each, shared


def preview(
    *,
    text: str,
    duty: str,
    at: datetime,
    source: str = "",
    instead: bool = False,
) -> tuple[ImportedRota, Preview]:
    """Give what taking it in would do, whom it would put on beside whom too; nothing is done."""
    found: list[ImportedRota] = []

    def edit() -> BuildOutcome:
        done = take_in(
            text=text, duty=duty, at=at, by="a preview", source=source, beside=True, instead=instead
        )
        found.append(done)
        return done.outcome

    seen = coverage.preview(edit, at=at)
    return found[0], seen


@rota_lock.held
def take_back(*, number: int, at: datetime, by: str) -> BuildOutcome:
    """Take a whole import back: what its source had before is on again, for the time to come.

    What people changed here since stays. Refused if a later import of the source stands, or where
    what it ended would be on again beside what people made since.
    """
    run = RotaImport.objects.select_for_update().filter(pk=number, taken_back_at=None).first()
    if run is None:
        raise EditRefused("This import was taken back or is gone.", "There is nothing to undo.")
    last = _last(run.duty, run.source)
    if last is not None and last.pk != run.pk:
        raise EditRefused(
            f"{run.name.capitalize()} was taken in again since.", f"Take back {last.pk} first."
        )
    before = _last(run.duty, run.source, before=run.pk)
    wanted = [imported_shifts.shift(row) for row in before.shifts] if before else []
    taken = imported_shifts.recorded(run, at)
    changes = import_changes.compare(taken, wanted, at, any_version=True)
    stands = list(imported_shifts.apply(changes, before or run, at=at, by=by))
    if before is not None:
        before.shifts = [imported_shifts.stored(each, row) for each, row in stands]
        before.save(update_fields=["shifts"])
    else:
        run.overrides.update(taken_in=None)
    revived = imported_rotations.take_back(run, at)
    beside = double_cover.found(run.duty, revived, at, turns=True)
    run.taken_back_at = at
    run.save(update_fields=["taken_back_at"])
    why = f"The import of {run.name} for {run.duty} was taken back"
    outcome = rebuild([run.duty], at=at, by=by, why=why)
    after = double_cover.found(run.duty, revived, at, turns=True)
    twice = double_cover.newly(beside, after)
    if lines := double_cover.told(run.duty, twice):
        raise EditRefused(words.beside(lines), "End one of the two first.")
    return outcome
