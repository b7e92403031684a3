"""What comes of a question when its time has come."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from dutydesk.chat.flows import desk_posts, direct_messages
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentDue
from dutydesk.desk import words
from dutydesk.desk.flows import deadlines, resolution, status_post, team_nudges
from dutydesk.desk.flows.resolution import locked
from dutydesk.desk.models import Question
from dutydesk.desk.rules.promises import QUICK
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.messages import Message
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import screen_of
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota.flows import absences


def offer_ticket(*, event: CommitmentDue, at: datetime) -> None:
    """Offer a ticket once help has taken longer than the limit, to whoever helps, alone."""
    question = team_nudges.still_open(event)
    if question is None:
        return
    commitments.keep(kind=QUICK, subject=question.about, at=at)
    ask = process.in_force().ask
    offer = words.ticket_offer(
        about=question.about,
        text=ask.words.offer_ticket.format(limit=write_duration(ask.quick_limit)),
    )
    helper = _who_helps(question, at)
    if helper is not None:
        _tell(helper, f"{question.about}:offer:{event.commitment}", question, offer, at)


def nudge_cover(*, event: CommitmentDue, at: datetime) -> None:
    """Tell whoever answers questions now that one is unanswered. It stays owed."""
    question = team_nudges.still_open(event)
    if question is None:
        return
    helper = _who_helps(question, at)
    if helper is not None:
        text = process.in_force().ask.words.nudge_cover.format(
            cover=helper.name, asker=question.post.author, waited=team_nudges.waited(question, at)
        )
        has_it = question.engineer_id == helper.pk
        message = words.nudge(about=question.about, text=text, has_it=has_it)
        _tell(helper, f"{question.about}:nudge:{event.commitment}", question, message, at)
    told = helper.name if helper else "nobody, since nobody is on"
    team_nudges.told([question], "cover", told, at)


def close_silent(*, event: CommitmentDue, at: datetime) -> None:
    """Close what has waited for a word from its asker for long enough, kindly."""
    question = team_nudges.still_open(event)
    if question is not None and question.state == Question.State.WAITING:
        resolution.close(question, "the desk", at, outcome="silent")


def _tell(who: Engineer, key: str, question: Question, message: Message, at: datetime) -> None:
    """Tell somebody alone in the thread, and directly: what a chat shows so may reach nobody."""
    if who.account_id is not None:
        desk_posts.say(
            key=f"{key}:{who.account_id}",
            channel=question.post.channel.name,
            thread=question.post,
            message=message,
            at=at,
            only_for=who.account_id,
        )
    _write_to(who, key, question, message.body, at)


def tell_helper(question: Question, *, key: str, message: Message, at: datetime) -> None:
    """Tell whoever helps, in the thread and directly; the team if nobody can be told so."""
    helper = _who_helps(question, at)
    if helper is not None and helper.account_id is not None:
        _tell(helper, key, question, message, at)
    else:
        team = process.in_force().team.channel
        desk_posts.say(key=key, channel=team, message=message, at=at)


def _write_to(who: Engineer, key: str, question: Question, text: str, at: datetime) -> None:
    """Write it to them, if they can be written to."""
    if who.account_id in direct_messages.reached([who.account_id] if who.account_id else []):
        link = f"{settings.BASE_URL}{screen_of(question.about)}" if settings.BASE_URL else ""
        direct_messages.write(
            key=f"{key}:direct",
            about=question.about,
            account=who.account_id or 0,
            name=who.name,
            title=question.title,
            body=f"{text} {link}".strip(),
            at=at,
        )


def _who_helps(question: Question, at: datetime) -> Engineer | None:
    """Give whoever has the question, unless they have left, or are away and somebody covers."""
    has_it = question.engineer
    if has_it is None or not question.has_it:
        return status_post.covering(at)
    away = absences.away(has_it.pk, at=at)
    return (status_post.covering(at) if away else None) or has_it


@transaction.atomic
def more_time(*, question: int, nearly: bool, at: datetime) -> None:
    """Wait a little longer, in support time, before a ticket is offered again.

    Longer if it is `nearly` done. Raises Refused where no time runs: it does from the first answer.
    """
    found, ask = locked(question), process.in_force().ask
    more = ask.nearly_done if nearly else ask.more_time
    if found.state == Question.State.WAITING or found.follows is not None:
        found.quick_left = more  # It counts once its asker, or whoever helps, goes on.
        found.save(update_fields=["quick_left"])
    elif found.over or found.answered_at is None:
        raise Refused(
            "No time runs for this question that could be longer.",
            "It runs from the first answer until the question is solved.",
        )
    else:
        deadlines.quick_again(found, more, at)
