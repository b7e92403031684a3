"""What people put into an incident's timeline: notes with their true time, and messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from dutydesk.chat.flows import outside_pictures
from dutydesk.chat.models import Post
from dutydesk.incidents.models import Incident, Note
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.events import Event
from dutydesk.kernel.files import SentFile
from dutydesk.kernel.refusals import Refused
from dutydesk.pictures.flows import descriptions, pictures
from dutydesk.pictures.flows.descriptions import Descriptions


class NoteRefused(Refused):
    """The note can't be written, or changed, as it is."""


@dataclass(frozen=True)
class NoteWritten(Event):
    """Somebody put something into an incident's timeline."""

    kind: ClassVar[str] = "incident.noted"
    incident: int
    note: int


@dataclass(frozen=True)
class NoteCorrected(Event):
    """Somebody put a note of a timeline right."""

    kind: ClassVar[str] = "incident.note-corrected"
    incident: int
    note: int


@dataclass(frozen=True)
class NoteRemoved(Event):
    """Somebody took a note of a timeline back."""

    kind: ClassVar[str] = "incident.note-removed"
    incident: int
    note: int


KINDS = (NoteWritten.kind, NoteCorrected.kind, NoteRemoved.kind)
"""What the journal has of notes; a timeline shows the notes themselves."""


def _record(
    event: NoteWritten | NoteCorrected | NoteRemoved, text: str, by: str, at: datetime
) -> None:
    journal.record(
        event=event,
        subject=f"incident:{event.incident}",
        text=text,
        at=at,
        actor=by,
        clause="postmortem.timeline",
    )


@transaction.atomic
def write(
    *,
    incident: int,
    text: str,
    happened_at: datetime,
    by: Person,
    at: datetime,
    files: Sequence[SentFile] = (),
) -> Note:
    """Put a note into a timeline where it belongs by its true time; also once it is all over.

    `files` are pictures that it shows. Raises NoteRefused, PictureRefused.
    """
    _check_time(happened_at, at)
    found = Incident.objects.select_for_update(of=("self",)).get(pk=incident)
    note = Note.objects.create(
        incident=found, text=text, happened_at=happened_at, by=by.name, at=at
    )
    note.pictures.set(pictures.keep(files, by=by.name, at=at))
    text = f"{by.name} wrote a note into the timeline"
    _record(NoteWritten(found.pk, note.pk), text, by.name, at)
    return note


def _check_time(happened_at: datetime, at: datetime) -> None:
    if happened_at > at:
        raise NoteRefused("That is still to come.", "Give the time at which it happened.")


@transaction.atomic
def keep(*, incident: int, post: int, by: Person, at: datetime) -> Note:
    """Put a message into a timeline, at the time when it was written; one that stands there stays.

    What it says is read there: corrected or removed in its channel, it is so here.
    """
    found = Incident.objects.select_for_update(of=("self",)).get(pk=incident)
    said = Post.objects.filter(pk=post, only_for=None, removed_at=None).first()
    if said is None:
        raise NoteRefused("That message isn't there any more.", "Choose another one.")
    defaults = {"happened_at": said.at, "by": by.name, "at": at}
    note, new = Note.objects.get_or_create(incident=found, post=said, defaults=defaults)
    outside_pictures.keep(post=said.pk, at=at)
    if not new and note.removed_at is None:
        return note
    if not new:
        note.removed_at, note.removed_by = None, ""
        note.save(update_fields=["removed_at", "removed_by"])
    text = f"{by.name} put a message of {said.author}'s into the timeline"
    _record(NoteWritten(found.pk, note.pk), text, by.name, at)
    return note


@transaction.atomic
def correct(
    *,
    note: int,
    text: str,
    happened_at: datetime,
    by: Person,
    at: datetime,
    files: Sequence[SentFile] = (),
    seen: Descriptions | None = None,
) -> Note:
    """Say a note otherwise, or of another time, or with more pictures; the timeline says so.

    `seen`: what is to be seen in those that it has.
    """
    found = _standing(note)
    if found.post_id is not None:
        raise NoteRefused(
            "This is a message, and says what its author wrote.", "Write a note beside it."
        )
    _check_time(happened_at, at)
    found.text, found.happened_at = text, happened_at
    found.corrected_at, found.corrected_by = at, by.name
    found.save(update_fields=["text", "happened_at", "corrected_at", "corrected_by"])
    descriptions.change(found.pictures.all(), seen or {})
    found.pictures.add(*pictures.keep(files, by=by.name, at=at, there=found.pictures.count()))
    text = f"{by.name} corrected a note of the timeline"
    _record(NoteCorrected(found.incident_id, found.pk), text, by.name, at)
    return found


@transaction.atomic
def remove(*, note: int, by: str, at: datetime) -> Note:
    """Take a note back: what it said and showed is gone, and that it stood there stays."""
    found = _standing(note)
    pictures.drop(found.pictures.all())
    found.text, found.removed_at, found.removed_by = "", at, by
    found.save(update_fields=["text", "removed_at", "removed_by"])
    text = f"{by} took a note of the timeline back"
    _record(NoteRemoved(found.incident_id, found.pk), text, by, at)
    return found


def _standing(note: int) -> Note:
    found = Note.objects.select_for_update(of=("self",)).get(pk=note)
    if found.removed_at is not None:
        raise NoteRefused("This note was taken back.", "Write another one.")
    return found


def shows(picture: int, person: Person) -> bool:
    """Say whether a picture stands in a timeline: whoever may sign in may read those."""
    return Note.objects.filter(pictures=picture, removed_at=None).exists()
