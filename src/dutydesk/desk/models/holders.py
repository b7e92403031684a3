"""Whose a question or a ticket is: nobody's once whoever has it has left the team.

That is asked, and not written down: who had it stays known, and has it again if they are back.
"""

from django.db.models import Q

from dutydesk.people.models import Engineer

UNTAKEN = Q(closed_at=None, assigned="") & (Q(engineer=None) | Q(engineer__active=False))
"""What holds of an open ticket that nobody works on, here or as the tracker says."""


def name_of(engineer: Engineer | None, *, over: bool = False) -> str:
    """Name who has it, or until it was `over` had it; empty for nobody, and for who has left."""
    return engineer.name if engineer is not None and (over or engineer.active) else ""
