"""What handovers quote of questions and tickets: it follows what people take back of these."""

from datetime import datetime

from dutydesk.chat.flows.quotations import Quoter, retell_rows
from dutydesk.chat.models import Post
from dutydesk.chat.rules import Retelling
from dutydesk.desk.flows.quoted_posts import subjects_of
from dutydesk.handovers.models import HandoverLine


def _follow(post: Post, retelling: Retelling, at: datetime) -> None:
    lines = HandoverLine.objects.filter(about__in=subjects_of(post))
    retell_rows(lines, ["title", "text"], retelling)


QUOTER = Quoter("handovers", _follow)
