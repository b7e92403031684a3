"""Questions that are the same as an earlier one: joined to it, parted again, and following it."""

from datetime import datetime

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.database import notifications
from dutydesk.desk import words
from dutydesk.desk.flows import deadlines, resolution, status_post
from dutydesk.desk.flows.events import (
    QuestionAnswered,
    QuestionNotSame,
    QuestionRefused,
    QuestionReopened,
    QuestionSame,
    QuestionSolved,
    QuestionWithdrawn,
)
from dutydesk.desk.flows.resolution import locked
from dutydesk.desk.models import OVER, Duplicate, Question, Ticket
from dutydesk.desk.rules.questions import UNSOLVED
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.process.flows import process


@transaction.atomic
def same(*, question: int, original: int, by: Person, at: datetime) -> int:
    """Join a question to the earlier one that it repeats; give which that is.

    It is closed as that was, or waits for it while that is open: then it is answered and solved
    when that is. What is itself the same as a still earlier one leads to that one; joined to
    another before, it is joined anew. Raises QuestionRefused.
    """
    first = Duplicate.objects.filter(question=original).values_list("original", flat=True).first()
    rows = Question.objects.select_for_update(of=("self",)).select_related("post__channel")
    wanted = rows.filter(pk__in=[question, first or original]).order_by("pk")
    both = {one.pk: one for one in wanted}
    if question not in both:
        raise QuestionRefused("There is no such question.", "Give the number that its link has.")
    found, earlier = both[question], _earlier(both[question], both.get(first or original))
    joined, waited = _following(found.pk), _waits(found)
    Duplicate.objects.filter(original=found).update(original=earlier)
    made = {"original": earlier, "by": by.name, "at": at}
    Duplicate.objects.update_or_create(question=found, defaults=made)
    if not earlier.over:
        for one in joined:  # They wait for that one now.
            status_post.show(one, at)
        if not found.over:
            _wait_for(found, at, waited=waited)
    elif joined or not found.over:
        outcome = _outcome_with(earlier)
        _end(joined, by.name, at, outcome)
        if not found.over:
            resolution.close(found, by.name, at, outcome=outcome)
    _tell_both(found, earlier, by, at)
    journal.record(
        event=QuestionSame(found.pk, earlier.pk),
        subject=found.about,
        text=f"The same as question {earlier.pk}",
        at=at,
        actor=by.name,
    )
    return earlier.pk


def _wait_for(found: Question, at: datetime, *, waited: bool) -> None:
    """Owe nothing while it waits for another; keep how much of its quick limit was left.

    That is kept already if it `waited` before, for another or for its asker.
    """
    if not waited:
        found.quick_left = deadlines.pause(found, at)
    found.unanswered_since = None
    found.save(update_fields=["quick_left", "unanswered_since"])
    deadlines.withdrawn(found, at)
    status_post.show(found, at)


def _waits(found: Question) -> bool:
    """Say whether it waits, for its asker or for the question that it is joined to."""
    to = Duplicate.objects.filter(question=found).exclude(original__state__in=OVER)
    return found.state == Question.State.WAITING or (not found.over and to.exists())


def _earlier(found: Question, earlier: Question | None) -> Question:
    """Give the earlier question, if `found` can be joined to it."""
    if earlier is None or earlier.state == Question.State.WITHDRAWN:
        raise QuestionRefused("There is no such question.", "Give the number that its link has.")
    if earlier.pk >= found.pk:
        raise QuestionRefused(
            "That one was not asked earlier.", "Join the later question to the earlier one."
        )
    if Duplicate.objects.filter(question=found, original=earlier).exists():
        raise QuestionRefused("It is joined to that one already.", "There is nothing to do.")
    return earlier


def _outcome_with(earlier: Question) -> str:
    """Give what comes of a question that is the same as one that is over: declined if that was.

    Raises QuestionRefused for what nobody answered: whoever asks it now is to get an answer.
    """
    unanswered = earlier.outcome == "silent" and earlier.answered_at is None
    if earlier.outcome == "lapsed" or unanswered:
        raise QuestionRefused(
            f"Question {earlier.pk} was closed without an answer.",
            "Open that one again first, or go on with this one.",
        )
    return "declined" if earlier.outcome == "declined" else "known"


def _tell_both(found: Question, earlier: Question, by: Person, at: datetime) -> None:
    said = process.in_force().ask.words
    here = said.same.format(by=by.name)
    if not found.over:
        here = said.follows.format(asker=found.post.author, number=earlier.pk)
    for where, text, other in (
        (found, here, earlier),
        (earlier, said.asked_again.format(asker=found.post.author), found),
    ):
        _say(where, text, other, "same", at)
        notifications.notify(where.about)


def _say(where: Question, text: str, other: Question, key: str, at: datetime) -> None:
    desk_posts.show(
        key=f"{where.about}:{key}:{other.pk}",
        channel=where.post.channel.name,
        thread=where.post,
        message=words.other_question(text=text, number=other.pk, title=other.title),
        at=at,
    )


@transaction.atomic
def part(*, question: int, by: Person, at: datetime) -> None:
    """Say that a question is not the same as the one it is joined to: it goes on by itself.

    Raises QuestionRefused.
    """
    found = locked(question)
    joined = Duplicate.objects.select_related("original__post").filter(question=found).first()
    if joined is None:
        raise QuestionRefused("It is joined to no other question.", "There is nothing to do.")
    other = joined.original
    joined.delete()
    if found.state == Question.State.SOLVED:
        resolution.open_again(found, by.name, at)
    else:
        _by_itself(found, at)
    text = process.in_force().ask.words.not_same.format(by=by.name, number=other.pk)
    _say(found, text, other, "same", at)
    journal.record(
        event=QuestionNotSame(found.pk, other.pk),
        subject=found.about,
        text=f"Not the same as question {other.pk}",
        at=at,
        actor=by.name,
    )
    notifications.notify(found.about, other.about)


def _by_itself(found: Question, at: datetime) -> None:
    """Owe again what was not owed while it waited for another."""
    if found.state == Question.State.WAITING:
        deadlines.silence(found, at)
    elif found.answered_at is not None and found.quick_left is not None:
        deadlines.quick_again(found, found.quick_left, at)
    if found.state == Question.State.OPEN and found.unanswered_since is None:
        found.unanswered_since = found.asked_at if found.answered_at is None else at
        found.save(update_fields=["unanswered_since"])
        deadlines.answer(found, found.has_it, at, at)
    else:
        deadlines.touched(found, at)
    status_post.show(found, at)


def _following(original: int) -> list[Question]:
    rows = Question.objects.select_for_update(of=("self",)).filter(duplicate__original=original)
    waiting = rows.exclude(state__in=OVER).select_related("post__channel", "engineer")
    return list(waiting.order_by("pk"))


def answered(*, event: QuestionAnswered, at: datetime) -> None:
    """Tell those who wait for a question that it has an answer."""
    original = Question.objects.get(pk=event.question)
    said = process.in_force().ask.words
    for one in _following(original.pk):
        text = said.follows_answer.format(asker=one.post.author, number=original.pk)
        _say(one, text, original, "answered", at)


def solved(*, event: QuestionSolved, at: datetime) -> None:
    """Solve with a question those that wait for it, unless it is open again by now.

    Closed without a solution, it leaves them to themselves.
    """
    original = locked(event.question)
    if not original.over:
        return
    following = _following(original.pk)
    if original.outcome in UNSOLVED:
        _let_go(following, at)
    else:
        _end(following, original.solved_by, at, "known")


def reopened(*, event: QuestionReopened, at: datetime) -> None:
    """Let those that were solved with a question wait for it again, now that it is open again.

    Not those whose askers said how our help was, nor what was solved long ago (`ask.goes_on`), nor
    one whose own ticket was closed without being done.
    """
    original = locked(event.question)
    if original.over:
        return
    current = process.in_force().ask
    with_it = Question.objects.select_for_update(of=("self",)).filter(
        duplicate__original=original,
        state=Question.State.SOLVED,
        outcome__in=("known", "declined"),
        happiness=None,
        solved_at__gte=at - current.goes_on,
    )
    with_it = with_it.select_related("post__channel", "engineer", "ticket")
    for one in with_it.order_by("pk"):
        ticket: Ticket | None = getattr(one, "ticket", None)
        if ticket is not None and ticket.there.get("undone"):
            continue
        resolution.wait_again(one, words.DESK, at)
        text = current.words.follows.format(asker=one.post.author, number=original.pk)
        _say(one, text, original, f"open:{at.isoformat()}", at)


def withdrawn(*, event: QuestionWithdrawn, at: datetime) -> None:
    """Let those go on by themselves that wait for a question which was taken back."""
    _let_go(_following(event.question), at)


def _end(following: list[Question], by: str, at: datetime, outcome: str) -> None:
    """Solve those that wait for a solved question; one whose asker said more goes on by itself."""
    news = [one for one in following if one.unanswered_since is not None]
    for one in following:
        if one not in news:
            resolution.close(one, by, at, outcome=outcome)
    _let_go(news, at)


def _let_go(following: list[Question], at: datetime) -> None:
    """Let these go on by themselves, joined to no other question."""
    Duplicate.objects.filter(question__in=following).delete()
    for one in following:
        _by_itself(locked(one.pk), at)
