"""Offering past answers to whoever asks."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import Post
from dutydesk.database import notifications
from dutydesk.desk import words
from dutydesk.desk.flows import handbook_pages, resolution, search
from dutydesk.desk.flows.events import (
    AnswerHelped,
    QuestionAsked,
    QuestionRefused,
    QuestionReopened,
)
from dutydesk.desk.models import FurtherPost, PastAnswer, Question
from dutydesk.desk.rules.answers import gist
from dutydesk.desk.rules.phrases import asks_for_review, telling_words
from dutydesk.desk.rules.similarity import OFFERED, offered
from dutydesk.journal.flows import journal
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.actions import Person
from dutydesk.kernel.subjects import screen_of, subject
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process


def key_of(question: int) -> str:
    """Give the key of the post that offers past answers to whoever asked this question."""
    return f"{subject('question', question)}:past"


def offer(*, event: QuestionAsked, at: datetime) -> None:
    """Offer up to three likely past answers to the asker alone, or in the thread if unknown.

    Pages of the handbook are among them where whoever asks may read those. Clause docs.repo.
    """
    question = Question.objects.select_related("post__channel").filter(pk=event.question).first()
    if question is None or question.over:
        return
    likely, pages = _best(question)
    if not likely and not pages:
        return
    PastAnswer.objects.bulk_create(
        PastAnswer(question=question, past=past, likeness=how, offered_at=at)
        for how, past in likely
    )
    text = process.in_force().ask.words.past_answers.format(asker=question.post.author)
    gists = _gists([past for _, past in likely])
    past = [(past.pk, past.title, gists.get(past.pk, ""), _link(past)) for _, past in likely]
    desk_posts.say(
        key=key_of(question.pk),
        channel=question.post.channel.name,
        thread=question.post,
        message=words.past_answers(about=question.about, text=text, past=past, pages=pages),
        at=at,
        only_for=question.asker_id,
    )
    notifications.notify(question.about)


def _best(
    question: Question,
) -> tuple[list[tuple[float, Question]], list[tuple[str, str]]]:
    """Give the likeliest three of past answers and of pages: each page's title and link."""
    past = [(how, one, None) for how, one in likely_answers(question)]
    readable = handbook_pages.open_to_all()
    found = handbook_pages.likely(telling_words(question.asked)) if readable else ()
    pages = [(how, None, page) for how, page in found]
    best = sorted([*past, *pages], key=lambda each: -each[0])[:OFFERED]
    return (
        [(how, one) for how, one, _ in best if one is not None],
        [(page.title, f"{settings.BASE_URL}{page.address}") for _, _, page in best if page],
    )


def likely_answers(question: Question) -> Sequence[tuple[float, Question]]:
    """Give the earlier questions with an answer that are likely to help, with their likeness.

    None that asked for a review, since the next change is another; none that was opened again
    and is not solved; and none that was closed without anything being done.
    """
    words = telling_words(question.asked)
    told, others = search.alike(words=words, among=search.Among(kind="question"))
    answered = Question.objects.filter(
        pk__in=[other.number for other in others], answered_at__isnull=False, duplicate=None
    )
    unknown = (Question.State.WITHDRAWN, Question.State.OPEN)  # Reopened: it did not help.
    known = answered.filter(pk__lt=question.pk).exclude(state__in=unknown)
    known = known.exclude(outcome__in=("lapsed", "declined"))  # Nobody was helped by these.
    asked = [one for one in known.select_related("post") if not asks_for_review(one.asked)]
    past = _without_reopened(asked)
    likely = offered(told, [other for other in others if other.number in past])
    return [(how, past[other.number]) for how, other in likely]


def _without_reopened(questions: Sequence[Question]) -> dict[int, Question]:
    """Give by number those that are solved, or were never opened again."""
    unsolved = [one.about for one in questions if one.state != Question.State.SOLVED]
    again = JournalEntry.objects.filter(subject__in=unsolved, kind=QuestionReopened.kind)
    reopened = set(again.values_list("subject", flat=True))
    return {one.pk: one for one in questions if one.about not in reopened}


def _gists(questions: Sequence[Question]) -> dict[int, str]:
    """Give in a line what the team answered to each."""
    threads = {one.post_id: one for one in questions}
    for further in FurtherPost.objects.filter(question__in=questions).select_related("question"):
        threads[further.post_id] = further.question
    team = Engineer.objects.filter(account__isnull=False).values("account")
    posts = Post.objects.filter(thread__in=threads, account__in=team, only_for=None)
    replies: dict[int, list[str]] = {one.pk: [] for one in questions}
    for post in posts.filter(removed_at=None).order_by("pk"):
        question = threads[post.thread_id or 0]
        if post.written_by != question.who:
            replies[question.pk].append(post.words.body)
    return {number: gist(texts) for number, texts in replies.items()}


def _link(question: Question) -> str:
    return f"{settings.BASE_URL}{screen_of(question.about)}" if settings.BASE_URL else ""


@transaction.atomic
def helped(*, question: int, past: int, by: Person, at: datetime) -> None:
    """Close a question since an answer that was offered helped. Raises NotYours, QuestionRefused.

    Clause ask.in-channel.
    """
    given = PastAnswer.objects.filter(question=question, past=past).select_related(
        "question__post", "past__post"
    )
    one = given.first()
    if one is None:
        raise QuestionRefused("That answer was not offered here.", "Press Solved instead.")
    resolution.solve(question=question, by=by, at=at, outcome="known")
    one.helped_at = at
    one.save(update_fields=["helped_at"])
    desk_posts.rewrite(
        key=key_of(question),
        message=words.other_question(
            text=process.in_force().ask.words.helped.format(),
            number=past,
            title=one.past.title,
            tone="kept",
        ),
        at=at,
    )
    journal.record(
        event=AnswerHelped(question, past),
        subject=one.question.about,
        text=f"The answer to question {past} helped",
        at=at,
        actor=by.name,
        clause="ask.in-channel",
    )


def suggestions(question: Question) -> list[tuple[int, str]]:
    """Give earlier questions that it may be the same as: number and title."""
    offered_before = [(one.past.pk, one.past.title) for one in question.similar]
    return offered_before or [(past.pk, past.title) for _, past in likely_answers(question)]
