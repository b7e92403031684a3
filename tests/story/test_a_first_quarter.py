"""Nine people's first quarter on call: from setting up to statements that add up by hand."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest

from dutydesk.kernel.periods import Period
from dutydesk.people.flows import people
from dutydesk.people.models import Engineer
from dutydesk.rota.flows import (
    absences,
    edits,
    pay_statements,
    publication,
    shift_corrections,
    swaps,
    upkeep,
)
from dutydesk.rota.flows.absences import Regularly
from dutydesk.rota.models import Shift
from testing.rotas import EIGHT, join, minutes, on, propose, publish, rotate, span
from testing.world import World, number

HOUR = timedelta(hours=1)
NINE = (*EIGHT, "Ian")
# By hand: 8 h on a working day (07-10, 17-22), 15 h at a weekend and on a public holiday (07-22).
PROMISED = {
    date(2026, 12, 1): 21 * 8 + 8 * 15 + 2 * 15,  # Christmas Day, and Monday for Boxing Day.
    date(2027, 1, 1): 20 * 8 + 10 * 15 + 1 * 15,  # New Year's Day is a Friday.
    date(2027, 2, 1): 20 * 8 + 8 * 15,
    date(2027, 3, 1): 21 * 8 + 8 * 15 + 2 * 15,  # Good Friday and Easter Monday.
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Set up: nine people who take weekly turns from Monday, 30 November, on."""
    world = World(tmp_path, "2026-11-27T09:00")
    for name in NINE[3:]:
        join(name)
    for duty, first in (("primary", 0), ("secondary", 4)):
        places = [[NINE[(first + n) % 9]] for n in range(9)]
        rotate(world, duty, places, "2026-11-30T10:00")
    return world


def pass_to(world: World, local: str) -> None:
    """Let time go on; the desk looks after its rotas on the way."""
    world.at = world.moment(local)
    upkeep.look_after(at=world.at)
    world.settle()


def christmas(world: World) -> None:
    """Ada and Di share the four days of Christmas."""
    pass_to(world, "2026-12-04T10:00")
    whole = span(world, "2026-12-24T00:00", "2026-12-28T00:00")
    half = world.moment("2026-12-26T10:00")
    shifts = [
        (number("Ada"), Period(whole.start, half)),
        (number("Di"), Period(half, whole.end)),
    ]
    edits.stand_in(duty="primary", span=whole, shifts=shifts, at=world.at, by="Ada")
    assert on(world, "2026-12-25T12:00") == ["Ada"]
    assert on(world, "2026-12-27T12:00") == ["Di"]


def part_timer(world: World) -> None:
    """Fay works no Fridays from the new year on; Gus takes that of the turn that is hers now."""
    pass_to(world, "2027-01-04T08:00")
    fridays = Regularly([4], date(2027, 1, 1))
    absences.be_away_regularly(
        engineer=number("Fay"), days=fridays, at=world.at, by="Fay", anyway=True
    )
    friday = span(world, "2027-01-08T00:00", "2027-01-09T00:00")
    assert on(world, "2027-01-07T19:00") == ["Fay"]
    assert on(world, "2027-01-08T19:00") == []
    edits.add_shift(
        duty="primary",
        engineer=number("Gus"),
        start=friday.start,
        end=friday.end,
        at=world.at,
        by="Gus",
    )


def joiner(world: World) -> None:
    """Jo joins, and the plan of the weeks to come counts on Jo."""
    join("Jo")
    pass_to(world, "2027-01-11T08:00")
    proposal = propose(world, weeks=7, afresh=True)
    assert proposal.counts[number("Jo")] > 0
    assert proposal.counts[number("Fay")] > 0
    stood = [one for one in proposal.stand_ins if one.instead_of == number("Fay")]
    assert len(stood) == proposal.counts[number("Fay")]
    publish(world, proposal)


def leaver(world: World) -> int:
    """Ian leaves, and the re-plan gives his turns to others and moves nothing else."""
    pass_to(world, "2027-02-01T08:00")
    ian = number("Ian")
    people.set_active(engineer=ian, active=False, at=world.at)
    pass_to(world, "2027-02-01T08:05")
    assert not Shift.objects.filter(engineer=ian, end__gt=world.at, cancelled_at=None).exists()
    proposal = propose(world, weeks=9)
    return publish(world, proposal)


def replan(world: World, plan: int) -> None:
    """The re-plan is taken back as one, and published once more as it is proposed then."""
    day = "2027-03-10T08:00"
    planned = on(world, day)
    publication.take_back(number=plan, at=world.at, by="Ada")
    publish(world, propose(world, weeks=9))
    assert len(planned) == len(on(world, day)) == 1


def swap(world: World) -> tuple[str, str]:
    """Two change a day and a night in which the clocks go forward."""
    pass_to(world, "2027-03-22T11:00")
    night = span(world, "2027-03-27T12:00", "2027-03-28T12:00")
    (giver,) = on(world, "2027-03-27T13:00")
    (second,) = on(world, "2027-03-27T13:00", "secondary")
    taker = next(name for name in ("Ben", "Cy", "Di") if name not in (giver, second))
    offered = swaps.offer(
        duty="primary", span=night, engineer=number(giver), asked=None, at=world.at
    )
    swaps.take(swap=offered.pk, engineer=number(taker), at=world.at)
    assert on(world, "2027-03-28T11:59") == [taker]
    assert on(world, "2027-03-28T12:00") == [giver]
    return giver, taker


def statement(name: str, month: date, world: World, duty: str = "") -> list[dict[str, str]]:
    engineer = Engineer.objects.get(name=name)
    text = pay_statements.statement(engineer=engineer, month=month, at=world.at, duty=duty)
    return list(csv.DictReader(io.StringIO(text)))


def total(rows: list[dict[str, str]], kind: str = "promised") -> float:
    return float(rows[-1][f"{kind} hours"])


@pytest.mark.django_db
@pytest.mark.clause("oncall.rota")
@pytest.mark.long
def test_a_first_quarter_of_nine(world: World) -> None:
    for chapter in (christmas, part_timer, joiner):
        chapter(world)
    replan(world, leaver(world))
    giver, taker = swap(world)
    pass_to(world, "2027-04-01T09:00")
    everybody = (*NINE, "Jo")
    for month, promised in PROMISED.items():
        primary = {name: statement(name, month, world, "primary") for name in everybody}
        assert sum(total(rows) for rows in primary.values()) == promised, month
    ada = statement("Ada", date(2026, 12, 1), world, "primary")
    temporary = [row for row in ada if "temporary" in row["why"]]
    assert sum(float(row["promised hours"]) for row in temporary) == 8 + 15 + 3
    assert sum(float(row["public holiday hours"]) for row in temporary) == 15
    (night,) = [
        row for row in statement(taker, date(2027, 3, 1), world, "primary") if "swap" in row["why"]
    ]
    assert (night["from"][-6:], night["until"][-6:]) == ("+00:00", "+01:00")
    assert float(night["weekend hours"]) == float(night["promised hours"]) == 10 + 5
    assert giver not in night["name"]
    assert total(statement("Ian", date(2027, 1, 1), world)) > 0
    assert total(statement("Ian", date(2027, 2, 1), world)) <= 3  # He left on the first, at eight.
    assert total(statement("Jo", date(2026, 12, 1), world)) == 0
    by_the_minute(world, everybody)


def by_the_minute(world: World, everybody: tuple[str, ...]) -> None:
    """Count March slowly: every statement says the same, by the kind of day."""
    month = pay_statements.month_of(date(2027, 3, 1))
    had = [one for one in shift_corrections.had(month) if one.duty != "support"]
    slowly = minutes(had, month)
    for name in everybody:
        rows = statement(name, date(2027, 3, 1), world)
        found = slowly.get(number(name))
        for kind, said in (("weekday", "weekday"), ("weekend", "weekend"),
                           ("holiday", "public holiday")):  # fmt: skip
            expected = getattr(found, kind) / HOUR if found else 0
            assert total(rows, said) == pytest.approx(expected, abs=0.05), (name, kind)
