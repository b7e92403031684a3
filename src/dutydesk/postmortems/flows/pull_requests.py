"""What became of the pull requests that ask for published postmortems: looked at now and then."""

from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.database import notifications, rows
from dutydesk.kernel.connected import Connected
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.delivery import Undelivered
from dutydesk.ports.published_files import FileChange, PullRequests, PullRequestState
from dutydesk.postmortems.models import RepositoryFile
from dutydesk.postmortems.words.file import closed
from dutydesk.process.flows import process

ASKER = Connected[PullRequests]()
"""Says how pull requests stand."""
EVERY = timedelta(minutes=10)
_MOST = 20


def look_after(*, at: datetime) -> None:
    """Look at the open ones whose turn it is. A worker's round; others may run beside it."""
    asker = ASKER.who
    if asker is None:
        return
    due = RepositoryFile.objects.filter(pull=RepositoryFile.Pull.OPEN, pull_at__lte=at - EVERY)
    for row in due.order_by("pull_at", "pk")[:_MOST]:
        # Whoever takes it has it to themselves until its next turn.
        if due.filter(pk=row.pk).update(pull_at=at):
            _look(asker, row, at)


def _look(asker: PullRequests, row: RepositoryFile, at: datetime) -> None:
    payload = OutboxMessage.objects.filter(key=row.key).values_list("payload", flat=True).first()
    if payload is None:
        return
    rows.give_back()  # A connection waits for no network.
    try:
        state = asker.look(FileChange.from_json(payload), row.link)
    except Undelivered:  # Its next turn comes.
        return
    if state != "open":
        _follow(row, state, at)


@transaction.atomic
def _follow(seen: RepositoryFile, state: PullRequestState, at: datetime) -> None:
    """Keep what became of it; who published it hears if it was closed. Clause postmortem.publish.

    If something newer was owed meanwhile, that counts.
    """
    mine = RepositoryFile.objects.select_for_update().filter(pk=seen.pk, key=seen.key)
    row = mine.filter(pull=RepositoryFile.Pull.OPEN).first()
    if row is None:
        return
    row.pull, row.pull_at = state, at
    row.save(update_fields=["pull", "pull_at"])
    found = row.postmortem
    notifications.notify(found.about)
    if state == "closed":
        desk_posts.say(
            key=f"{row.key}:closed",
            channel=process.in_force().team.channel,
            message=closed(title=found.incident.title, about=found.about),
            at=at,
            only_for=row.account,
        )
