"""What handovers quote of questions and tickets: it follows what people take back of these."""

from datetime import datetime

from dutydesk.chat.flows.quotations import Quoter, naming, retell_posts, retell_rows
from dutydesk.chat.models import Post
from dutydesk.chat.rules import Retelling
from dutydesk.desk.flows.quoted_posts import subjects_of
from dutydesk.handovers.models import HandoverLine


def _follow(post: Post, retelling: Retelling, at: datetime) -> None:
    lines = HandoverLine.objects.filter(about__in=subjects_of(post))
    retell_rows(lines, ["title", "text"], retelling)
    if retelling.gone and post.thread_id is None:
        retell_posts(naming(post, retelling, ["handover:"]), retelling, at)


QUOTER = Quoter("handovers", _follow)
