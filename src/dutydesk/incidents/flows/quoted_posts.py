"""What incidents quote of what belongs to them: it follows what people take back of that."""

from collections.abc import Iterable
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
from dutydesk.desk.flows.quoted_posts import subjects_of
from dutydesk.incidents.flows import help_calls
from dutydesk.incidents.flows.events import IncidentMerged
from dutydesk.incidents.models import Incident, IncidentLink
from dutydesk.journal.flows import journal
from dutydesk.journal.models import JournalEntry
from dutydesk.outbox.flows import outbox


def retold_subjects(post: Post, retelling: Retelling) -> list[str]:
    """Give what a post is quoted about so that it is retold: of incidents only what is gone."""
    found = concerned(post) if retelling.gone else ()
    return [*subjects_of(post), *(one.about for one in found)]


def concerned(post: Post) -> QuerySet[Incident]:
    """Give the incidents to which something belongs that quotes this post, which begins a thread.

    With whatever was merged into them, whose things they have. None for an answer: of these nothing
    is quoted.
    """
    if post.thread_id is not None:
        return Incident.objects.none()
    linked = IncidentLink.objects.filter(about__in=subjects_of(post))
    return Incident.objects.filter(pk__in=_with_parts(linked.values_list("incident", flat=True)))


def _with_parts(wholes: Iterable[int]) -> set[int]:
    """Give these incidents with all that ever became part of them, also what is none any more."""
    found: set[int] = set()
    new = set(wholes)
    while new:
        found |= new
        merged = JournalEntry.objects.filter(
            kind=IncidentMerged.kind, data__into__in=sorted(new)
        ).order_by("pk")
        new = set(merged.values_list("data__incident", flat=True)) - found
    return found


def _follow(post: Post, retelling: Retelling, at: datetime) -> None:
    """Let the title, the record and what is owed of an incident forget what was taken back.

    What is edited they leave: an incident's title and record are not its asker's to change.
    """
    if not retelling.gone:
        return
    found = concerned(post)
    retell_rows(found, ["title"], retelling)
    for one in found:
        retell_record([one.about], post, retelling, at)
        wordings.retell(subject=one.about, text=retelling.quoted)
        outbox.retell(subject=one.about, leaves=retelling.leaves)
        retell_posts(naming(post, retelling, _keys(one)), retelling, at)


def _keys(incident: Incident) -> list[str]:
    """Give how the keys begin of what the desk says of an incident."""
    asked = (help_calls.asked_key(one) for one in incident.help_requests.all())
    told = (one.about for one in incident.updates.all())
    return [f"{one}:" for one in (incident.about, *told, *asked)]


def _keeps(post: Post, gone: Retelling) -> bool:
    """Say whether an incident's title or its record has words that its asker changed."""
    found = concerned(post)
    record = journal.timeline(one.about for one in found).values_list("text", flat=True)
    titles = (one.title for one in found)
    return any(gone.title(title) != title for title in titles) or any(
        gone.quoted(text) != text for text in record
    )


QUOTER = Quoter("incidents", _follow, _keeps)
