"""Telling people that a turn of theirs comes, and the team that another has a duty now. Once."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.database import rows
from dutydesk.kernel.periods import Period
from dutydesk.people.flows import zones
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.handovers import TURN_CHANGE
from dutydesk.rota import words
from dutydesk.rota.flows import notices, roster
from dutydesk.rota.models import Duty, Shift, TurnNotice
from dutydesk.rota.rules import coming_turns
from dutydesk.rota.rules.coming_turns import TurnBegins

_LATE = timedelta(hours=1)
_AROUND = timedelta(weeks=6)  # So far around it a turn's other shifts are looked for.
_Turn = tuple[str, TurnBegins]


def look_after(*, at: datetime) -> None:
    """Tell what is to be told at `at`; one small query where no turn is near. Clause oncall.rota.

    Workers may do this at the same time.
    """
    before = process.in_force().on_call.tell_before or timedelta()
    near = Shift.objects.filter(cancelled_at=None, start__gt=at - _LATE, start__lte=at + before)
    duties = set(near.values_list("duty", flat=True))
    span = Period(at - _LATE, at + before + timedelta(microseconds=1))
    turns = list(_begin(span, duties))
    for duty, turn in turns:
        if turn.period.start > at:
            _tell(duty, turn, at=at, before=before)
    begun = [one for one in turns if one[1].period.start <= at]
    for moment in sorted({turn.period.start for _, turn in begun}):
        _tell_team([one for one in begun if one[1].period.start == moment], at=at)


def _begin(span: Period, duties: Collection[str]) -> Iterator[_Turn]:
    """Give the turns that begin in `span`, by duty, of those of which a shift begins there."""
    wide = Period(span.start - _AROUND, span.end + _AROUND)
    for duty in filter(duties.__contains__, Duty.values):
        for turn in coming_turns.beginning(roster.on_shifts(wide, duty), span):
            yield duty, turn


@transaction.atomic
def _tell(duty: str, turn: TurnBegins, *, at: datetime, before: timedelta) -> None:
    """Tell somebody of their turn; not if they were told of it as a change so lately."""
    starts = turn.period.start
    if not rows.insert_new(TurnNotice(duty=duty, engineer_id=turn.engineer, starts=starts)):
        return
    if _edited(duty, turn, since=starts - before):
        return
    who = Engineer.objects.select_related("account").get(pk=turn.engineer)
    message = words.turn_comes(
        duty=duty,
        period=turn.period,
        before=_names(turn.before),
        now=at,
        zone=zones.zone_of(who),
    )
    key = f"rota-turn:{duty}:{turn.engineer}:{starts.isoformat()}"
    notices.tell(who, message, key=key, at=at)


@transaction.atomic
def _tell_team(turns: Sequence[_Turn], *, at: datetime) -> None:
    """Tell the team who has which duty from now on; not where a handover's own post says it."""
    new = [
        (duty, turn)
        for duty, turn in turns
        if not _handed_over(duty, turn)
        and not _edited(duty, turn, since=turn.period.start)
        and rows.insert_new(
            TurnNotice(duty=duty, engineer_id=turn.engineer, starts=turn.period.start, begun=True)
        )
    ]
    if not new:
        return
    current = process.in_force()
    lines = [
        (duty, _names([turn.engineer]), _names(turn.before), turn.period) for duty, turn in new
    ]
    key = "rota-turns:" + ":".join(f"{duty}-{turn.engineer}" for duty, turn in new)
    desk_posts.say(
        key=f"{key}:{new[0][1].period.start.isoformat()}",
        channel=current.team.channel,
        message=words.turns_begun(lines, now=at, zone=current.zone),
        at=at,
    )


def _edited(duty: str, turn: TurnBegins, *, since: datetime) -> bool:
    """Say whether the turn came of an edit since then, which told of itself."""
    found = Shift.objects.filter(
        duty=duty, engineer=turn.engineer, start=turn.period.start, cancelled_at=None
    )
    return found.filter(changed_at__gte=since).exists() or not found.exists()


def _handed_over(duty: str, turn: TurnBegins) -> bool:
    if duty != Duty.PRIMARY or not turn.before:
        return False
    sections = [one for one in process.in_force().handovers if one.when == TURN_CHANGE]
    return any(turn.period.length >= section.turn_from for section in sections)


def _names(people: Sequence[int]) -> str:
    found = dict(Engineer.objects.filter(pk__in=people).values_list("pk", "name"))
    return " and ".join(found[who] for who in people if who in found)
