"""Putting right, for pay and shares, who really had a time that is past. Always on record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from dutydesk.journal.flows import journal
from dutydesk.kernel import bounds
from dutydesk.kernel.periods import Period, subtract
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import roster, rota_lock
from dutydesk.rota.flows.shift_build import EditRefused, RotaChanged
from dutydesk.rota.models import Duty, ShiftCorrection


@dataclass(frozen=True)
class HadTime:
    """Time of a duty that somebody had, and by what."""

    duty: str
    engineer: int
    period: Period
    kind: str


def had(span: Period, *, engineer: int | None = None) -> list[HadTime]:
    """Give who had which time in `span`, cut to it, in order, as it was put right."""
    found = [
        HadTime(shift.duty, shift.engineer_id, shared, shift.kind)
        for shift in roster.between(span, engineer=engineer)
        if (shared := shift.period.overlap(span)) is not None
    ]
    rows = ShiftCorrection.objects.filter(
        undone_at=None, start__lt=span.end, end__gt=span.start
    ).order_by("pk")
    for row in rows:
        shared = row.period.overlap(span)
        if shared is not None:
            found = list(_corrected(found, row, shared, engineer))
    return sorted(found, key=lambda one: (one.period, one.duty, one.engineer))


def _corrected(
    found: Sequence[HadTime], row: ShiftCorrection, shared: Period, engineer: int | None
) -> Iterable[HadTime]:
    for one in found:
        if (one.duty, one.engineer) != (row.duty, row.remove_id):
            yield one
            continue
        for part in subtract([one.period], [shared]):
            yield replace(one, period=part)
    if row.add_id is None or engineer not in (None, row.add_id):
        return
    theirs = [o.period for o in found if (o.duty, o.engineer) == (row.duty, row.add_id)]
    for part in subtract([shared], theirs):
        yield HadTime(row.duty, row.add_id, part, "corrected")


@rota_lock.held
def correct(
    *,
    duty: str,
    span: Period,
    add: int | None,
    remove: int | None,
    why: str,
    at: datetime,
    by: str,
) -> ShiftCorrection:
    """Note who really had a time of a duty that is past. Nothing else of the record changes.

    Who was called then, and by which shift, stays as it was. Clause oncall.rota.
    """
    if duty not in Duty.values:
        raise EditRefused(f"“{duty}” is not a duty.", f"Choose {', '.join(Duty.values)}.")
    if (add is None and remove is None) or add == remove:
        raise EditRefused("Nothing would be otherwise.", "Choose who had it, who hadn't, or both.")
    if span.end > at:
        raise EditRefused("That time is not past yet.", "Change who is on instead.")
    bounds.check_text(why, longest=300, what="Why")
    if not why.strip():
        raise EditRefused("It isn't said why.", "Say what happened, for whoever pays.")
    row = ShiftCorrection(
        duty=duty, start=span.start, end=span.end, add_id=add, remove_id=remove, why=why.strip(),
        made_by=by, made_at=at,
    )  # fmt: skip
    known = Engineer.objects.filter(pk__in=[who for who in (add, remove) if who is not None])
    if known.count() != len({add, remove} - {None}):
        raise EditRefused("Nobody has that number.", "Choose somebody from the list.")
    before = had(span)
    _check(row, before)
    row.save()
    if had(span) == before:
        name = row.add.name if row.add else "Nobody"
        raise EditRefused(f"{name} had that time already.", "Look at the statement again.")
    _record(row, f"Put right: {_told(row)}. {row.why}", at, by)
    return row


def _check(row: ShiftCorrection, before: Sequence[HadTime]) -> None:
    theirs = [o.period for o in before if (o.duty, o.engineer) == (row.duty, row.remove_id)]
    if row.remove and subtract([row.period], theirs):
        raise EditRefused(
            f"{row.remove.name} had not all of that time as {row.duty}.",
            "Give only time that they had.",
        )
    duties = _one_at_a_time(row.duty)
    others = [
        o
        for o in before
        if o.engineer == row.add_id
        and o.duty in duties - {row.duty}
        and o.period.overlap(row.period)
    ]
    if row.add and others:
        raise EditRefused(
            f"{row.add.name} was {others[0].duty} then.", "Take that from them first."
        )


@rota_lock.held
def undo(*, number: int, at: datetime, by: str) -> None:
    """Take a correction back: what it put right is again as it was recorded."""
    row = ShiftCorrection.objects.select_for_update(of=("self",)).filter(pk=number).first()
    if row is None or row.undone_at is not None:
        raise EditRefused("This correction is gone.", "There is nothing to take back.")
    later = ShiftCorrection.objects.filter(pk__gt=row.pk, undone_at=None)
    later = later.filter(duty__in=_one_at_a_time(row.duty))
    if later.filter(start__lt=row.end, end__gt=row.start).exists():
        raise EditRefused("A later correction is of that time too.", "Take that one back first.")
    row.undone_at = at
    row.save(update_fields=["undone_at"])
    _record(row, f"Taken back: {_told(row)}", at, by)


def _one_at_a_time(duty: str) -> set[str]:
    """Give the duties of which one person has one at a time, this among them."""
    return {"support"} if duty == "support" else {"primary", "secondary"}


def told(row: ShiftCorrection, zone: ZoneInfo) -> str:
    """Say who had the time and who hadn't: “Ben had primary instead of Ada, …”."""
    when = words.span(row.period, zone)
    if row.add and row.remove:
        return f"{row.add.name} had {row.duty} instead of {row.remove.name}, {when}"
    if row.add:
        return f"{row.add.name} had {row.duty}, {when}"
    return f"{row.remove.name if row.remove else 'nobody'} had not {row.duty}, {when}"


def _told(row: ShiftCorrection) -> str:
    return told(row, process.in_force().zone)


def _record(row: ShiftCorrection, text: str, at: datetime, by: str) -> None:
    event = RotaChanged([row.duty], len({row.add_id, row.remove_id} - {None}))
    journal.record(event=event, subject="rota", text=text, at=at, actor=by, clause="oncall.rota")
