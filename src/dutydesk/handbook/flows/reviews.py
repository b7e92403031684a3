"""Asking the team to look through pages that are due for it: once a week, all of them in one."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from dutydesk.chat.flows import desk_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentEvent
from dutydesk.commitments.rules import Promise
from dutydesk.handbook import words
from dutydesk.handbook.models import HandbookPage
from dutydesk.handbook.rules.promises import EVERY, REVIEW, next_reminder
from dutydesk.kernel.subjects import subject
from dutydesk.process.flows import process

NAMED = 10
ABOUT = subject("handbook", 1)


def overdue(*, at: datetime) -> QuerySet[HandbookPage]:
    """Give the pages that should have been looked through by now, the longest overdue first."""
    today = at.astimezone(process.in_force().zone).date()
    pages = HandbookPage.objects.filter(review_by__lt=today).select_related("repository")
    return pages.defer("text", "words", "outline").order_by("review_by", "path")


@transaction.atomic
def look_after(*, at: datetime) -> None:
    """Promise one review for all pages that are overdue, and keep it once none is.

    Clause docs.repo.
    """
    there = overdue(at=at).exists()
    promised = commitments.owed([ABOUT]).filter(kind=REVIEW).exists()
    if there and not promised:
        due = next_reminder(at, process.in_force().zone)
        commitments.promise(
            kind=REVIEW,
            subject=ABOUT,
            owner="support",
            text=REVIEW.says(),
            times=Promise(due_at=due, chase_every=EVERY),
            at=at,
        )
    elif promised and not there:
        commitments.keep(kind=REVIEW, subject=ABOUT, at=at)


def remind(*, event: CommitmentEvent, at: datetime) -> None:
    """Name in the team's channel what is overdue; one post a week, however many there are."""
    if commitments.still_owed(event) is None:
        return
    pages = overdue(at=at)
    count = pages.count()
    if not count:
        return
    current = process.in_force()
    desk_posts.say(
        key=f"{ABOUT}:review:{at.astimezone(current.zone).date()}",
        channel=current.team.channel,
        message=words.review(
            count=count,
            pages=[(page.title, page.repository.name, page.path) for page in pages[:NAMED]],
        ),
        at=at,
    )
