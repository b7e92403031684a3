"""From a question to its answer, and how happy the asker was."""

from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.chat.flows import saying as chat
from dutydesk.chat.flows.posting import PersonPosted
from dutydesk.chat.models import Post
from dutydesk.commitments import flows as commitments
from dutydesk.commitments.flows import CommitmentDue
from dutydesk.commitments.rules import Promise
from dutydesk.desk import words
from dutydesk.desk.flows.facts import (
    QuestionAnswered,
    QuestionAsked,
    QuestionRefused,
    QuestionSolved,
)
from dutydesk.desk.models import Question
from dutydesk.desk.rules import (
    SCORES,
    greeting,
    ticket_offered_at,
)
from dutydesk.journal import flows as journal
from dutydesk.kernel.actions import NotYours, Person
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.messages import Message
from dutydesk.kernel.subjects import number_of, subject
from dutydesk.people.models import Engineer
from dutydesk.process import flows as process
from dutydesk.rota.flows import asking as rota

MORE_TIME = timedelta(minutes=5)


def hear(*, fact: PersonPosted, at: datetime) -> None:
    """Hear a person's post: a new question, or a first answer to one."""
    if fact.channel != process.in_force().ask.channel:
        return
    post = Post.objects.select_related("channel", "account").get(pk=fact.post)
    if fact.thread is None:
        _ask(post, at)
    else:
        _answer(post, at)


def _ask(post: Post, at: datetime) -> None:
    current = process.in_force()
    question, new = Question.objects.get_or_create(
        post=post, defaults={"asker": post.account, "asked_at": post.at}
    )
    if not new:
        return
    cover = [d.name for d in rota.who(at=post.at) if d.duty == "support" and d.engineer]
    about = subject("question", question.pk)
    chat.say(
        key=f"{about}:greeting",
        channel=post.channel.name,
        thread=post,
        message=words.greeting(
            about=about,
            text=greeting(current, asker=post.author, cover=cover[0] if cover else "", at=post.at),
        ),
        at=at,
    )
    offered_at = ticket_offered_at(current, post.at)
    if offered_at is not None:
        _promise_quick(question, offered_at, at)
    journal.record(
        fact=QuestionAsked(question.pk),
        subject=about,
        text=f"{post.author} asked: {question.title}",
        at=post.at,
        actor=post.author,
        clause="ask.entry",
    )


def _promise_quick(question: Question, due_at: datetime, at: datetime) -> None:
    commitments.promise(
        kind="question.quick",
        subject=subject("question", question.pk),
        owner=question.engineer.name if question.engineer else "cover",
        text=f"Solve “{question.title}” or offer a ticket",
        times=Promise(due_at=due_at),
        at=at,
        clause="ask.quick",
    )


def _answer(post: Post, at: datetime) -> None:
    """Let the first engineer who answers have the question; the clock runs on."""
    question = Question.objects.select_for_update(of=("self",)).filter(post=post.thread_id).first()
    engineer = Engineer.objects.filter(account=post.account_id, active=True).first()
    if question is None or engineer is None or post.account_id == question.asker_id:
        return
    if question.answered_at is not None:
        return
    question.engineer, question.answered_at = engineer, post.at
    if question.state == Question.State.OPEN:
        question.state = Question.State.ANSWERED
    question.save(update_fields=["engineer", "answered_at", "state"])
    journal.record(
        fact=QuestionAnswered(question.pk),
        subject=subject("question", question.pk),
        text=f"{engineer.name} answered",
        at=post.at,
        actor=engineer.name,
        clause="ask.in-channel",
    )


def due(*, fact: CommitmentDue, at: datetime) -> None:
    """Offer a ticket once help has taken longer than the limit, to the engineer alone."""
    if fact.sort != "question.quick" or commitments.still_owed(fact) is None:
        return
    question = Question.objects.select_related("post", "engineer").get(
        pk=number_of(fact.subject, "question")
    )
    commitments.keep(kind=fact.sort, subject=fact.subject, at=at)
    if question.state == Question.State.SOLVED or hasattr(question, "ticket"):
        return
    ask = process.in_force().ask
    offer = words.ticket_offer(
        about=fact.subject,
        text=ask.words.offer_ticket.format(limit=write_duration(ask.quick_limit)),
    )
    for account in _who_helps(question, at):
        chat.say(
            key=f"{fact.subject}:offer:{fact.commitment}:{account}",
            channel=question.post.channel.name,
            thread=question.post,
            message=offer,
            at=at,
            only_for=account,
        )


def _who_helps(question: Question, at: datetime) -> list[int]:
    """Give the accounts of whoever has the question, else of those on cover."""
    if question.engineer is not None and question.engineer.account_id is not None:
        return [question.engineer.account_id]
    on = [duty.engineer for duty in rota.who(at=at) if duty.duty == "support" and duty.engineer]
    accounts = Engineer.objects.filter(pk__in=on, account__isnull=False)
    return list(accounts.values_list("account_id", flat=True))


@transaction.atomic
def more_time(*, question: int, at: datetime) -> None:
    """Wait a little longer before a ticket is offered again."""
    found = Question.objects.select_related("post").get(pk=question)
    _promise_quick(found, at + MORE_TIME, at)


@transaction.atomic
def solve(*, question: int, by: Person, at: datetime) -> None:
    """Mark it solved, and ask the asker how it was; by the asker or an engineer."""
    found = Question.objects.select_for_update(of=("self",)).select_related("post").get(pk=question)
    if by.engineer is None and by.account != found.asker_id:
        raise NotYours("Only whoever asked, or an engineer, can say so.", "Ask one of them.")
    if found.state == Question.State.SOLVED:
        raise QuestionRefused("It is solved already.", "Ask again in the channel if it isn't.")
    found.state, found.solved_at = Question.State.SOLVED, at
    found.save(update_fields=["state", "solved_at"])
    about = subject("question", found.pk)
    commitments.keep(kind="question.quick", subject=about, at=at)
    ask_words = process.in_force().ask.words
    if found.asker_id is not None and not _is_engineer(found.asker_id):
        chat.say(
            key=f"{about}:happiness",
            channel=found.post.channel.name,
            thread=found.post,
            message=words.how_was_it(
                about=about, text=ask_words.how_was_it.format(asker=found.post.author)
            ),
            at=at,
            only_for=found.asker_id,
        )
    chat.rewrite(key=f"{about}:greeting", message=Message(f"Solved. {by.name} said so."), at=at)
    journal.record(
        fact=QuestionSolved(found.pk),
        subject=about,
        text=f"Solved: {found.title}",
        at=at,
        actor=by.name,
        clause="ask.in-channel",
    )


def _is_engineer(account: int) -> bool:
    """Say whether the account is a member of the team itself, who is never asked."""
    return Engineer.objects.filter(account=account, active=True).exists()


@transaction.atomic
def score(*, question: int, by: Person, happiness: int, at: datetime) -> None:
    """Keep how happy the asker was, from 1 to 5; they may change their mind."""
    found = Question.objects.select_for_update(of=("self",)).get(pk=question)
    if by.account != found.asker_id:
        raise NotYours("Only whoever asked is asked how it was.", "Thank you all the same.")
    if happiness not in SCORES:
        raise QuestionRefused("That is not a score.", "Press one of the five buttons.")
    found.happiness, found.happiness_at = happiness, at
    found.save(update_fields=["happiness", "happiness_at"])
    about = subject("question", found.pk)
    thanks = process.in_force().ask.words.thanks.format()
    chat.rewrite(key=f"{about}:happiness", message=Message(thanks, tone="kept"), at=at)
    journal.stir(about)
