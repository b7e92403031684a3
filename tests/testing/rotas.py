"""A team of eight with a rotation of each on-call duty, for tests of plans and of pay."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from dutydesk.kernel.periods import Period
from dutydesk.people.models import Account, Engineer
from dutydesk.process.flows import process
from dutydesk.rota.flows import edits, plan_proposals, publication, roster
from dutydesk.rota.flows.edits import Cadence
from dutydesk.rota.flows.plan_proposals import Proposal
from dutydesk.rota.flows.shift_corrections import HadTime
from dutydesk.rota.rules.tallies import Tally
from testing.world import World, number

EIGHT = ("Ada", "Ben", "Cy", "Di", "Ed", "Fay", "Gus", "Hal")
_MINUTE = timedelta(minutes=1)


def join(name: str) -> Engineer:
    """Let somebody be on the team."""
    account = Account.objects.create_user(email=f"{name.lower()}@example.org", name=name)
    return Engineer.objects.create(name=name, email=account.email, account=account)


def rotate(world: World, duty: str, places: Sequence[Sequence[str]], starts: str) -> None:
    """Let people take weekly turns at a duty."""
    local = world.moment(starts).astimezone(world.zone).replace(tzinfo=None)
    cadence = Cadence("weekly", 1, local, [[number(name) for name in place] for place in places])
    edits.rotate(duty=duty, cadence=cadence, at=world.at, by="Ada")


def team_of_eight(folder: Path, local: str = "2026-11-23T08:00") -> World:
    """Give eight people, and a rotation of each on-call duty that keeps a week of rest."""
    world = World(folder, local)
    for name in EIGHT[3:]:
        join(name)
    starts = (world.at.astimezone(world.zone) - timedelta(days=7)).strftime("%Y-%m-%dT10:00")
    for duty, first in (("primary", 0), ("secondary", 4)):
        rotate(world, duty, [[EIGHT[(first + n) % 8]] for n in range(8)], starts)
    return world


def span(world: World, start: str, end: str) -> Period:
    """Give a time by the wall clock."""
    return Period(world.moment(start), world.moment(end))


def propose(world: World, weeks: int = 6, *, afresh: bool = False) -> Proposal:
    """Propose a plan of so many weeks."""
    until = world.at + timedelta(weeks=weeks)
    return plan_proposals.propose(at=world.at, until=until, seconds=30, afresh=afresh)


def publish(world: World, proposal: Proposal) -> int:
    """Publish a plan as it was shown; give its number."""
    kept = publication.keep(proposal, at=world.at)
    assert kept is not None
    publication.publish(number=kept.pk, at=world.at, by="Ada")
    return kept.pk


def on(world: World, local: str, duty: str = "primary") -> list[str]:
    """Give who has a duty at a time."""
    return [d.name for d in roster.who(at=world.moment(local)) if d.duty == duty and d.name]


def minutes(had: Sequence[HadTime], whole: Period) -> dict[int, Tally]:
    """Count promised on-call hours slowly: each minute by itself, by the kind of its day."""
    current = process.in_force()
    clock, calendar = current.clock("on_call"), current.calendar
    found: dict[int, Tally] = {}
    for period in clock.periods(whole.start, whole.end):
        at = period.start
        while at < period.end:
            day = at.astimezone(current.zone).date()
            kind = "weekend" if day.weekday() >= 5 else "weekday"
            if calendar.is_holiday(day):
                kind = "holiday"
            for one in had:
                if at in one.period:
                    so_far = found.get(one.engineer, Tally())
                    found[one.engineer] = so_far + Tally(**{kind: _MINUTE})
            at += _MINUTE
    return found


def kinds(tally: Tally) -> tuple[timedelta, timedelta, timedelta]:
    """Give a tally by the kind of day."""
    return tally.weekday, tally.weekend, tally.holiday
