"""The directory of what the desk knows by name: user teams, services, and leadership contacts.

They are added under People and by its file; here they get another name, or are taken away again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import models, transaction
from django.db.models import Exists, OuterRef

from dutydesk.database import notifications
from dutydesk.journal.flows import journal
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel import bounds
from dutydesk.kernel.actions import Person
from dutydesk.kernel.events import Event
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows.people import ContactAddressEnded, NameTaken, end_address
from dutydesk.people.models import LeadershipContact, Service, Team
from dutydesk.people.rules import NameRow, read_row

Entry = Team | Service | LeadershipContact
_KINDS: Mapping[str, type[Entry]] = {
    "team": Team,
    "service": Service,
    "contact": LeadershipContact,
}


@dataclass(frozen=True)
class EntryRenamed(Event):
    """A user team, a service or a leadership contact has another name."""

    kind: ClassVar[str] = "directory.renamed"
    old: str
    new: str


@dataclass(frozen=True)
class EntryRemoved(Event):
    """A user team, a service or a leadership contact is there no more."""

    kind: ClassVar[str] = "directory.removed"
    name: str


class EntryInUse(Refused):
    """Something on record refers to it."""


@transaction.atomic
def rename(*, about: str, name: str, by: Person, at: datetime) -> Entry:
    """Give an entry another name; all that refers to it does so by the new one. Raises NameTaken.

    A service keeps its slug, and so its addresses.
    """
    found = _found(about)
    old, new = found.name, read_row(NameRow, name=name).name
    if type(found).objects.filter(name__iexact=new).exclude(pk=found.pk).exists():
        raise NameTaken(f"There is another one that is called {new}.", "Give another name.")
    if new != old:
        found.name = new
        found.save(update_fields=["name"])
        _note(EntryRenamed(old, new), about, f"{old} is now called {new}", by, at)
    return found


@transaction.atomic
def remove(*, about: str, by: Person, at: datetime) -> str:
    """Take an entry away, and give its name. Raises EntryInUse if anything refers to it."""
    found = _found(about)
    if _is_used(found):
        raise EntryInUse(
            f"{found} can't be removed: something that stays on record belongs to it.",
            "Give what is its own to another one first, or give it another name.",
        )
    name = found.name
    if isinstance(found, LeadershipContact):
        end_address(found, at, by)
    found.delete()
    _note(EntryRemoved(name), about, f"{name} was removed", by, at)
    return name


def _found(about: str) -> Entry:
    kind, _, written = about.partition(":")
    model, number = _KINDS.get(kind), bounds.number(written)
    rows = model.objects.select_for_update(of=("self",)) if model else None
    found = rows.filter(pk=number).first() if rows is not None and number else None
    if found is None:
        raise Refused("That isn't there any more.", "Open the page again.")
    return found


def _is_used(entry: Entry) -> bool:
    """Say whether a row of any room refers to it, or something happened with it. One query."""
    by_others = [
        Exists(relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")}))
        for relation in type(entry)._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
    ]
    entries = JournalEntry.objects.filter(subject=entry.about)
    happened = entries.exclude(kind__in=[EntryRenamed.kind, ContactAddressEnded.kind])
    this = type(entry).objects.filter(pk=entry.pk)
    row = this.values_list(*by_others, Exists(happened)).first()
    return any(row or ())


def _note(event: Event, about: str, text: str, by: Person, at: datetime) -> None:
    journal.record(event=event, subject=about, text=text, at=at, actor=by.name)
    notifications.notify(about)
