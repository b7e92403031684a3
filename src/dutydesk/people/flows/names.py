"""By what name somebody who isn't an engineer goes here: never by that of somebody else."""

from dutydesk.people.flows.people import AddressTaken
from dutydesk.people.models import Engineer, LeadershipContact
from dutydesk.people.rules import PersonRow, alike, read_row
from dutydesk.process.flows import process


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
