"""How an offer of somebody's time stands, in the team's channel: changed whenever it ends."""

from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import roster
from dutydesk.rota.models import Swap
from dutydesk.rota.rules.stretches import within


def show(swap: Swap, at: datetime) -> None:
    """Show an offer with what can be pressed, or how it ended."""
    current = process.in_force()
    if swap.state == Swap.State.OFFERED:
        mine = [
            shift.period
            for shift in roster.between(swap.period, duty=swap.duty, engineer=swap.offered_by_id)
        ]
        message = words.swap_offered(
            number=swap.pk,
            name=swap.offered_by.name,
            duty=swap.duty,
            period=swap.period,
            parts=within(mine, swap.period),
            asked=swap.asked.name if swap.asked else "",
            now=at,
            zone=current.zone,
        )
    else:
        message = words.swap_settled(
            name=swap.offered_by.name,
            duty=swap.duty,
            period=swap.period,
            outcome=_outcome(swap),
            zone=current.zone,
        )
    desk_posts.show(key=f"swap:{swap.pk}", channel=current.team.channel, message=message, at=at)


def _outcome(swap: Swap) -> str:
    """Say how an offer ended; one that was taken and given back since is the first one's again."""
    if swap.taken_by is None:
        return swap.state
    if swap.state == Swap.State.TAKEN:
        return f"taken by {swap.taken_by.name}"
    if swap.state == Swap.State.TAKEN_BACK:
        return f"taken by {swap.taken_by.name}, and given back to {swap.offered_by.name}"
    return swap.state
