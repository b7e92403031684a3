"""What the document says of who does what in an incident."""

from dutydesk.kernel.durations import write_duration
from dutydesk.process.rules.model import IncidentsSection


def words_of(incidents: IncidentsSection) -> tuple[str, ...]:
    """Say which roles there are, who owes the updates, and how roles and help are handed on."""
    roles = [f"• {role.title}: {role.does}" for role in incidents.roles]
    order = ", else ".join(map(incidents.role, incidents.owed_by))
    return (
        *(("Others take these roles, in the open:", *roles) if roles else ()),
        f"The updates are owed by {order}: the first of these that is somebody at that hour. Each "
        f"{write_duration(incidents.escalate_after)} that one is late, the next of them is told "
        "too, and at last whoever leads support.",
        "Whoever has communications is asked to hand it over when their turn ends; "
        f"{write_duration(incidents.hand_over_within)} later it is whoever's who is on, unless "
        "they go on.",
        "Whoever is called on and has not answered within "
        f"{write_duration(incidents.help_within)} is called again; as long after that, whoever "
        "owes the updates is told.",
    )
