"""What incidents quote of what belongs to them: it follows what people take back of that."""

from datetime import datetime

from dutydesk.chat.flows.quotations import Quoter, retell_rows
from dutydesk.chat.models import Post
from dutydesk.chat.rules import Retelling
from dutydesk.commitments.flows import commitments
from dutydesk.desk.flows.quoted_posts import subjects_of
from dutydesk.incidents.models import Incident, IncidentLink
from dutydesk.journal.flows import journal
from dutydesk.outbox.flows import outbox


def _follow(post: Post, retelling: Retelling, at: datetime) -> None:
    """Let the title, the record and what is owed of an incident quote what is said now."""
    linked = IncidentLink.objects.filter(about__in=subjects_of(post)).values("incident")
    found = Incident.objects.filter(pk__in=linked)
    retell_rows(found, ["title"], retelling)
    for one in found:
        journal.retell(subjects=[one.about], text=retelling.title)
        commitments.retell(subject=one.about, text=retelling.title)
        outbox.retell(subject=one.about, leaves=retelling.leaves)


QUOTER = Quoter("incidents", _follow)
