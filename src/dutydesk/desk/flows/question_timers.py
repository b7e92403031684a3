"""What comes of a question when its time has come."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentDue
from dutydesk.desk import words
from dutydesk.desk.flows import deadlines, resolution, status_post
from dutydesk.desk.flows.events import QuestionNudged
from dutydesk.desk.flows.resolution import locked
from dutydesk.desk.models import Question
from dutydesk.journal.flows import journal
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.messages import Message
from dutydesk.kernel.subjects import number_of
from dutydesk.outbox.flows import outbox
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process


def due(*, event: CommitmentDue, at: datetime) -> None:
    """Do what is due for a question, if it still is."""
    owed = commitments.still_owed(event)
    if owed is None or event.sort not in _DUE:
        return
    question = locked(number_of(event.subject, "question"))
    if not question.over:
        _DUE[event.sort](question, event.commitment, at)


def _offer(question: Question, commitment: int, at: datetime) -> None:
    """Offer a ticket once help has taken longer than the limit, to whoever helps, alone."""
    commitments.keep(kind=deadlines.QUICK, subject=question.about, at=at)
    ask = process.in_force().ask
    offer = words.ticket_offer(
        about=question.about,
        text=ask.words.offer_ticket.format(limit=write_duration(ask.quick_limit)),
    )
    helper = _who_helps(question, at)
    if helper is not None:
        _say_to(helper, f"{question.about}:offer:{commitment}", question, offer, at)


def _nudge_cover(question: Question, commitment: int, at: datetime) -> None:
    """Tell whoever answers questions now that one is unanswered. It stays owed."""
    helper = _who_helps(question, at)
    if helper is not None:
        text = process.in_force().ask.words.nudge_cover.format(
            cover=helper.name, asker=question.post.author, waited=_waited(question, at)
        )
        message = words.nudge(about=question.about, text=text)
        _say_to(helper, f"{question.about}:nudge:{commitment}", question, message, at)
    _nudged(question, "cover", helper.name if helper else "nobody, since nobody is on", at)


def _nudge_team(question: Question, commitment: int, at: datetime) -> None:
    """Tell the team that nobody answers."""
    commitments.keep(kind=deadlines.TEAM, subject=question.about, at=at)
    current = process.in_force()
    text = current.ask.words.nudge_team.format(
        asker=question.post.author, waited=_waited(question, at)
    )
    _tell_team(question, commitment, text, at)
    _nudged(question, "team", current.team.channel, at)


def _nudge_lead(question: Question, commitment: int, at: datetime) -> None:
    """Tell whoever leads support, by mail too; where nobody does, the team once more."""
    commitments.keep(kind=deadlines.LEAD, subject=question.about, at=at)
    lead = _lead()
    if lead is None:
        _nudge_team(question, commitment, at)
        return
    text = process.in_force().ask.words.nudge_lead.format(
        lead=lead.name, asker=question.post.author, waited=_waited(question, at)
    )
    _tell_team(question, commitment, text, at)
    _mail(lead, question, text, at)
    _nudged(question, "lead", lead.name, at)


def _tell_team(question: Question, commitment: int, text: str, at: datetime) -> None:
    desk_posts.say(
        key=f"{question.about}:nudge:{commitment}",
        channel=process.in_force().team.channel,
        message=words.nudge(about=question.about, text=text, title=question.title),
        at=at,
    )


def _mail(lead: Engineer, question: Question, told: str, at: datetime) -> None:
    if outbox.can_deliver("email"):
        outbox.enqueue(
            key=f"{question.about}:lead",
            kind="email",
            subject=question.about,
            payload={
                "to": lead.email,
                "subject": f"Unanswered: {question.title}",
                "body": told,
                "what": f"The mail that tells {lead.name}",
            },
            at=at,
        )


def _silent(question: Question, commitment: int, at: datetime) -> None:
    """Close what has waited for a word from its asker for long enough, kindly."""
    if question.state == Question.State.WAITING:
        resolution.close(question, "the desk", at, outcome="silent")


_DUE: Mapping[str, Callable[[Question, int, datetime], None]] = {
    deadlines.QUICK: _offer,
    deadlines.ANSWER: _nudge_cover,
    deadlines.TEAM: _nudge_team,
    deadlines.LEAD: _nudge_lead,
    deadlines.SILENCE: _silent,
}


def _say_to(who: Engineer, key: str, question: Question, message: Message, at: datetime) -> None:
    if who.account_id is not None:
        desk_posts.say(
            key=f"{key}:{who.account_id}",
            channel=question.post.channel.name,
            thread=question.post,
            message=message,
            at=at,
            only_for=who.account_id,
        )


def _nudged(question: Question, whom: str, told: str, at: datetime) -> None:
    journal.record(
        event=QuestionNudged(question.pk, whom),
        subject=question.about,
        text=f"Unanswered: {told} was told",
        at=at,
        clause="hours.support",
    )


def _waited(question: Question, at: datetime) -> str:
    """Say how long a question has waited, in support time."""
    waited = process.in_force().clock("support").between(question.asked_at, at)
    return write_duration(timedelta(minutes=max(1, waited // timedelta(minutes=1))))


def _who_helps(question: Question, at: datetime) -> Engineer | None:
    """Give whoever has the question, else whoever covers."""
    return question.engineer or status_post.covering(at)


def _lead() -> Engineer | None:
    """Give whoever leads support by the process; None if nobody does, or nobody has that name."""
    name = process.in_force().support.lead
    return Engineer.objects.filter(name=name, active=True).first() if name else None


@transaction.atomic
def more_time(*, question: int, nearly: bool, at: datetime) -> None:
    """Wait a little longer, in support time, before a ticket is offered again.

    Longer if it is `nearly` done.
    """
    found, ask = locked(question), process.in_force().ask
    if not found.over:
        deadlines.quick_again(found, ask.nearly_done if nearly else ask.more_time, at)
