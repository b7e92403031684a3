"""By what names people go here: who is meant by one of before, and which ones are free."""

from datetime import datetime

from dutydesk.journal.models import JournalEntry
from dutydesk.people.flows.people import AddressTaken, EngineerRenamed
from dutydesk.people.models import Engineer, LeadershipContact
from dutydesk.people.rules import PersonRow, alike, read_row
from dutydesk.process.flows import process


def meant(name: str, *, at: datetime) -> Engineer | None:
    """Give whom of the team a name meant at `at`, whatever they are called now; None if nobody.

    Who has left is among them. Two queries.
    """
    renamed = JournalEntry.objects.filter(kind=EngineerRenamed.kind, at__gt=at).order_by("pk")
    for told in map(EngineerRenamed.from_json, renamed.values_list("data", flat=True)):
        if told.old == name:
            return Engineer.objects.filter(pk=told.engineer).first()
        if told.new == name:  # Nobody was called so before.
            return None
    return Engineer.objects.filter(name=name).first()


def support_lead() -> Engineer | None:
    """Give whoever leads support, if the process names somebody who is on the team."""
    name = process.in_force().support.lead
    return Engineer.objects.filter(name=name, active=True).first() if name else None


def own(*, name: str, email: str, invited_as: str | None = None) -> str:
    """Give the name by which whoever has this address may go. Raises AddressTaken if it isn't free.

    What somebody does is on record by their name, and some of it they may do by it alone. So an
    engineer's is theirs, whatever its case or blanks, and one that the process or the leadership
    has is for whoever was invited by it (`invited_as`; None where nobody was).
    """
    called = read_row(PersonRow, name=name).name
    others = Engineer.objects.exclude(email__iexact=email).order_by("pk")
    for there in others.values_list("name", flat=True):
        if alike(there) == alike(called):
            raise AddressTaken(
                f"There is an engineer called {there} with another address.",
                f"Give your own name. If you are {there}, come in by the address that they have "
                "under People.",
            )
    if invited_as is not None and alike(called) != alike(invited_as):
        _refuse_named(called, email)
    return called


def _refuse_named(called: str, email: str) -> None:
    """Refuse the name of somebody whom only an administrator can let in by it."""
    contacts = LeadershipContact.objects.exclude(email__iexact=email).order_by("pk")
    signing = process.in_force().postmortems.publication.sign_off
    for there in (*contacts.values_list("name", flat=True), *signing):
        if alike(there) == alike(called):
            raise AddressTaken(
                f"{there} has a part in the process, and the link wasn't made for that name.",
                "Give your own name, or ask an administrator for a link in that name.",
            )
