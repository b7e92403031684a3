"""Nine people's rota in another country, over both changes of its clocks: pay adds up by hand."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest

from dutydesk.people.flows import membership
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.check import DEFAULT_FILE
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
from dutydesk.rota.models import Override
from dutydesk.rota.rules.tallies import Tally
from testing.rotas import EIGHT, join, minutes, on, propose, publish, rotate, span
from testing.world import World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.rota"), pytest.mark.long]
HOUR = timedelta(hours=1)
NINE = (*EIGHT, "Ian")
# By hand: 8 h on a working day (07-10, 17-22), 15 h at a weekend and on a public holiday (07-22).
PROMISED = {
    date(2026, 9, 1): 7 * 8 + 2 * 15 + 5,  # From the 21st, 17:00, on: 7 days, and that evening.
    date(2026, 10, 1): 20 * 8 + 9 * 15 + 15,  # Labour Day; and nobody is on on Fay's Friday.
    date(2026, 12, 1): 21 * 8 + 8 * 15 + 2 * 15,  # Christmas Day, and Monday for Boxing Day.
    date(2027, 1, 1): 19 * 8 + 10 * 15 + 2 * 15,  # New Year's Day, and Monday for the second.
    date(2027, 2, 1): 18 * 8 + 8 * 15 + 2 * 15,  # Auckland's day, and Monday for Waitangi Day.
    date(2027, 3, 1): 21 * 8 + 8 * 15 + 2 * 15,  # Good Friday and Easter Monday.
    date(2027, 4, 1): 21 * 8 + 8 * 15 + 15,  # Monday for ANZAC Day.
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Set up: nine people who take weekly turns from Monday, 21 September, on."""
    world = World(tmp_path, "2026-09-20T12:00")
    for name in NINE[3:]:
        join(name)
    text = DEFAULT_FILE.read_text("utf-8")
    there = "zone: Pacific/Auckland\n  country: NZ\n  subdivision: AUK"
    here = "zone: Europe/London\n  country: GB\n  subdivision: ENG"
    assert here in text
    file = tmp_path / "there.yaml"
    file.write_text(text.replace(here, there), "utf-8")
    process.adopt(file=file, at=world.at - timedelta(days=30))
    world.zone = process.in_force().zone
    for duty, first in (("primary", 0), ("secondary", 4)):
        rotate(world, duty, [[NINE[(first + n) % 9]] for n in range(9)], "2026-09-21T17:00")
    return world


def pass_to(world: World, local: str) -> None:
    world.at = world.moment(local)
    upkeep.look_after(at=world.at)
    world.settle()


def give(world: World, start: str, end: str, giver: str, taker: str) -> int:
    """Let somebody take what another offers."""
    offered = swaps.offer(
        duty="primary", span=span(world, start, end), engineer=number(giver), asked=None,
        at=world.at,
    )  # fmt: skip
    swaps.take(swap=offered.pk, engineer=number(taker), at=world.at)
    return Override.objects.latest("pk").pk


def chain(world: World, night: tuple[str, str], into: str) -> None:
    """A night in which the clocks change goes from hand to hand, and a part of it back."""
    start, end = night
    (giver,) = on(world, start)
    (second,) = on(world, start, "secondary")
    ours = [name for name in ("Ben", "Cy", "Di", "Ed") if name not in (giver, second)]
    give(world, start, end, giver, ours[0])
    give(world, start, end, ours[0], ours[1])
    last = give(world, into, end, ours[1], giver)
    assert (on(world, start), on(world, into)) == ([ours[1]], [giver])
    edits.undo(number=last, at=world.at, by=giver)
    assert on(world, into) == [ours[1]]


def part_timers(world: World) -> None:
    pass_to(world, "2026-10-05T08:00")
    for name, days in (("Fay", Regularly([4], date(2026, 10, 5))),
                       ("Gus", Regularly([0, 1], date(2026, 10, 5), every=2))):  # fmt: skip
        absences.be_away_regularly(
            engineer=number(name), days=days, at=world.at, by=name, anyway=True
        )


def one_goes_as_another_comes(world: World) -> None:
    """Hal leaves on the day on which Jo begins, in the middle of a turn."""
    pass_to(world, "2026-11-02T08:00")
    day = world.moment("2026-12-02T00:00")
    membership.join(engineer=join("Jo").pk, on=day, at=world.at)
    membership.leave(engineer=number("Hal"), on=day, at=world.at)
    world.settle()
    publish(world, propose(world, weeks=8, afresh=True))
    assert max(one.period.end for one in had(world, "Hal")) <= day
    assert min(one.period.start for one in had(world, "Jo")) >= day


def had(world: World, name: str) -> list[shift_corrections.HadTime]:
    """Give somebody's time of that summer, to come too."""
    summer = span(world, "2026-10-01T00:00", "2027-03-01T00:00")
    return shift_corrections.had(summer, engineer=number(name))


def replan(world: World) -> None:
    pass_to(world, "2026-12-14T08:00")
    before = {day: on(world, day) for day in ("2026-12-15T08:00", "2026-12-20T12:00")}
    proposal = propose(world, weeks=20, afresh=True)
    publication.take_back(number=publish(world, proposal), at=world.at, by="Ada")
    assert {day: on(world, day) for day in before} == before
    publish(world, proposal)


def test_a_summer_of_nine(world: World) -> None:
    chain(world, ("2026-09-26T17:00", "2026-09-27T12:00"), "2026-09-27T08:00")
    part_timers(world)
    one_goes_as_another_comes(world)
    replan(world)
    pass_to(world, "2027-03-29T08:00")
    chain(world, ("2027-04-03T17:00", "2027-04-04T12:00"), "2027-04-04T07:30")
    pass_to(world, "2027-05-01T09:00")
    for month, promised in PROMISED.items():
        assert added_up(world, month) == promised, month


def added_up(world: World, month: date) -> float:
    """Add up everybody's primary hours of a month; each statement is that of a slow count."""
    whole = pay_statements.month_of(month)
    turns = [one for one in shift_corrections.had(whole) if one.duty == "primary"]
    slowly, hours = minutes(turns, whole), 0.0
    for who in Engineer.objects.order_by("pk"):
        text = pay_statements.statement(engineer=who, month=month, at=world.at, duty="primary")
        total = list(csv.DictReader(io.StringIO(text)))[-1]
        hours += float(total["promised hours"])
        found = slowly.get(who.pk, Tally())
        for kind, said in (("weekday", ""), ("weekend", ""), ("holiday", "public ")):
            expected = getattr(found, kind) / HOUR
            assert float(total[f"{said}{kind} hours"]) == pytest.approx(expected, abs=0.01)
    return hours
