"""Solved, not solved after all, of which kind it was, and how happy the asker is."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from dutydesk.chat.flows import desk_posts
from dutydesk.database import notifications
from dutydesk.desk import words
from dutydesk.desk.flows import askers, deadlines, question_threads, status_post
from dutydesk.desk.flows.events import (
    QuestionRefused,
    QuestionReopened,
    QuestionSolved,
    QuestionSorted,
)
from dutydesk.desk.models import Duplicate, Question
from dutydesk.desk.rules.phrases import suggested_kind
from dutydesk.desk.rules.questions import SCORES, UNSOLVED, may_ask_how_it_was
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import NotYours, Person
from dutydesk.kernel.messages import Message
from dutydesk.oncall.flows import acknowledgement
from dutydesk.people.flows import people
from dutydesk.process.flows import process


def locked(question: int) -> Question:
    """Give the question, locked until the transaction ends."""
    return question_threads.known(question, lock=True)


def both_locked(one: int, other: int) -> tuple[Question, Question]:
    """Give two questions, locked in the order in which everybody locks several."""
    rows = Question.objects.select_for_update(of=("self",)).filter(pk__in=[one, other])
    found = {each.pk: each for each in rows.select_related("post__channel").order_by("pk")}
    return found[one], found[other]


def _for(question: int, by: Person, at: datetime) -> Question:
    """Give the question, locked, to whoever may say whether it is solved. Raises NotYours."""
    askers.recognise(by.account, at=at)
    found = locked(question)
    if not by.may("engineer") and by.account != found.asker_id:
        raise NotYours("Only whoever asked, or an engineer, can say so.", "Ask one of them.")
    return found


@transaction.atomic
def solve(*, question: int, by: Person, at: datetime, outcome: str = "") -> None:
    """Mark it solved, by the asker or an engineer. Raises NotYours, QuestionRefused.

    `outcome`: one of OUTCOMES; empty for what follows from whether it has a ticket.
    """
    found = _for(question, by, at)
    if found.over:
        raise QuestionRefused(f"It is {found.state} already.", "Ask again if it isn't.")
    close(found, by.name, at, outcome=outcome)


def close(found: Question, by: str, at: datetime, *, outcome: str = "") -> None:
    """Close a question, ask the team what kind it was, and the asker how our help was."""
    found.state, found.solved_at, found.solved_by = Question.State.SOLVED, at, by
    found.waiting_since = found.unanswered_since = None
    found.outcome = outcome or ("ticket" if found.kept_in is not None else "answered")
    found.kind = found.kind or suggested_kind(found.asked, process.in_force().ask.kinds)
    changed = ["state", "solved_at", "solved_by", "waiting_since", "unanswered_since"]
    found.save(update_fields=[*changed, "outcome", "kind"])
    deadlines.nothing(found, at)
    acknowledgement.settle(about=found.about, at=at, because="the question is solved")
    status_post.show(found, at)
    if outcome in ("silent", "lapsed"):
        status_post.tell(found, at)
    journal.record(
        event=QuestionSolved(found.pk),
        subject=found.about,
        text=f"Solved: {found.title}",
        at=at,
        actor=by,
        clause="ask.in-channel",
    )
    if outcome not in UNSOLVED:
        _ask_what_it_was(found, at)
        _ask_how_it_was(found, at)


def _ask_what_it_was(found: Question, at: datetime) -> None:
    """Let the engineer who has it say of which kind it was; the likely one stands first."""
    if found.engineer is None or not found.has_it or found.engineer.account_id is None:
        return
    ask = process.in_force().ask
    desk_posts.say(
        key=f"{found.about}:kind",
        channel=found.post.channel.name,
        thread=found.post,
        message=words.what_was_it(
            about=found.about,
            text=ask.words.what_was_it.format(),
            kinds=[(kind.id, kind.title) for kind in ask.kinds],
            likely=found.kind,
        ),
        at=at,
        only_for=found.engineer.account_id,
    )


def _ask_how_it_was(found: Question, at: datetime) -> None:
    """Ask the asker, unless they are of the team, were asked about this, or were just lately."""
    ask = process.in_force().ask
    if found.asker_id is None or found.happiness_asked_at is not None:
        return
    if people.engineer_of(found.asker_id) is not None:
        return
    mine = Question.objects.filter(asker=found.asker_id)
    last = mine.aggregate(last=Max("happiness_asked_at"))["last"]
    if not may_ask_how_it_was(last, ask.happiness.at_most_every, at):
        return
    found.happiness_asked_at = at
    found.save(update_fields=["happiness_asked_at"])
    text = ask.words.how_was_it.format(asker=found.post.author)
    desk_posts.say(
        key=f"{found.about}:happiness",
        channel=found.post.channel.name,
        thread=found.post,
        message=words.how_was_it(about=found.about, text=text),
        at=at,
        only_for=found.asker_id,
    )


@transaction.atomic
def lapse(*, question: int, by: Person, at: datetime) -> None:
    """Close what nobody went on with, and say so kindly. Raises QuestionRefused."""
    found = locked(question)
    if found.over:
        raise QuestionRefused(f"It is {found.state} already.", "There is nothing to do.")
    close(found, by.name, at, outcome="lapsed")


@transaction.atomic
def reopen(*, question: int, by: Person, at: datetime) -> None:
    """Open again what is solved; by the asker or an engineer. Raises NotYours, QuestionRefused."""
    found = _for(question, by, at)
    if found.state != Question.State.SOLVED:
        raise QuestionRefused("It is not solved.", "Go on in its thread.")
    open_again(found, by.name, at)


def open_again(found: Question, by: str, at: datetime) -> None:
    """Open a question again: whoever had it has it, and an answer is owed from now on.

    It is no longer the same as another: its asker, or an engineer, has more to say.
    """
    Duplicate.objects.filter(question=found).delete()
    _unsolve(found, at)
    if found.answered_at is not None:
        deadlines.quick(found, at, at)
    deadlines.answer(found, found.has_it, at, at)
    _opened(found, by, at)


def wait_again(found: Question, by: str, at: datetime) -> None:
    """Open a question again that waits for another, since it is the same; nothing is owed."""
    _unsolve(found, None)
    _opened(found, by, at)


def _unsolve(found: Question, unanswered_since: datetime | None) -> None:
    found.state, found.unanswered_since = Question.State.OPEN, unanswered_since
    found.solved_at, found.solved_by, found.outcome = None, "", ""
    changed = ["state", "unanswered_since", "solved_at", "solved_by", "outcome"]
    found.save(update_fields=changed)


def _opened(found: Question, by: str, at: datetime) -> None:
    status_post.show(found, at)
    journal.record(
        event=QuestionReopened(found.pk),
        subject=found.about,
        text=f"{by} opened it again",
        at=at,
        actor=by,
    )


@transaction.atomic
def sort(*, question: int, kind: str, outcome: str, by: Person, at: datetime) -> None:
    """Keep of which kind a question was, and what came of it (empty: as it is)."""
    found = locked(question)
    kinds = {each.id: each.title for each in process.in_force().ask.kinds}
    if kind not in kinds:
        raise QuestionRefused("There is no such kind.", f"Choose one of {', '.join(kinds)}.")
    found.kind, found.outcome = kind, outcome or found.outcome
    found.save(update_fields=["kind", "outcome"])
    thanks = Message(f"Noted: {kinds[kind]}.", tone="kept")
    desk_posts.rewrite(key=f"{found.about}:kind", message=thanks, at=at)
    journal.record(
        event=QuestionSorted(found.pk, kind, found.outcome),
        subject=found.about,
        text=f"Kind: {kinds[kind]}",
        at=at,
        actor=by.name,
    )


@transaction.atomic
def score(*, question: int, by: Person, happiness: int, at: datetime) -> None:
    """Keep how happy the asker was, from 1 to 5; they may change their mind."""
    found = _asked_how(question, by)
    if happiness not in SCORES:
        raise QuestionRefused("That is not a score.", "Press one of the five buttons.")
    found.happiness, found.happiness_at = happiness, at
    found.save(update_fields=["happiness", "happiness_at"])
    thanks = process.in_force().ask.words.thanks.format()
    message = words.thanks(about=found.about, text=thanks)
    desk_posts.rewrite(key=f"{found.about}:happiness", message=message, at=at)
    notifications.notify(found.about)


@transaction.atomic
def say_why(*, question: int, by: Person, line: str, at: datetime) -> None:
    """Keep a line about our help, by whoever asked."""
    found = _asked_how(question, by)
    found.happiness_line = line
    found.save(update_fields=["happiness_line"])
    thanks = Message(process.in_force().ask.words.thanks.format(), tone="kept")
    desk_posts.rewrite(key=f"{found.about}:happiness", message=thanks, at=at)
    notifications.notify(found.about)


def _asked_how(question: int, by: Person) -> Question:
    found = locked(question)
    if by.account != found.asker_id:
        raise NotYours("Only whoever asked is asked how it was.", "Thank you all the same.")
    return found
