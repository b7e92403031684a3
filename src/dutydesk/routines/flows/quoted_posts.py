"""What checklists quote of what people ask, and of incidents: it follows what they take back."""

from datetime import datetime

from django.db.models import Q

from dutydesk.chat.flows.quotations import Quoter, retell_rows
from dutydesk.chat.models import Post
from dutydesk.chat.rules import Retelling
from dutydesk.incidents.flows.quoted_posts import retold_subjects
from dutydesk.routines.models import ChecklistItem


def _follow(post: Post, retelling: Retelling, at: datetime) -> None:
    told = Q(pk__in=[])
    for one in retold_subjects(post, retelling):
        told |= Q(facts__icontains=f'"{one}"')
    retell_rows(ChecklistItem.objects.filter(told), ["facts"], retelling)


QUOTER = Quoter("routines", _follow)
