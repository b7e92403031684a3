"""A handover's post in the team's channel: one, rewritten as it goes; and who is told apart."""

from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import Post
from dutydesk.database import notifications
from dutydesk.handovers.flows import links, sides
from dutydesk.handovers.flows.sides import SideNames
from dutydesk.handovers.models import Handover, HandoverLine
from dutydesk.handovers.rules import moments
from dutydesk.handovers.rules.facts import PARTS
from dutydesk.handovers.words import post_words
from dutydesk.incidents.flows import owner_notices
from dutydesk.kernel.messages import Message
from dutydesk.oncall.flows import notices
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process

SHOWN = 12
_STATE = Handover.State


def title(handover: Handover) -> str:
    """Name it: “Start of day, Mon 30 Nov 09:00”."""
    return post_words.title(
        kind=moments.title_of(handover.kind),
        due_at=handover.due_at,
        zone=process.in_force().zone,
    )


def state(handover: Handover, called: SideNames | None = None) -> str:
    """Say how far it is, and who does the next step. `called`: both sides, where they are known."""
    zone, called = process.in_force().zone, called or sides.names_of(handover)
    givers = post_words.listed(called.givers, handover.giver)
    takers = post_words.listed(called.takers, handover.taker)
    if sides.same(handover) and handover.state == _STATE.DRAFT:
        return post_words.closed(_STATE.SAME, takers)
    if handover.state == _STATE.DRAFT:
        return post_words.drafted(handover.due_at, givers, zone)
    by = handover.given_by.name if handover.given_by else ""
    if handover.state == _STATE.GIVEN and handover.given_at:
        return post_words.given(by=by, at=handover.given_at, zone=zone, taker=takers)
    if handover.accepted_by and handover.accepted_at:
        own = handover.accepted_by_id in handover.takers
        return post_words.accepted(
            by=handover.accepted_by.name,
            at=handover.accepted_at,
            zone=zone,
            taker="" if own else takers,
        )
    who = takers if handover.state == _STATE.SAME else by
    return post_words.closed(handover.state, who)


def from_to(handover: Handover, called: SideNames | None = None) -> str:
    """Say from whom to whom."""
    called = called or sides.names_of(handover)
    givers = post_words.listed(called.givers, handover.giver)
    takers = post_words.listed(called.takers, handover.taker)
    return f"From {givers} to {takers}"


def shown(handover: Handover) -> list[HandoverLine]:
    """Give the lines that stand in the post: the last that came in, then the first of the rest."""
    rows = list(handover.lines.all())
    late = [line for line in rows if line.late]
    return [*late, *(line for line in rows if not line.late)][:SHOWN]


def message(handover: Handover) -> Message:
    """Give what the post says now."""
    told, count = shown(handover), handover.lines.count()
    step = {_STATE.DRAFT: "give", _STATE.GIVEN: "accept"}.get(_STATE(handover.state), "")
    if step == "give" and not count and not handover.note:
        step = "nothing"
    if step in ("give", "nothing") and sides.same(handover):
        step = ""
    said = post_words.post(
        about=handover.about,
        title=title(handover),
        sides=from_to(handover),
        state=state(handover),
        note=handover.note,
        lines=[_line(line) for line in told],
        more=count - len(told),
        step=step,
    )
    asked = {"accept": handover.takers, "": []}.get(step, handover.givers)
    return owner_notices.mentioning(said, *asked)


def _line(line: HandoverLine) -> str:
    part = "Since then" if line.late else PARTS[line.part]
    note = f" ({line.note})" if line.note else ""
    return f"{part}: {line.text}{note}"


def show(handover: Handover, at: datetime, *, new: bool = True) -> None:
    """Let it stand in the channel as it is now; where it isn't `new`, only if it stands there."""
    channel, said = process.in_force().team.channel, message(handover)
    if new:
        desk_posts.show(key=handover.about, channel=channel, message=said, at=at)
    else:
        desk_posts.rewrite(key=handover.about, message=said, at=at)
    notifications.notify(handover.about)


def root(handover: Handover) -> Post | None:
    """Give its post, if it stands in the channel."""
    return Post.objects.filter(key=handover.about).select_related("channel").first()


def extended(handover: Handover, new: list[HandoverLine], at: datetime) -> None:
    """Say under the post what came in since it was given, to whoever has it or is to."""
    post = root(handover)
    if post is None or not new:
        return
    told = post_words.extended([f"{PARTS[one.part]}: {one.text}" for one in new])
    whom = [handover.accepted_by_id] if handover.accepted_by_id else handover.takers
    desk_posts.say(
        key=f"{handover.about}:late:{new[0].pk}",
        channel=post.channel.name,
        message=owner_notices.mentioning(told, *whom),
        at=at,
        thread=post,
    )


def tell_taker(handover: Handover, at: datetime) -> None:
    """Tell whoever takes it by themselves, once each: in the chat, of a turn by contact methods."""
    giver = post_words.listed(sides.names(handover.givers), handover.giver)
    for who in sides.named(handover.takers[:1]):
        key = f"{handover.about}:taker:{who.pk}"
        if who.account_id is not None:
            desk_posts.say(
                key=key,
                channel=process.in_force().team.channel,
                message=post_words.taken_over(
                    about=handover.about,
                    name=who.name,
                    title=title(handover),
                    count=handover.lines.count(),
                    giver=giver,
                ),
                at=at,
                only_for=who.account_id,
            )
        if handover.kind == Handover.Kind.TURN:
            write_to(handover, who, key=key, at=at)


def write_to(handover: Handover, who: Engineer, *, key: str, at: datetime) -> None:
    """Tell somebody by their contact methods, with a link that accepts it, once a key."""
    giver = post_words.listed(sides.names(handover.givers), handover.giver)
    subject, text = post_words.letter(
        name=who.name,
        title=title(handover),
        giver=giver,
        note=handover.note,
        link=links.link(handover, who),
    )
    notices.notify(engineer=who.pk, key=key, about=handover.about, title=subject, text=text, at=at)
