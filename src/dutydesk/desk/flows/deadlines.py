"""What is owed for a question by when: an answer, and a quick solution or a ticket."""

from datetime import datetime, timedelta

from dutydesk.commitments.flows import commitments, wordings
from dutydesk.commitments.rules import Promise
from dutydesk.desk.models import Question
from dutydesk.desk.rules.promises import ANSWER, CHASE, LEAD, QUICK, SILENCE, TEAM
from dutydesk.desk.rules.questions import chased_at, nudges, quick_until
from dutydesk.kernel.kinds import PromiseKind
from dutydesk.process.flows import process


def answer(question: Question, owner: str, since: datetime, at: datetime) -> None:
    """Promise a first answer, and look who is told if there is none. Clause hours.support.

    `owner` is whoever has the question; without one whoever covers owes it, at any moment.
    """
    cover, team, lead = nudges(process.in_force(), since)
    title = question.title
    if cover is not None:
        _promise(question, ANSWER, owner or "cover", ANSWER.says(title=title), cover, at)
    for kind, who, due_at in ((TEAM, "the team", team), (LEAD, "who leads support", lead)):
        if due_at is not None:
            _promise(question, kind, "", kind.says(who=who, title=title), due_at, at)
    touched(question, at)


def touched(question: Question, at: datetime) -> None:
    """Look on a working day from now whether anybody has gone on with it.

    Nobody of the team needs to with what is over, waits for its asker or for another, or has a
    ticket.
    """
    rests = question.over or question.state == Question.State.WAITING
    if rests or question.kept_in is not None or question.follows is not None:
        return
    due_at = chased_at(process.in_force(), at)
    if due_at is not None:
        _promise(question, CHASE, "", CHASE.says(title=question.title), due_at, at)


def reword(question: Question) -> None:
    """Say what is promised by what is asked now: a further post came, or was parted."""
    title = question.title
    texts = {kind: kind.says(title=title) for kind in (ANSWER, QUICK, SILENCE, CHASE)}
    texts |= {TEAM: TEAM.says(who="the team", title=title)}
    texts |= {LEAD: LEAD.says(who="who leads support", title=title)}
    wordings.reword(subject=question.about, texts=texts)


def quick(question: Question, since: datetime, at: datetime) -> None:
    """Promise a quick solution or a ticket from `since` on. Clause ask.quick.

    What waits for another question has all of that time left once it goes on by itself.
    """
    if question.follows is not None:
        question.quick_left = process.in_force().ask.quick_limit
        question.save(update_fields=["quick_left"])
        return
    _until(question, quick_until(process.in_force(), since), at)


def quick_again(question: Question, left: timedelta, at: datetime) -> None:
    """Promise a quick solution within so much support time from now."""
    _until(question, process.in_force().clock("support").after(at, left), at)


def _until(question: Question, due_at: datetime | None, at: datetime) -> None:
    """Promise a quick solution or a ticket by then; a question with a ticket needs neither."""
    if due_at is None or question.kept_in is not None:
        return
    _promise(question, QUICK, _helper(question), QUICK.says(title=question.title), due_at, at)


def _helper(question: Question) -> str:
    return question.has_it or "cover"


def taken(question: Question) -> None:
    """Let whoever has the question now owe what is owed, by the same times as before."""
    for kind in (ANSWER, QUICK):
        commitments.pass_on(kind=kind, subject=question.about, owner=_helper(question))


def silence(question: Question, at: datetime) -> None:
    """Look whether the asker has said a word, some working days from now; nobody else owes one.

    What waits for another question too ends with that.
    """
    _withdraw(question, (CHASE,), at)
    if question.follows is not None:
        return
    current = process.in_force()
    due_at = current.clock("working").days_after(at, current.ask.silent_after)
    text = SILENCE.says(title=question.title)
    _promise(question, SILENCE, "", text, due_at, at)


def _promise(
    question: Question, kind: PromiseKind, owner: str, text: str, due_at: datetime, at: datetime
) -> None:
    commitments.promise(
        kind=kind,
        subject=question.about,
        owner=owner,
        text=text,
        times=Promise(due_at=due_at),
        at=at,
    )


def answered(question: Question, at: datetime) -> None:
    """Settle that the answer that was owed is there."""
    commitments.keep(kind=ANSWER, subject=question.about, at=at)
    _withdraw(question, (TEAM, LEAD), at)
    touched(question, at)


def unowed(question: Question, at: datetime) -> None:
    """Settle that no answer is owed any more: what asked for it was taken back."""
    _withdraw(question, (ANSWER, TEAM, LEAD), at)
    touched(question, at)


def unchased(question: Question, at: datetime) -> None:
    """Settle that nobody needs to go on with it here: a ticket keeps its record."""
    _withdraw(question, (CHASE,), at)


def nothing(question: Question, at: datetime) -> None:
    """Settle that it is over: an answer or a solution that was still owed is there now."""
    for kind in (ANSWER, QUICK):
        commitments.keep(kind=kind, subject=question.about, at=at)
    _withdraw(question, (TEAM, LEAD, SILENCE, CHASE), at)


def withdrawn(question: Question, at: datetime) -> None:
    """Settle that nothing is owed for a question that was taken back."""
    _withdraw(question, (ANSWER, QUICK, TEAM, LEAD, SILENCE, CHASE), at)


def _withdraw(question: Question, kinds: tuple[PromiseKind, ...], at: datetime) -> None:
    for kind in kinds:
        commitments.withdraw(kind=kind, subject=question.about, at=at)


def pause(question: Question, at: datetime) -> timedelta | None:
    """Stop the quick limit; give how much of it is left, None if none was counting."""
    stopped = commitments.withdraw(kind=QUICK, subject=question.about, at=at)
    if stopped is None:
        return None
    return max(process.in_force().clock("support").between(at, stopped.due_at), timedelta())
