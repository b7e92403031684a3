"""An incident's timeline: what the journal has of it, notes, messages, and deployments."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import deploys, leaders, notes
from dutydesk.incidents.models import Deploy, Incident, Note
from dutydesk.journal.flows import journal
from dutydesk.kernel.addresses import path_to
from dutydesk.pictures.models import Picture

MOST = 1000


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened, at its true time.

    `added_at`: it was written down later, then. `mark` says what it is besides the desk's own
    record, and `link` leads to it. `note` is the one that it is, if somebody wrote it, and
    `number` the journal's entry that it is; what is neither has a `name` that stays, whatever its
    words become. `pictures` show it.
    """

    at: datetime
    text: str
    by: str = ""
    clause: str = ""
    mark: str = ""
    link: str = ""
    added_at: datetime | None = None
    note: Note | None = None
    number: int | None = None
    name: str = ""
    pictures: tuple[Picture, ...] = ()


def entries(
    incident: Incident, *, at: datetime, reminders: bool = False, besides: Iterable[str] = ()
) -> list[TimelineEntry]:
    """Give all of an incident and of what was merged into it, the first first.

    With what the journal has `besides` of these subjects; with what it has of `reminders` only if
    they are asked for.
    """
    whole = [incident, *incident.merged.all()]
    found = [
        *_journal([*(one.about for one in whole), *besides], reminders=reminders),
        *(entry for one in whole for entry in _times(one)),
        *map(_note, _notes(whole)),
        *map(_deploy, deploys.of_incidents(whole, at=at)),
    ]
    return sorted(found, key=lambda entry: entry.at)


def _journal(abouts: Iterable[str], *, reminders: bool) -> Iterator[TimelineEntry]:
    line = leaders.without_arrivals(journal.timeline(abouts))
    rows = line.exclude(kind__in=notes.KINDS)
    if not reminders:
        rows = rows.exclude(kind__in=commitments.REMINDERS)
    for row in rows.order_by("-at", "-id")[:MOST][::-1]:
        yield TimelineEntry(row.at, row.text, row.actor, row.clause, number=row.pk)


def _times(incident: Incident) -> Iterator[TimelineEntry]:
    """Give when it began and when users had it back, where the journal has another time of it."""
    about = ", as estimated" if incident.estimated else ""
    about += "" if incident.merged_into_id is None else f": {incident.title}"
    if incident.began is not None and incident.began != incident.declared:
        name = f"began-{incident.pk}"
        yield TimelineEntry(incident.began, f"It began{about}", mark="began", name=name)
    if incident.repaired is not None and incident.repaired != incident.resolved:
        name, text = f"repaired-{incident.pk}", f"Users had it back{about}"
        yield TimelineEntry(incident.repaired, text, mark="repaired", name=name)


def _notes(whole: Iterable[Incident]) -> Iterable[Note]:
    rows = Note.objects.filter(incident__in=whole).select_related("post")
    return rows.prefetch_related("pictures", "post__pictures")


def _note(note: Note) -> TimelineEntry:
    post = note.post
    if note.removed_at is not None:
        text = f"A note by {note.by}, taken back by {note.removed_by}"
        return TimelineEntry(note.happened_at, text, mark="taken back", note=note)
    later = note.happened_at.replace(second=0) < note.at.replace(second=0, microsecond=0)
    return TimelineEntry(
        note.happened_at,
        f"{post.author}: {post.words.body}" if post else note.text,
        note.by,
        mark="message" if post else "note",
        link=path_to("post", post.pk) if post else "",
        added_at=note.at if later else None,
        note=note,
        pictures=tuple(post.pictures.all() if post else note.pictures.all()),
    )


def _deploy(deploy: Deploy) -> TimelineEntry:
    by = f" by {deploy.by}" if deploy.by else ""
    text = f"{deploy.service.name} {deploy.version} was deployed{by}"
    return TimelineEntry(
        deploy.at,
        text,
        deploy.told_by,
        mark="deploy",
        link=deploy.url,
        name=f"deploy-{deploy.pk}",
    )
