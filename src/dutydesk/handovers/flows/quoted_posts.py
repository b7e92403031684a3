"""What handovers quote of what people ask, and of incidents: it follows what they take back."""

from datetime import datetime

from dutydesk.chat.flows.quotations import Quoter, naming, retell_posts, retell_record, retell_rows
from dutydesk.chat.models import Post
from dutydesk.chat.rules import Retelling
from dutydesk.handovers.models import HandoverLine
from dutydesk.incidents.flows.quoted_posts import retold_subjects
from dutydesk.kernel.subjects import subject


def _follow(post: Post, retelling: Retelling, at: datetime) -> None:
    lines = HandoverLine.objects.filter(about__in=retold_subjects(post, retelling))
    retell_rows(lines, ["title", "text"], retelling)
    if retelling.gone and post.thread_id is None:
        handovers = lines.order_by("handover").values_list("handover", flat=True).distinct()
        told = [subject("handover", one) for one in handovers]
        retell_record(told, post, retelling, at)
        retell_posts(naming(post, retelling, ["handover:"]), retelling, at)


QUOTER = Quoter("handovers", _follow)
