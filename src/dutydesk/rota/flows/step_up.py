"""Taking over a shift that is on now, also for whoever is on call in the other duty."""

from collections.abc import Sequence
from datetime import datetime

from dutydesk.kernel.moments import when
from dutydesk.kernel.periods import Period
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import edit_checks, plan_constraints, rota_lock
from dutydesk.rota.flows.shift_build import EditRefused, rebuild
from dutydesk.rota.models import Override, Shift


@rota_lock.held
def take_now(*, shift: int, engineer: int, at: datetime, instead: int | None = None) -> str:
    """Take over a shift that is running to its end; say what becomes of one's own.

    Whoever is secondary becomes primary so, in one deed: for that time `instead` is secondary, or
    nobody. A newcomer left alone by it is warned of and no reason to refuse: somebody is ill.
    """
    running = Shift.objects.select_related("engineer").filter(start__lte=at, end__gt=at)
    found = running.filter(pk=shift, cancelled_at=None).exclude(engineer=engineer).first()
    if found is None:
        raise EditRefused(
            "This shift is not running, or is yours.", "Choose one that another has now."
        )
    me, own = edit_checks.member(engineer), own_besides(found, engineer, at)
    other = _second(instead, found, me, own) if own else None
    whole = Period(at, found.end)
    _override(found.duty, whole, add=me, remove=found.engineer, by=me, at=at)
    for mine in own:
        part = mine.period.overlap(whole)
        if part is not None:
            _override(mine.duty, part, add=other, remove=me, by=me, at=at)
    left = f"; {other or 'nobody'} is {own[0].duty}" if own else ""
    why = f"{me.name} takes over as {found.duty} from {found.engineer.name}{left}"
    why += f", {words.span(whole, process.in_force().zone)}"
    duties = {found.duty, *(mine.duty for mine in own)}
    outcome = rebuild(duties, at=at, by=me.name, why=why, anyway=True)
    if not Shift.objects.filter(
        engineer=me, duty=found.duty, start__lte=at, end__gt=at, cancelled_at=None
    ).exists():
        raise _away(me, at)
    if other is not None and not outcome.of(other.pk):
        raise EditRefused(f"{other.name} is away or on call then.", "Choose somebody else.")
    said = f"You are {found.duty} from now until the shift ends{left}."
    return said if other or not own else f"{said} Give that to somebody."


def _away(me: Engineer, at: datetime) -> EditRefused:
    """Say why somebody can't be on now, and what would let them."""
    if me.joins_at is not None and me.joins_at > at:
        joins = when(me.joins_at, process.in_force().zone, at)
        return EditRefused(
            f"You take turns only once you join, {joins}.", "Let somebody else take it."
        )
    return EditRefused("You are away now.", "Take your absence back first.")


def _second(
    instead: int | None, found: Shift, me: Engineer, own: Sequence[Shift]
) -> Engineer | None:
    """Give who has one's own duty meanwhile; None for nobody."""
    if instead is None:
        return None
    other = Engineer.objects.filter(pk=instead, active=True).first()
    if other is None or instead in (me.pk, found.engineer_id):
        raise EditRefused(f"They can't be {own[0].duty} then.", "Choose somebody else, or nobody.")
    return other


def _override(
    duty: str,
    span: Period,
    *,
    add: Engineer | None,
    remove: Engineer,
    by: Engineer,
    at: datetime,
) -> None:
    Override.objects.create(
        duty=duty,
        start=span.start,
        end=span.end,
        add=add,
        remove=remove,
        kind="swap",
        made_by=by.name,
        made_at=at,
    )


def own_besides(found: Shift, engineer: int, at: datetime) -> Sequence[Shift]:
    """Give somebody's shifts of the other on-call duty in what is left of a shift, in order."""
    if found.duty not in plan_constraints.DUTIES:
        return []
    others = [duty for duty in plan_constraints.DUTIES if duty != found.duty]
    mine = Shift.objects.filter(
        engineer=engineer, duty__in=others, start__lt=found.end, end__gt=at, cancelled_at=None
    )
    return list(mine.order_by("start", "id"))
