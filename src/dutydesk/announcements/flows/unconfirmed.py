"""Planned work that nobody says has begun: asked about so often, then once whether it is off."""

from datetime import datetime

from dutydesk.announcements import words
from dutydesk.announcements.flows import announcers
from dutydesk.announcements.flows.events import AnnouncementStep
from dutydesk.announcements.models import Announcement, PromisedUpdate
from dutydesk.announcements.rules.promises import END, START
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.incidents.flows import owner_notices, reminders
from dutydesk.journal.flows import journal
from dutydesk.kernel import bounds
from dutydesk.people.flows import names
from dutydesk.process.flows import process
from dutydesk.rota.flows import notices


def given_up(owed: Commitment, at: datetime) -> bool:
    """Give up what is owed of work that never began, once it was asked about often enough.

    With its start, who announced it and who leads support are asked once whether it is off.
    """
    found = _work_of(owed)
    if found is None or found.state != Announcement.State.PLANNED or not owed.chase_every:
        return False
    often = (at - owed.due_at) // owed.chase_every
    if not found.unconfirmed and often <= process.in_force().announcements.ask_at_most:
        return False
    commitments.miss(kind=commitments.kind_of(owed), subject=owed.subject, at=at)
    if owed.kind == START:
        _ask_whether_off(found, owed, at)
    return True


def never_began(owed: Commitment, at: datetime) -> bool:
    """Give up the end of work if nobody is asked any more whether it has begun."""
    found = _work_of(owed) if owed.kind == END else None
    if found is None or not found.unconfirmed:
        return False
    commitments.miss(kind=END, subject=owed.subject, at=at)
    return True


def _work_of(owed: Commitment) -> Announcement | None:
    """Give the announcement that owes it, locked."""
    kind, _, number = owed.subject.partition(":")
    pk = bounds.number(number) or 0
    rows = Announcement.objects.select_for_update(of=("self",))
    if kind == "announcement":
        return rows.filter(pk=pk).first()
    found = PromisedUpdate.objects.filter(pk=pk).values("announcement")
    return rows.filter(pk__in=found).first()


def _ask_whether_off(found: Announcement, owed: Commitment, at: datetime) -> None:
    found.unconfirmed_at = at
    found.save(update_fields=["unconfirmed_at"])
    both = (announcers.announcer(found), names.support_lead())
    people = list(dict.fromkeys(one for one in both if one is not None))
    message = words.is_it_off(
        about=found.about,
        title=found.title,
        due=words.since(owed.due_at, process.in_force().zone, at),
        names=[one.name for one in people],
        mention="" if people else process.in_force().team.mention,
    )
    reminders.remind(owed, owner_notices.mentioning(message, *(one.pk for one in people)), at)
    for one in people:
        notices.tell(one, message, key=f"{found.about}:off:{owed.pk}", at=at)
    journal.record(
        event=AnnouncementStep(found.pk, "unconfirmed"),
        subject=found.about,
        text="Nobody said that the work has begun, and it is asked no more",
        at=at,
        clause="announce.commitment",
    )
