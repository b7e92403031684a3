"""What published postmortems quote of people's posts: it is gone from there once it is taken back.

What is published stands word for word as it was signed off; this alone is taken out of it.
"""

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
    """Take out of every version, and of what is said and owed of a session, what was taken back."""
    if not retelling.gone:
        return
    for found in Postmortem.objects.filter(incident__in=quoted_posts.concerned(post)):
        retell_record([found.about], post, retelling, at)
        wordings.retell(subject=found.about, text=retelling.quoted)
        outbox.retell(subject=found.about, leaves=retelling.leaves)
        retell_posts(naming(post, retelling, [f"{found.about}:"]), retelling, at)
    _retell_published(post, retelling, at)


def _retell_published(post: Post, retelling: Retelling, at: datetime) -> None:
    """Take it out of what is published, and let the repository have the newest without it."""
    changed = retell_rows(_quoting(post), ["report"], retelling)
    rows = Postmortem.objects.select_for_update(of=("self",)).select_related("incident")
    for found in rows.filter(pk__in={one.postmortem_id for one in changed}).order_by("pk"):
        journal.record(
            event=Retold((), gone=True),
            subject=found.about,
            text=f"{post.author} took back words that what is published quoted",
            at=at,
            actor=post.author,
        )
        now = publications.latest(found)
        if now in changed:
            repository_files.owe(found, now, by=sessions.THE_DESK, account=None, at=at)


def _keeps(post: Post, gone: Retelling) -> bool:
    """Say whether what is published has words that were changed since."""
    reports = _quoting(post).values_list("report", flat=True)
    return any(gone.leaves(report, "report") != report for report in reports)


QUOTER = Quoter("postmortems", _follow, _keeps)
