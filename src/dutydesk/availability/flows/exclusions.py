"""Putting right by hand what counts as down: with a reason, journalled, and to be taken back."""

from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.availability.flows import figures
from dutydesk.availability.flows.events import DownTimeExcluded, ExclusionWithdrawn
from dutydesk.availability.flows.terms import CHANGED
from dutydesk.availability.models import Exclusion
from dutydesk.database import notifications, rows
from dutydesk.journal.flows import journal
from dutydesk.kernel.moments import span
from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Service
from dutydesk.process.flows import process

_CLAUSE = "measure.availability"


class NothingToExclude(Refused):
    """In that time the service wasn't down, or there is no such time."""


class NoExclusion(Refused):
    """It isn't there, or was taken back already."""


@transaction.atomic
def exclude(
    *, service: int, start: datetime, end: datetime, reason: str, by: str, at: datetime
) -> Exclusion:
    """Let a service not have been down from one time to another. Clause measure.availability."""
    if end <= start or end > at:
        raise NothingToExclude(
            "That is no time that has passed.", "Give a start, and an end after it, before now."
        )
    rows.lock([subject("availability", service)])
    found = Service.objects.filter(pk=service).first()
    if found is None:
        raise NothingToExclude("That service isn't there.", "Open the page again.")
    (known,) = figures.availability(Period(start, end), at=at, services=[found])
    if known.tally.down <= timedelta():
        raise NothingToExclude(
            f"{found.name} wasn't down in that time.", "Look at the times that its page lists."
        )
    made = Exclusion.objects.create(
        service=found, start=start, end=end, reason=reason, by=by, at=at
    )
    when = span(Period(start, end), process.in_force().zone)
    journal.record(
        event=DownTimeExcluded(made.pk),
        subject=subject("availability", found.pk),
        text=f"{by} said that {found.name} wasn't down, {when}: {reason}",
        at=at,
        actor=by,
        clause=_CLAUSE,
    )
    notifications.notify(CHANGED)
    return made


@transaction.atomic
def withdraw(*, exclusion: int, by: str, at: datetime) -> Exclusion:
    """Let it count again as it was seen."""
    held = Exclusion.objects.select_for_update(of=("self",)).select_related("service")
    found = held.filter(pk=exclusion, withdrawn_at=None).first()
    if found is None:
        raise NoExclusion("That was taken back already.", "Open the page again.")
    found.withdrawn_at, found.withdrawn_by = at, by
    found.save(update_fields=["withdrawn_at", "withdrawn_by"])
    when = span(Period(found.start, found.end), process.in_force().zone)
    journal.record(
        event=ExclusionWithdrawn(found.pk),
        subject=subject("availability", found.service_id),
        text=f"{by} let {found.service.name} have been as it was seen again, {when}",
        at=at,
        actor=by,
        clause=_CLAUSE,
    )
    notifications.notify(CHANGED)
    return found
