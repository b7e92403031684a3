"""Looking after rotas: people who came or left, the horizon, what is missing ahead."""

from collections.abc import Collection
from datetime import datetime, time, timedelta

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.database import rows
from dutydesk.kernel.periods import Period
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import (
    absences,
    holes,
    roster,
    rota_lock,
    shift_build,
    staffing,
    team_members,
    violations,
)
from dutydesk.rota.models import Outlook
from dutydesk.rota.rules import told_thin
from dutydesk.rota.rules.duty import open_clock
from dutydesk.rota.rules.gaps import next_telling

# Whether other people are on the team than the rotas know, and whether their time has come. Asked
# every few seconds; where nobody has begun to use rotas, it is neither.
_DUE = """
WITH team AS (
    SELECT coalesce(jsonb_agg(id ORDER BY id), '[]') AS people FROM people_engineer WHERE active
)
SELECT coalesce(bool_or(rota.people <> team.people), false), coalesce(min(look_at) <= %s, false)
FROM rota_outlook AS rota CROSS JOIN team
"""
_LOOKED_AT = "primary"  # One row of the three keeps what was told of all.


def look_after(*, at: datetime) -> bool:
    """Do what is due for the rotas at `at`; give whether anything was.

    Cheap when nothing is: one small query. Workers may do this at the same time.
    """
    changed, due = rows.run(_DUE, [at]).fetchall()[0]
    if changed:
        team_members.rework(at=at, by="the desk", why="Somebody joined the team or left it")
        return True
    if not due:
        return False
    return _look(at)


@transaction.atomic
def _look(at: datetime) -> bool:
    first = Outlook.objects.order_by("duty").values("duty")[:1]
    if not Outlook.objects.select_for_update(skip_locked=True).filter(duty__in=first):
        return False  # Somebody changes the rotas, or looks after them.
    rotas = rota_lock.hold()
    if not any(row.look_at <= at for row in rotas):
        return False
    far = at + shift_build.HORIZON - timedelta(days=7)
    if any(row.built_until < far for row in rotas) or absences.behind(far):
        absences.write_on(at)
        shift_build.rebuild(
            [row.duty for row in rotas], at=at, by="the desk", why="Time went on", extending=True
        )
    keeper = next((row for row in rotas if row.duty == _LOOKED_AT), rotas[0])
    before = [str(told) for told in keeper.told]
    here = roster.reachable()
    told = [
        *holes.tell(before, at, reachable=here),
        *_tell_alone(before, at),
        *_tell_thin(before, at, reachable=here),
    ]
    Outlook.objects.filter(pk__in=[row.pk for row in rotas]).update(look_at=_next(at))
    Outlook.objects.filter(pk=keeper.pk).update(told=told)
    return True


def _next(at: datetime) -> datetime:
    """Give the next morning on which to look again: when the working day begins."""
    current = process.in_force()
    opens = current.clock("working").next_open(at)
    clock = opens.astimezone(current.zone).time() if opens else time(9)
    following = next_telling(at, clock=clock, days=None, zone=current.zone)
    return following or at + timedelta(days=1)


def _tell_alone(told: list[str], at: datetime) -> list[str]:
    """Tell the team of each newcomer who is on call alone in the time ahead, once for a stretch."""
    current = process.in_force()
    found = violations.alone_in(Period(at, at + current.ask.cover.seen_ahead), at=at)
    new = [one for one in found if f"alone: {one.newcomer}" not in told]
    if new:
        desk_posts.say(
            key=f"rota:alone:{at.isoformat()}",
            channel=current.team.channel,
            message=words.newcomers_alone(violations.told_alone(new), mention=current.team.mention),
            at=at,
        )
    return [f"alone: {newcomer}" for newcomer in sorted({one.newcomer for one in found})]


def _tell_thin(told: list[str], at: datetime, *, reachable: Collection[int]) -> list[str]:
    """Tell the team of who are too few on support in the time ahead, once of each such time."""
    current = process.in_force()
    ahead = Period(at, at + current.ask.cover.seen_ahead)
    found = staffing.thin(at=at, until=ahead.end, reachable=reachable)
    clock, before = current.clock(open_clock("support")), told_thin.read(told)
    # In time that nobody is promised for, nothing ends: told is up to where the next begins.
    seen, *ends = (
        clock.next_open(end) or end for end in (ahead.end, *(f.period.end for f in found))
    )
    stretches = [
        (told_thin.group(each.people), Period(each.period.start, end))
        for each, end in zip(found, ends, strict=True)
    ]
    new = [
        each
        for each, (who, stretch) in zip(found, stretches, strict=True)
        if before.is_new(who, stretch)
    ]
    if new:
        desk_posts.say(
            key=f"rota:thin:{at.isoformat()}",
            channel=current.team.channel,
            message=words.support_thin(staffing.told(new)),
            at=at,
        )
    return told_thin.written(stretches, seen)
