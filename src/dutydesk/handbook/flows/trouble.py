"""Telling the team, once, that a repository can't be read; and once more when it can."""

from collections.abc import Iterator
from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.handbook import words
from dutydesk.handbook.flows.events import RepositoryFailed, RepositoryReadAgain
from dutydesk.handbook.models import HandbookRepository
from dutydesk.journal.flows import journal
from dutydesk.kernel.checks import Check
from dutydesk.kernel.refusals import Refused
from dutydesk.process.flows import process

PATIENCE = 3
"""What passes by itself is told of when it was met so often in a row."""


def tell(repository: HandbookRepository, *, lasting: bool, at: datetime) -> None:
    """Say in the team's channel what is wrong with it, unless that was said. Clause docs.repo."""
    if repository.told_at is not None or (not lasting and repository.tries < PATIENCE):
        return
    repository.told_at = at
    desk_posts.say(
        key=_key(repository),
        channel=process.in_force().team.channel,
        message=words.unreadable(
            about=repository.about,
            name=repository.name,
            reason=repository.trouble,
            remedy=repository.remedy,
            pages=bool(repository.commit),
        ),
        at=at,
    )
    journal.record(
        event=RepositoryFailed(repository.pk),
        subject=repository.about,
        text=f"The handbook's repository {repository.name} can't be read: {repository.trouble}",
        at=at,
        clause="docs.repo",
    )


def over(repository: HandbookRepository, *, at: datetime) -> None:
    """Say that it is read again, where it was said that it can't be."""
    if repository.told_at is None:
        return
    desk_posts.rewrite(key=_key(repository), message=words.readable(name=repository.name), at=at)
    journal.record(
        event=RepositoryReadAgain(repository.pk),
        subject=repository.about,
        text=f"The handbook's repository {repository.name} is read again",
        at=at,
        clause="docs.repo",
    )


def _key(repository: HandbookRepository) -> str:
    told = repository.told_at
    return f"{repository.about}:trouble:{told:%Y%m%dT%H%M%S}"


def health(at: datetime) -> Iterator[Check]:
    """Say whether all repositories of the handbook are read, if there are any."""
    try:
        if not process.in_force().handbook.repositories:
            return
    except Refused:  # Without a process; that is said by itself.
        return
    failing = HandbookRepository.objects.exclude(trouble="")
    if not failing:
        yield Check("handbook", True, "its repositories are read", vital=False)
    for one in failing:
        yield Check(
            "handbook",
            False,
            f"{one.name} can't be read: {one.trouble}",
            one.remedy,
            vital=False,
            public="A repository of the handbook can't be read.",
        )
