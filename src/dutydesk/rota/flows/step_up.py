"""Taking over a shift that is on now, also for whoever is on call in the other duty."""

from collections.abc import Sequence
from datetime import datetime

from dutydesk.kernel.periods import Period
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import plan_constraints, rota_lock, swaps
from dutydesk.rota.flows.shift_build import EditRefused, rebuild
from dutydesk.rota.models import Override, Shift


@rota_lock.held
def take_now(*, shift: int, engineer: int, at: datetime, instead: int | None = None) -> str:
    """Take over a shift that is running to its end; say what becomes of one's own.

    Whoever is secondary becomes primary so, in one deed: for that time `instead` is secondary, or
    nobody. A newcomer left alone by it is warned of and no reason to refuse: somebody is ill.
    """
    running = Shift.objects.select_related("engineer").filter(start__lte=at, end__gt=at)
    found = running.filter(pk=shift, cancelled_at=None).first()
    own = [] if found is None else own_besides(found, engineer, at)
    if found is None or not own:
        swaps.take_now(shift=shift, engineer=engineer, at=at)
        return f"You are {found.duty if found else 'on'} from now until the shift ends."
    me = Engineer.objects.get(pk=engineer)
    other = None if instead is None else Engineer.objects.filter(pk=instead, active=True).first()
    if instead is not None and (other is None or instead in (engineer, found.engineer_id)):
        raise EditRefused(f"They can't be {own[0].duty} then.", "Choose somebody else, or nobody.")
    whole = Period(at, found.end)
    _override(found.duty, whole, add=me, remove=found.engineer, by=me, at=at)
    for mine in own:
        part = mine.period.overlap(whole)
        if part is not None:
            _override(mine.duty, part, add=other, remove=me, by=me, at=at)
    second = other.name if other else "nobody"
    why = (
        f"{me.name} takes over as {found.duty} from {found.engineer.name}; {second} is "
        f"{own[0].duty}, {words.span(whole, process.in_force().zone)}"
    )
    outcome = rebuild(plan_constraints.DUTIES, at=at, by=me.name, why=why, anyway=True)
    if not Shift.objects.filter(
        engineer=me, duty=found.duty, start__lte=at, end__gt=at, cancelled_at=None
    ).exists():
        raise EditRefused("Somebody else took it just now.", "Look at who is on.")
    if other is not None and not outcome.of(other.pk):
        raise EditRefused(f"{other.name} is away or on call then.", "Choose somebody else.")
    said = f"You are {found.duty} from now until the shift ends; {second} is {own[0].duty}."
    return said if other else f"{said} Give that to somebody."


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
