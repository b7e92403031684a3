"""Joining and leaving the team on a day that is known ahead."""

from datetime import datetime

from django.db import transaction

from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.moments import when as said
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows import accounts, people, team_changes
from dutydesk.people.flows.people import EngineerStaying
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process


@transaction.atomic
def leave(
    *, engineer: int, on: datetime | None, at: datetime, by: Person | None = None
) -> Engineer:
    """Mark that somebody leaves the team: then, or now if no time to come is given.

    Until then they keep their turns and their account. It takes an administrator once they have
    an account. Raises LastAdministrator when they leave.
    """
    if on is None or on <= at:
        return people.set_active(engineer=engineer, active=False, at=at, by=by)
    found = _active(engineer)
    if found.account_id is not None:
        accounts.locked(account=found.account_id, by=by)
    return _known_ahead(found, "leaves_at", on, at, by)


@transaction.atomic
def stay(*, engineer: int, at: datetime, by: Person | None = None) -> Engineer:
    """Take back that somebody leaves on a day to come."""
    found = _active(engineer)
    if found.leaves_at is None:
        raise Refused(f"{found} doesn't leave.", "Open the page again.")
    if found.account_id is not None:
        accounts.locked(account=found.account_id, by=by)
    return _known_ahead(found, "leaves_at", None, at, by)


@transaction.atomic
def join(*, engineer: int, on: datetime, at: datetime, by: Person | None = None) -> Engineer:
    """Let somebody who is on the team have turns only from a time to come on."""
    if on <= at:
        raise Refused("That time is past.", "Give a time to come, or none.")
    found = _active(engineer)
    if found.account_id is not None:
        accounts.locked(account=found.account_id, by=by)
    return _known_ahead(found, "joins_at", on, at, by)


def _active(engineer: int) -> Engineer:
    rows = Engineer.objects.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=engineer, active=True).first()
    if found is None:
        raise Refused("That engineer is not on the team.", "Open the page again.")
    return found


def _known_ahead(
    found: Engineer, name: str, moment: datetime | None, at: datetime, by: Person | None
) -> Engineer:
    setattr(found, name, moment)
    if moment and found.joins_at and found.leaves_at and found.leaves_at <= found.joins_at:
        zone = process.in_force().zone
        raise Refused(
            f"{found} would leave before they join, {said(found.joins_at, zone, at)}.",
            "Give a later time to leave, or let them leave now.",
        )
    found.save(update_fields=[name])
    who = by.name if by else accounts.OPERATOR
    day = said(moment, process.in_force().zone, at) if moment else ""
    verb = "leaves" if name == "leaves_at" else "joins"
    text = f"{found} {verb} the team {day}" if moment else f"{found} stays on the team"
    journal.record(
        event=EngineerStaying(found.pk, True), subject=found.about, text=text, at=at, actor=who
    )
    team_changes.tell(engineer=found.pk, at=at, by=who)
    return found


def look_after(*, at: datetime) -> None:
    """Let those leave whose time has come; the only administrator stays until there is another."""
    for found in Engineer.objects.filter(active=True, leaves_at__lte=at):
        try:
            _let_leave(found.pk, at)
        except accounts.LastAdministrator:
            continue


@transaction.atomic
def _let_leave(engineer: int, at: datetime) -> None:
    """Let somebody leave, unless it was taken back, or put off, this moment."""
    locked = Engineer.objects.select_for_update(of=("self",), no_key=True)
    if locked.filter(pk=engineer, active=True, leaves_at__lte=at).exists():
        people.set_active(engineer=engineer, active=False, at=at)
