"""Looking through what came in, the newest first, without reading more than is good."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from dutydesk.inbox.models import Arrival

PAGE = 50
LOOKED_AT = 100_000
"""So many are looked at for one page; whoever wants to see older ones asks again."""
SEARCHED = 10_000
"""So many bodies are read for one page of a search."""
_LIST = ("id", "door", "sender", "at", "outcome", "problem", "became", "note", "attempts", "due_at")


@dataclass(frozen=True, slots=True)
class ArrivalSearch:
    """What somebody looks for; what is empty is not asked. `before`: only older ones than this."""

    door: str = ""
    sender: str = ""
    outcome: str = ""
    words: str = ""
    before: int = 0


@dataclass(frozen=True, slots=True)
class FoundArrivals:
    """The newest that match, and from where to look on; None if there is nothing older."""

    arrivals: Sequence[Arrival]
    older: int | None


def find(search: ArrivalSearch) -> FoundArrivals:
    """Give a page of what came in, without the bodies; two queries."""
    every = Arrival.objects.order_by("-id")
    if search.before:
        every = every.filter(pk__lt=search.before)
    most = SEARCHED if search.words else LOOKED_AT
    reach = every.values_list("pk", flat=True)[most - 1 : most].first()
    found = _matching(every if reach is None else every.filter(pk__gte=reach), search)
    page = list(found.only(*_LIST)[: PAGE + 1])
    if len(page) > PAGE:
        return FoundArrivals(page[:PAGE], page[PAGE - 1].pk)
    return FoundArrivals(page, reach)


def _matching(found: QuerySet[Arrival], search: ArrivalSearch) -> QuerySet[Arrival]:
    for name in ("door", "sender", "outcome"):
        if wanted := getattr(search, name):
            found = found.filter(**{name: wanted})
    if search.words:
        place = "position(%s::bytea IN inbox_arrival.body)"
        inside = RawSQL(place, [search.words.encode()], models.IntegerField())
        found = found.alias(inside=inside).filter(inside__gt=0)
    return found


def senders() -> list[str]:
    """Give who sent something lately, by name."""
    newest = Arrival.objects.order_by("-id").values("sender")[:SEARCHED]
    return sorted({one["sender"] for one in newest if one["sender"]})
