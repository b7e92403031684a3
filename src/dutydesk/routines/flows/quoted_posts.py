"""What checklists quote of questions and tickets: it follows what people take back of these."""

from datetime import datetime

from django.db.models import Q

from dutydesk.chat.flows.quotations import Quoter, retell_rows
from dutydesk.chat.models import Post
from dutydesk.chat.rules import Retelling
from dutydesk.desk.flows.quoted_posts import subjects_of
from dutydesk.routines.models import ChecklistItem


def _follow(post: Post, retelling: Retelling, at: datetime) -> None:
    told = Q(pk__in=[])
    for one in subjects_of(post):
        told |= Q(facts__icontains=f'"{one}"')
    retell_rows(ChecklistItem.objects.filter(told), ["facts"], retelling)


QUOTER = Quoter("routines", _follow)
