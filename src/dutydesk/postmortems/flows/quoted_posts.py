"""What published postmortems quote of people's posts: it is gone from there once it is taken back.

What is published stands word for word as it was signed off; this alone is taken out of it.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from dutydesk.chat.flows.quotations import (
    Quoter,
    naming,
    retell_posts,
    retell_record,
    retell_rows,
)
from dutydesk.chat.models import Post
from dutydesk.chat.rules import Retelling
from dutydesk.commitments.flows import wordings
from dutydesk.incidents.flows import quoted_posts
from dutydesk.journal.flows import journal
from dutydesk.journal.flows.journal import Retold
from dutydesk.outbox.flows import outbox
from dutydesk.postmortems.flows import publications, repository_files, sessions
from dutydesk.postmortems.models import Postmortem, Publication


def _quoting(post: Post) -> QuerySet[Publication]:
    """Give what was published of incidents that quote a post."""
    concerned = quoted_posts.concerned(post).values("pk")
    return Publication.objects.filter(postmortem__incident__in=concerned)


def _follow(post: Post, retelling: Retelling, at: datetime) -> None:
    """Take out of every version, and of what is said and owed of a session, what was taken back.

    The postmortems are locked before what hangs on them, as whoever publishes or withdraws does.
    """
    if not retelling.gone:
        return
    rows = Postmortem.objects.select_for_update(of=("self",)).select_related("incident")
    concerned = quoted_posts.concerned(post).values("pk")
    drafts = list(rows.filter(incident__in=concerned).order_by("pk"))
    for found in drafts:
        retell_record([found.about], post, retelling, at)
        wordings.retell(subject=found.about, text=retelling.quoted)
        outbox.retell(subject=found.about, leaves=retelling.leaves)
        retell_posts(naming(post, retelling, [f"{found.about}:"]), retelling, at)
    changed = retell_rows(_quoting(post), ["report"], retelling)
    touched = {one.postmortem_id for one in changed}
    for found in drafts:
        if found.pk in touched:
            _taken_out(found, changed, post, at)


def _taken_out(found: Postmortem, changed: Sequence[Publication], post: Post, at: datetime) -> None:
    """Say that words were taken out, and let the repository that has the newest have it without."""
    journal.record(
        event=Retold((), gone=True),
        subject=found.about,
        text=f"{post.author} took back words that what is published quoted",
        at=at,
        actor=post.author,
    )
    now = publications.latest(found)
    if now in changed and repository_files.state_of(found) is not None:
        repository_files.owe(found, now, by=sessions.THE_DESK, account=None, at=at)


def _keeps(post: Post, gone: Retelling) -> bool:
    """Say whether what is published has words that were changed since."""
    reports = _quoting(post).values_list("report", flat=True)
    return any(gone.leaves(report, "report") != report for report in reports)


QUOTER = Quoter("postmortems", _follow, _keeps)
