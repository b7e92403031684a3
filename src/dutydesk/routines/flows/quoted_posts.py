"""What checklists quote of what people ask, and of incidents: it follows what they take back."""

from datetime import datetime

from django.db.models import Q

from dutydesk.chat.flows.quotations import Quoter, naming, retell_posts, retell_record, retell_rows
from dutydesk.chat.models import Post
from dutydesk.chat.rules import Retelling
from dutydesk.incidents.flows.quoted_posts import retold_subjects
from dutydesk.journal.models import JournalEntry
from dutydesk.routines.flows.events import WaitingPointedOut
from dutydesk.routines.models import ChecklistItem


def _follow(post: Post, retelling: Retelling, at: datetime) -> None:
    """Let checklists, their posts, and what was said of what had waited, tell it as it is now."""
    subjects, told = retold_subjects(post, retelling), Q(pk__in=[])
    for one in subjects:
        told |= Q(facts__icontains=f'"{one}"')
    retell_rows(ChecklistItem.objects.filter(told), ["facts"], retelling)
    if post.thread_id is None:
        retell_posts(naming(post, retelling, ["checklist:"]), retelling, at)
        pointed = JournalEntry.objects.filter(
            kind=WaitingPointedOut.kind, data__item__in=subjects, at__gte=post.at
        )
        quoting = pointed.order_by("subject").values_list("subject", flat=True).distinct()
        retell_record(quoting, post, retelling, at)


QUOTER = Quoter("routines", _follow)
