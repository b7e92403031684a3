"""Telling the team which declared hours nobody covers: each hole once, and again each morning."""

from collections.abc import Collection, Iterable
from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.kernel.messages import Button, Message
from dutydesk.kernel.periods import Period
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import coverage
from dutydesk.rota.flows.coverage import Gap
from dutydesk.rota.models import Outlook
from dutydesk.rota.rules import told_holes

_BUTTONS = 5
KEEPER = "primary"  # One row of the three keeps what was told of all.


def tell(told: list[str], at: datetime, *, reachable: Collection[int]) -> list[str]:
    """Tell the team of holes in the time ahead: new ones at once, known ones once a morning.

    Give what is told now. `reachable`: whom a message reaches. Clauses oncall.rota, ask.cover.
    """
    current = process.in_force()
    ahead = Period(at, at + current.ask.cover.seen_ahead)
    found = coverage.gaps(at=ahead.start, until=ahead.end, reachable=reachable)
    before = told_holes.read(told)
    new = [gap for gap in found if before.is_new(gap.what, gap.period)]
    today = f"day {at.astimezone(current.zone).date()}"
    morning = current.clock("working").is_open(at) and today not in told
    if new or (morning and found):
        message = words.holes(
            [(gap.told, gap.period) for gap in (found if morning else new)],
            mention=current.team.mention,
            zone=current.zone,
            chased=not new,
        )
        desk_posts.say(
            key=f"rota:holes:{at.isoformat()}",
            channel=current.team.channel,
            message=_with_buttons(message, new or found),
            at=at,
        )
    marks = told_holes.written(((gap.what, gap.period) for gap in found), ahead.end)
    return [*marks, today] if morning or today in told else marks


def count_as_told(gaps: Iterable[Gap], at: datetime) -> None:
    """Let these holes be told already, by another message."""
    keeper = Outlook.objects.select_for_update().filter(duty=KEEPER).first()
    if keeper is None:
        return
    told = [str(mark) for mark in keeper.told]
    until = told_holes.read(told).until or at + process.in_force().ask.cover.seen_ahead
    more = [
        (gap.what, Period(gap.period.start, min(gap.period.end, until)))
        for gap in gaps
        if gap.period.start < until
    ]
    keeper.told = [*told, *told_holes.written(more, until)]
    keeper.save(update_fields=["told"])


def _with_buttons(message: Message, gaps: list[Gap]) -> Message:
    zone = process.in_force().zone
    parts = [gap for gap in gaps if gap.number is not None][:_BUTTONS]
    buttons = tuple(
        Button(
            "rota.cover",
            f"cover:{gap.number}",
            f"I'll take {gap.period.start.astimezone(zone):%a %H:%M}",
        )
        for gap in parts
    )
    return Message(message.body, message.title, message.facts, buttons, message.tone)
