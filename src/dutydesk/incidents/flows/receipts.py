"""What became of each thing that was told of an incident or an announcement, place by place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dutydesk.chat.flows import post_receipts
from dutydesk.incidents.flows import audiences, leaders, updates
from dutydesk.incidents.flows.changes import changes
from dutydesk.incidents.models import Incident
from dutydesk.kernel.tellings import Receipt, Receipts


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was told: the keys of its posts, and what those of its letters begin with.

    `number` is its update's, 0 for the first word, and None for what the public isn't told.
    """

    name: str
    posts: tuple[str, ...]
    letters: str
    at: datetime
    number: int | None = None


def of_incident(incident: Incident) -> dict[str, Receipts]:
    """Give what became of its declaration, its updates and its changes, in six queries.

    By name: `declared`, `update:3`, `change:57`. Nothing of one that was kept elsewhere.
    """
    about, told, declared = incident.about, incident.told, incident.declared
    if declared is None or incident.imported_key is not None:
        return {}
    roots = tuple(updates.root_key(incident, one) for one in told)
    shown = None if incident.told_once else 0
    first = Told("declared", roots, f"{about}:declared", declared, shown)
    later = [
        Told(f"update:{pk}", _in(f"update:{pk}", told), f"update:{pk}", at, pk)
        for pk, at in incident.updates.values_list("pk", "at")
    ]
    changed = [
        Told(f"change:{pk}", _in(f"{about}:change:{pk}", told), f"{about}:change:{pk}", at)
        for pk, at in changes(about).values_list("pk", "at")
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
    numbers = {one.number: one.at for one in told if one.number is not None}
    shown: Mapping[int, Sequence[Receipt]] = {}
    if public and audiences.PUBLIC.who is not None:
        shown = audiences.PUBLIC.who.receipts(about=about, told=numbers)
    return {
        one.name: Receipts(
            (
                *(posts[key] for key in one.posts if key in posts),
                *letters.get(one.letters, ()),
                *(shown.get(one.number, ()) if one.number is not None else ()),
            )
        )
        for one in told
    }
