"""All that is owed: by whom, by when, and how it is kept; and what became of promises lately."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from dutydesk.commitments.flows import commitments, outcomes
from dutydesk.commitments.models import Commitment
from dutydesk.incidents.flows import owners
from dutydesk.incidents.rules.owners import SPOKEN, WHOEVER
from dutydesk.kernel.actions import Person
from dutydesk.kernel.messages import Button
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.site import now_cards
from dutydesk.site.owed import INCIDENTS, in_order
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.tables import Choice, Column, Table, TableQuery
from dutydesk.wiring import ACTIONS, rooms

FIRST = 50
"""How many lines stand before the table, at most, of one's own and of incidents' each."""
_ROLES = (SPOKEN, WHOEVER, *owners.ROLES)
_PERSON = "a person"
TOUCHED = ",".join(
    f"{kind}:*" for kind, cards in now_cards.TOUCHED.items() if not {"owed", "*"}.isdisjoint(cards)
)
"""What this screen listens to: every kind of subject whose changes show in what is owed."""


@dataclass(frozen=True, slots=True)
class Line:
    """A promise, who owes it in words, and the button by which this reader keeps it, if any."""

    promise: Commitment
    by: str
    step: Button | None


@rule("anyone")
def owed(request: DeskRequest) -> HttpResponse:
    """Answer: what is owed, by whom and by when, mine first; and is it kept?"""
    person, at = request.person, request.at
    mine = _mine(person, at)
    asked = _table(engineer=mine is not None).asked(request.GET.urlencode())
    rows = _narrowed(commitments.owed(), asked, mine, at)
    page = asked.page_of(rows, "-id" if asked.falls else "id")
    before = not asked.narrowed and page.number == 1
    own = list(in_order().filter(mine)[:FIRST]) if before and mine is not None else []
    incidents = in_order().filter(INCIDENTS)[: FIRST + len(own)] if before else []
    context = {
        "asked": asked,
        "page": page,
        "lines": _lines(page.object_list, person, at),
        "own": _lines(own, person, at),
        "incidents": _lines([one for one in incidents if one not in own], person, at),
        "touched": TOUCHED,
        **_lately(asked, at),
    }
    return render(request, "owed.html", context)


def _mine(person: Person, at: datetime) -> Q | None:
    """Give what picks this person's own; None for whoever is no engineer and owes nothing."""
    name = Engineer.objects.filter(pk=person.engineer or 0).values_list("name", flat=True).first()
    return owners.is_owed_by(name, at=at) if name is not None else None


def _lines(promises: Iterable[Commitment], person: Person, at: datetime) -> list[Line]:
    return [
        Line(one.promise, one.by, _step(one.promise, person))
        for one in owners.named(promises, at=at)
    ]


def _step(promise: Commitment, person: Person) -> Button | None:
    """Give the button that keeps a promise, for whoever may press it."""
    kind = commitments.kind_of(promise)
    if kind.action not in ACTIONS or not person.may(ACTIONS[kind.action].access):
        return None
    return Button(kind.action, promise.subject, kind.label)


@cache
def _by_room() -> dict[str, tuple[str, list[str]]]:
    """Give by its name what each room that promises anything is called, and its kinds."""
    return {
        one.name: (
            one.sections[0].title if one.sections else one.name.capitalize(),
            sorted({str(handler.kind) for handler in one.promises}),
        )
        for one in rooms()
        if one.promises
    }


def _table(*, engineer: bool) -> Table:
    """Say what can be asked of all that is owed."""
    by_room = _by_room()
    kinds = sorted(kind for _, of_room in by_room.values() for kind in of_room)
    choices = (
        Choice("role", "Owed by", tuple((one, one) for one in (*_ROLES, _PERSON))),
        Choice("room", "Of", tuple((name, title) for name, (title, _) in by_room.items())),
        Choice("kind", "Kind", tuple((one, words_of(one)) for one in kinds)),
        Choice("late", "Late", (("yes", "late"), ("no", "still in time"))),
    )
    mine = (Choice("whose", "Whose", (("mine", "mine"),)),) if engineer else ()
    return Table(
        (
            Column("text", "What", sorts=False),
            Column("by", "Owed by", sorts=False),
            Column("due_at", "By when", "soonest first", "latest first"),
            Column("step", "Next step", sorts=False),
        ),
        sort="due_at",
        choices=(*mine, *choices),
    )


def words_of(kind: str) -> str:
    """Give a kind of promise in words: “incident: update”."""
    return kind.replace(".", ": ").replace("-", " ")


def _narrowed(
    rows: QuerySet[Commitment], asked: TableQuery, mine: Q | None, at: datetime
) -> QuerySet[Commitment]:
    """Give the open promises that were asked for."""
    chosen = asked.chosen
    if chosen.get("whose") and mine is not None:
        rows = rows.filter(mine)
    if role := chosen.get("role"):
        rows = rows.exclude(owner__in=_ROLES) if role == _PERSON else rows.filter(owner=role)
    if (kinds := _kinds(asked)) is not None:
        rows = rows.filter(kind__in=kinds)
    if late := chosen.get("late"):
        rows = rows.filter(due_at__lt=at) if late == "yes" else rows.filter(due_at__gte=at)
    return rows


def _kinds(asked: TableQuery) -> list[str] | None:
    """Give the kinds that were asked for, by name or by their room; None for all of them."""
    room, kind = asked.chosen.get("room"), asked.chosen.get("kind")
    of_room = _by_room()[room][1] if room else None
    if kind:
        return [kind] if of_room is None or kind in of_room else []
    return of_room


def _lately(asked: TableQuery, at: datetime) -> dict[str, object]:
    """Give what became of promises lately: of the kinds that were asked for, by week and kind."""
    found = outcomes.lately(zone=process.in_force().zone, at=at, kinds=_kinds(asked))
    known = [one.in_time for one in found.weeks.values() if one.in_time is not None]
    return {
        "total": found.total,
        "weeks": list(reversed(found.weeks.items())),
        "kinds": [(words_of(kind), one) for kind, one in found.kinds.items()],
        "bars": [one.in_time or 0 for one in found.weeks.values()],
        "says": _span(known),
    }


def _span(known: list[int]) -> str:
    """Say between what the shares of the weeks were."""
    if not known:
        return ""
    least, most = min(known), max(known)
    return f"{least}% a week" if least == most else f"{least}% to {most}% a week"
