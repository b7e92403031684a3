"""What comes of a question when its time has come."""

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
from dutydesk.desk.rules.promises import LEAD, QUICK, TEAM
from dutydesk.journal.flows import journal
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.messages import Message
from dutydesk.kernel.subjects import number_of
from dutydesk.outbox.flows import outbox
from dutydesk.people.models import Engineer
from dutydesk.ports.delivery import MAIL
from dutydesk.process.flows import process


def _open(event: CommitmentDue) -> Question | None:
    """Give the question, locked, if it is not over and what was promised about it still stands."""
    if commitments.still_owed(event) is None:
        return None
    question = locked(number_of(event.subject, "question"))
    return None if question.over else question


def offer_ticket(*, event: CommitmentDue, at: datetime) -> None:
    """Offer a ticket once help has taken longer than the limit, to whoever helps, alone."""
    question = _open(event)
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
        _say_to(helper, f"{question.about}:offer:{event.commitment}", question, offer, at)


def nudge_cover(*, event: CommitmentDue, at: datetime) -> None:
    """Tell whoever answers questions now that one is unanswered. It stays owed."""
    question = _open(event)
    if question is None:
        return
    helper = _who_helps(question, at)
    if helper is not None:
        text = process.in_force().ask.words.nudge_cover.format(
            cover=helper.name, asker=question.post.author, waited=_waited(question, at)
        )
        message = words.nudge(about=question.about, text=text)
        _say_to(helper, f"{question.about}:nudge:{event.commitment}", question, message, at)
    _nudged(question, "cover", helper.name if helper else "nobody, since nobody is on", at)


def nudge_team(*, event: CommitmentDue, at: datetime) -> None:
    """Tell the team that nobody answers."""
    question = _open(event)
    if question is not None:
        commitments.keep(kind=TEAM, subject=question.about, at=at)
        _nudge_team(question, event.commitment, at)


def _nudge_team(question: Question, commitment: int, at: datetime) -> None:
    current = process.in_force()
    text = current.ask.words.nudge_team.format(
        asker=question.post.author, waited=_waited(question, at)
    )
    _tell_team(question, commitment, text, at)
    _nudged(question, "team", current.team.channel, at)


def nudge_lead(*, event: CommitmentDue, at: datetime) -> None:
    """Tell whoever leads support, by mail too; where nobody does, the team once more."""
    question, lead = _open(event), _lead()
    if question is None:
        return
    commitments.keep(kind=LEAD, subject=question.about, at=at)
    if lead is None:
        commitments.keep(kind=TEAM, subject=question.about, at=at)
        _nudge_team(question, event.commitment, at)
        return
    text = process.in_force().ask.words.nudge_lead.format(
        lead=lead.name, asker=question.post.author, waited=_waited(question, at)
    )
    _tell_team(question, event.commitment, text, at)
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
    if outbox.can_deliver(MAIL):
        outbox.enqueue(
            key=f"{question.about}:lead",
            kind=MAIL,
            subject=question.about,
            payload={
                "to": lead.email,
                "subject": f"Unanswered: {question.title}",
                "body": told,
                "what": f"The mail that tells {lead.name}",
            },
            at=at,
        )


def close_silent(*, event: CommitmentDue, at: datetime) -> None:
    """Close what has waited for a word from its asker for long enough, kindly."""
    question = _open(event)
    if question is not None and question.state == Question.State.WAITING:
        resolution.close(question, "the desk", at, outcome="silent")


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


def tell_helper(question: Question, *, key: str, message: Message, at: datetime) -> None:
    """Tell whoever helps, alone and in the thread; the team if nobody can be told so."""
    helper = _who_helps(question, at)
    if helper is not None and helper.account_id is not None:
        _say_to(helper, key, question, message, at)
    else:
        team = process.in_force().team.channel
        desk_posts.say(key=key, channel=team, message=message, at=at)


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
