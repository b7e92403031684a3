"""Reminding whoever gives or takes a handover, until it is done. Nobody on duty is said."""

from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentEvent
from dutydesk.commitments.models import Commitment
from dutydesk.handovers.flows import drafts, posts, sides
from dutydesk.handovers.models import Handover
from dutydesk.handovers.rules.promises import GIVE
from dutydesk.handovers.words import post_words
from dutydesk.incidents.flows import owner_notices
from dutydesk.kernel.subjects import number_of
from dutydesk.process.flows import process
from dutydesk.process.rules.incident_roles import SUPPORT


def warn(*, event: CommitmentEvent, at: datetime) -> None:
    """Remind whoever gives it that its time comes soon."""
    if (found := _owed(event)) is not None:
        _remind(*found, at)


def come(*, event: CommitmentEvent, at: datetime) -> None:
    """Give a draft whose time has come as it is."""
    if (found := _owed(event)) is not None:
        drafts.follow(found[1].pk, at=at)


def chase(*, event: CommitmentEvent, at: datetime) -> None:
    """Remind whoever takes it, by the rota of now, in the channel and by their contact methods.

    Not at hours in which nobody has the duty: it waits for the next ones.
    """
    owed = _owed(event)
    if owed is None:
        return
    found = drafts.renew(owed[1], at)
    still = commitments.still_owed(event)
    if still is not None and _at_hours(found.taker, at):
        _remind(still, found, at)


def _at_hours(duty: str, at: datetime) -> bool:
    """Say whether somebody is promised to have the duty, or the team is at work."""
    clocks = ("working",) if duty == SUPPORT else ("working", "on_call")
    return any(process.in_force().clock(name).is_open(at) for name in clocks)


def _owed(event: CommitmentEvent) -> tuple[Commitment, Handover] | None:
    owed = commitments.still_owed(event)
    if owed is None:
        return None
    number = number_of(owed.subject, "handover")
    return owed, Handover.objects.select_for_update().get(pk=number)


def _remind(owed: Commitment, found: Handover, at: datetime) -> None:
    giving = owed.kind == GIVE
    people, duty = (found.givers, found.giver) if giving else (found.takers, found.taker)
    who, post = sides.first(people), posts.root(found)
    if post is not None:
        message = post_words.chased(
            about=found.about,
            text=f"{posts.title(found)} waits for you." if who else f"{posts.title(found)} waits.",
            who=who.name if who else "",
            duty=duty,
            mention=process.in_force().team.mention,
            step="give" if giving else "accept",
        )
        desk_posts.say(
            key=f"{found.about}:{owed.pk}:{at.isoformat() if who else 'nobody'}",
            channel=post.channel.name,
            message=owner_notices.mentioning(message, *people[:1]),
            at=at,
            thread=post,
        )
    if who is not None and not giving:
        posts.write_to(found, who, key=f"{found.about}:chased:{who.pk}", at=at)
