"""Telling the team, and who leads support, of questions that wait: many of them in one post."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dutydesk.chat.flows import desk_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentDue
from dutydesk.commitments.models import Commitment
from dutydesk.desk import words
from dutydesk.desk.flows.events import QuestionNudged
from dutydesk.desk.flows.resolution import locked
from dutydesk.desk.models import OVER, Question
from dutydesk.desk.rules.promises import CHASE, LEAD, TEAM
from dutydesk.desk.rules.questions import chased_at, lapses, seen_at
from dutydesk.journal.flows import journal
from dutydesk.journal.flows.journal import Happening
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.kinds import PromiseKind
from dutydesk.kernel.messages import Message
from dutydesk.kernel.subjects import number_of
from dutydesk.outbox.flows import outbox
from dutydesk.people.models import Engineer
from dutydesk.ports.delivery import MAIL
from dutydesk.process.flows import process

SOON = timedelta(minutes=5)
"""What would be told of so soon after is told of with it."""


def still_open(event: CommitmentDue) -> Question | None:
    """Give the question, locked, if it is not over and what was promised about it still stands."""
    if commitments.still_owed(event) is None:
        return None
    question = locked(number_of(event.subject, "question"))
    return None if question.over or commitments.still_owed(event) is None else question


def _due(event: CommitmentDue, kind: PromiseKind, by: datetime) -> dict[Question, datetime]:
    """Give when what is due by then was promised, by its question, the first asked first.

    The questions are locked, in order. Nothing if what is told of is settled: another worker did.
    """
    if commitments.still_owed(event) is None:
        return {}
    owed = Commitment.objects.filter(kind=kind, state=Commitment.State.OPEN, due_at__lte=by)
    numbers = [number_of(one, "question") for one in owed.values_list("subject", flat=True)]
    rows = Question.objects.select_for_update(of=("self",)).select_related("post", "engineer")
    found = list(rows.filter(pk__in=numbers).exclude(state__in=OVER).order_by("pk"))
    # What was promised may have been settled while these were waited for.
    made = dict(owed.values_list("subject", "made_at"))
    if event.subject not in {one.about for one in found} & made.keys():
        return {}
    found.sort(key=lambda one: (one.asked_at, one.pk))
    return {one: made[one.about] for one in found if one.about in made}


def nudge_team(*, event: CommitmentDue, at: datetime) -> None:
    """Tell the team that nobody answers: one post for all that it is, or soon would be, told of."""
    waiting = list(_due(event, TEAM, at + SOON))
    if waiting:
        _nudge_team(waiting, TEAM, event.commitment, at)


def _nudge_team(waiting: list[Question], kind: PromiseKind, promise: int, at: datetime) -> None:
    current = process.in_force()
    said = current.ask.words
    text = (
        said.nudge_team.format(asker=waiting[0].post.author, waited=waited(waiting[0], at))
        if len(waiting) == 1
        else said.nudge_team_many.format(count=len(waiting))
    )
    _tell(waiting, kind, promise, text, at)
    told(waiting, "team", current.team.channel, at)


def nudge_lead(*, event: CommitmentDue, at: datetime) -> None:
    """Tell whoever leads support, by mail too; where nobody does, the team once more."""
    lead, waiting = _lead(), list(_due(event, LEAD, at + SOON))
    if not waiting:
        return
    if lead is None:
        _nudge_team(waiting, LEAD, event.commitment, at)
        return
    said, first = process.in_force().ask.words, waiting[0]
    text = (
        said.nudge_lead.format(lead=lead.name, asker=first.post.author, waited=waited(first, at))
        if len(waiting) == 1
        else said.nudge_lead_many.format(lead=lead.name, count=len(waiting))
    )
    _tell(waiting, LEAD, event.commitment, text, at)
    _mail(lead, waiting, event.commitment, text, at)
    told(waiting, "lead", lead.name, at)


def _tell(
    waiting: Sequence[Question], kind: PromiseKind, promise: int, text: str, at: datetime
) -> None:
    """Say it in the team's channel, once for each promise that is due."""
    commitments.keep_all(kind=kind, subjects=[one.about for one in waiting], at=at)
    desk_posts.say(
        key=f"{waiting[0].about}:nudge:{promise}",
        channel=process.in_force().team.channel,
        message=_message(waiting, text, at),
        at=at,
    )


def _message(waiting: Sequence[Question], text: str, at: datetime) -> Message:
    if len(waiting) == 1:
        return words.nudge(about=waiting[0].about, text=text, title=waiting[0].title)
    return words.waiting(text=text, lines=[(one.pk, *_line(one, at)) for one in waiting])


def _line(question: Question, at: datetime) -> tuple[str, str]:
    """Give who asked, and what, for how long, and who has it."""
    has_it = f"{question.has_it or 'nobody'} has it"
    return question.post.author, f"{question.title} ({waited(question, at)}, {has_it})"


def _mail(
    lead: Engineer, waiting: Sequence[Question], promise: int, text: str, at: datetime
) -> None:
    if not outbox.can_deliver(MAIL):
        return
    first = waiting[0]
    titles = "".join(f"\n- {one.post.author}: {one.title}" for one in waiting)
    several = len(waiting) > 1
    outbox.enqueue(
        key=f"{first.about}:lead:{promise}",
        kind=MAIL,
        subject=first.about,
        payload={
            "to": lead.email,
            "subject": f"Unanswered: {len(waiting)} questions"
            if several
            else f"Unanswered: {first.title}",
            "body": f"{text}{titles}" if several else text,
            "what": f"The mail that tells {lead.name}",
        },
        at=at,
    )


def _lead() -> Engineer | None:
    """Give whoever leads support by the process; None if nobody does, or nobody has that name."""
    name = process.in_force().support.lead
    return Engineer.objects.filter(name=name, active=True).first() if name else None


def told(questions: Sequence[Question], whom: str, name: str, at: datetime) -> None:
    """Write down who was told that these wait."""
    happened = [
        Happening(
            QuestionNudged(one.pk, whom),
            one.about,
            f"Unanswered: {name} was told",
            clause="hours.support",
        )
        for one in questions
    ]
    journal.record_all(happened, at=at)


def waited(question: Question, at: datetime) -> str:
    """Say how long a question has waited for a word of ours, in support time."""
    since = question.unanswered_since or question.answered_at or question.asked_at
    length = process.in_force().clock("support").between(since, at)
    return write_duration(timedelta(minutes=max(1, length // timedelta(minutes=1))))


def chase(*, event: CommitmentDue, at: datetime) -> None:
    """Tell the team of all that nobody has gone on with, in one post a working day.

    Of what has been so for weeks it is told once more, with a button to close it, and then no more;
    of some a day. Nobody is told out of support hours.
    """
    promised, current = _due(event, CHASE, at), process.in_force()
    opens = seen_at(current, at)
    if opens is not None and opens > at:
        commitments.postpone_all(kind=CHASE, due={one.about: opens for one in promised})
        return
    if not promised:  # It was told of with another of the same moment.
        return
    lapsed = [one.pk for one, made_at in promised.items() if lapses(current, made_at, at)]
    old = set(lapsed[: words.CLOSED])
    due = sorted(promised, key=lambda one: one.pk not in old)
    desk_posts.show(
        key=f"questions:untouched:{at.astimezone(current.zone):%Y-%m-%d}",
        channel=current.team.channel,
        message=words.waiting(
            text=current.ask.words.untouched.format(count=len(due)),
            lines=[(one.pk, *_line(one, at)) for one in due],
            ended=old,
        ),
        at=at,
    )
    later = chased_at(current, at)
    again = [one.about for one in due if one.pk not in old]
    if later is not None:
        commitments.postpone_all(kind=CHASE, due=dict.fromkeys(again, later))
    ended = [one.about for one in due if one.pk in old or later is None]
    commitments.withdraw_each(kind=CHASE, subjects=ended, at=at)
    told(due, "team", current.team.channel, at)
