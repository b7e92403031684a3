"""In whose time zone somebody reads: their own, or the team's until they choose one."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.moments import zone_names
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows.accounts import AccountChanged
from dutydesk.people.models import Account, Engineer
from dutydesk.process.flows import process


class ZoneRefused(Refused):
    """There is no such time zone."""


def zone_of(engineer: Engineer) -> ZoneInfo:
    """Give the zone in which an engineer is told when something is."""
    return read_zone(engineer.account.zone if engineer.account else "")


def read_zone(name: str) -> ZoneInfo:
    """Give a zone that somebody chose; the team's if they chose none, or one that is no more."""
    return ZoneInfo(name) if name in zone_names() else process.in_force().zone


@transaction.atomic
def choose(*, account: int, zone: str, by: Person, at: datetime) -> str:
    """Let somebody read in a zone of their own; empty: in the team's. Say what is so then."""
    if zone and zone not in zone_names():
        raise ZoneRefused(f"“{zone[:60]}” is no time zone.", "Write it like Asia/Kolkata.")
    found = Account.objects.select_for_update().get(pk=account)
    if found.zone != zone:
        found.zone = zone
        found.save(update_fields=["zone"])
        journal.record(
            event=AccountChanged(found.pk, "zone"),
            subject=found.about,
            text=f"{found.name} reads times in {zone or 'the zone of the team'}",
            at=at,
            actor=by.name,
        )
    return f"You read times in {zone or 'the zone of the team'}."
