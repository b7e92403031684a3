"""What incidents quote of what belongs to them: it follows what people take back of that."""

from datetime import datetime

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
from dutydesk.incidents.models import Incident, IncidentLink
from dutydesk.outbox.flows import outbox


def _follow(post: Post, retelling: Retelling, at: datetime) -> None:
    """Let the title, the record and what is owed of an incident forget what was taken back.

    What is edited they leave: an incident's title and record are not its asker's to change.
    """
    if not retelling.gone or post.thread_id is not None:
        return
    linked = IncidentLink.objects.filter(about__in=subjects_of(post)).values("incident")
    found = Incident.objects.filter(pk__in=linked)
    retell_rows(found, ["title"], retelling)
    for one in found:
        retell_record([one.about], post, retelling, at)
        wordings.retell(subject=one.about, text=retelling.quoted)
        outbox.retell(subject=one.about, leaves=retelling.leaves)
        retell_posts(naming(post, retelling, [f"{one.about}:"]), retelling, at)


QUOTER = Quoter("incidents", _follow)
