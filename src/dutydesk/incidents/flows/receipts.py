"""What became of each thing that was told of an incident or an announcement, place by place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dutydesk.chat.flows import post_receipts
from dutydesk.incidents.flows import audiences, leaders, updates
from dutydesk.incidents.flows.changes import changes
from dutydesk.incidents.flows.events import IncidentMerged, IncidentMistaken, IncidentReopened
from dutydesk.incidents.models import Incident
from dutydesk.kernel.tellings import Receipt, Receipts

TOLD_PUBLIC = tuple(one.kind for one in (IncidentReopened, IncidentMistaken, IncidentMerged))
"""The changes of an incident that the public is told of."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was told: the keys of its posts, and what those of its letters begin with.

    `public` names what the public was told of it, as its port does; without, they were not told.
    """

    name: str
    posts: tuple[str, ...]
    letters: str
    at: datetime
    public: str = ""


def of_incident(incident: Incident) -> dict[str, Receipts]:
    """Give what became of its declaration, its updates and its changes, in six queries.

    By name: `declared`, `update:3`, `change:57`. Nothing of one that was kept elsewhere.
    """
    about, told, declared = incident.about, incident.told, incident.declared
    if declared is None or incident.imported_key is not None:
        return {}
    roots = tuple(updates.root_key(incident, one) for one in told)
    rows = incident.updates.all()
    first = Told(
        "declared", roots, f"{about}:declared", declared, "" if incident.late(rows) else "told"
    )
    later = [
        Told(f"update:{one.pk}", _in(one.about, told), one.about, one.at, str(one.pk))
        for one in rows
    ]
    changed = [
        Told(
            f"change:{pk}",
            _in(updates.change_key(about, pk), told),
            updates.change_key(about, pk),
            at,
            f"change-{pk}" if kind in TOLD_PUBLIC else "",
        )
        for pk, at, kind in changes(about).values_list("pk", "at", "kind")
    ]
    public = incident.user_impact and not incident.exercise
    return of(about, [first, *later, *changed], public=public)


def _in(key: str, channels: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{key}:{one}" for one in channels)


def of(about: str, told: Sequence[Told], *, public: bool) -> dict[str, Receipts]:
    """Give what became of each of these, by its name; `public`: the status page shows it."""
    keys = [key for one in told for key in one.posts]
    posts = post_receipts.receipts(keys, audience=audiences.whose)
    letters = leaders.receipts(about)
    names = {one.public: one.at for one in told if one.public}
    shown: Mapping[str, Sequence[Receipt]] = {}
    if public and audiences.PUBLIC.who is not None:
        shown = audiences.PUBLIC.who.receipts(about=about, told=names)
    return {
        one.name: Receipts(
            (
                *(posts[key] for key in one.posts if key in posts),
                *letters.get(one.letters, ()),
                *shown.get(one.public, ()),
            )
        )
        for one in told
    }
