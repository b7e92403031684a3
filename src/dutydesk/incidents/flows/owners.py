"""Who owes what is owed in incidents just now. A promise moves with its role, not its person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db.models import Q

from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.incidents import words
from dutydesk.incidents.flows import exercises
from dutydesk.incidents.flows.crews import Crew, crews
from dutydesk.incidents.rules.owners import DEEDS, DUTIES, TEAM, Owner, duties_of, in_order
from dutydesk.incidents.rules.promises import HELP, KINDS, LEAD_CHOICE, LIMIT, TAKEOVER, UPDATE
from dutydesk.process.flows import process
from dutydesk.process.rules.incident_roles import ON_CALL, SUPPORT
from dutydesk.process.rules.model import Duty
from dutydesk.rota.flows import roster
from dutydesk.rota.rules.duty import Coming, OnDuty

ROLES: dict[str, tuple[str, ...]] = {
    "cover": (SUPPORT,),
    "support": (SUPPORT,),
    "on call": (ON_CALL,),
    TEAM: (SUPPORT, ON_CALL),
}
Line = tuple[Owner, ...]
"""Who may owe something, the one who does first; never empty."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A promise, and who owes it in words: “Ada, primary on call”."""

    promise: Commitment
    by: str


def lines(
    owed: Iterable[Commitment], *, at: datetime, now: datetime | None = None
) -> dict[int, Line]:
    """Give who may owe each of these promises at `at`, by its number; not what a person owes.

    Whether a message reaches somebody counts from `now`, or else at that moment. A few queries,
    however many promises there are.
    """
    promises = [one for one in owed if one.kind in KINDS or one.owner in ROLES]
    if not promises:
        return {}
    incidents = process.in_force().incidents
    found = crews({one.subject for one in promises}, title=incidents.role)
    duties = _Duties(at, now or at, incidents.owed_by)
    return {one.pk: _line(one, found.get(one.subject), duties) for one in promises}


def owners(
    owed: Iterable[Commitment], *, at: datetime, now: datetime | None = None
) -> dict[int, Owner]:
    """Give who owes each of these promises, by its number; a person who owes by name is left out.

    A few queries, however many promises there are.
    """
    return {number: line[0] for number, line in lines(owed, at=at, now=now).items()}


def line_of(owed: Commitment, *, at: datetime) -> Line:
    """Give who may owe this promise, which a role owes, at `at`; the one who does first."""
    return lines([owed], at=at)[owed.pk]


def owner_of(owed: Commitment, *, at: datetime) -> Owner:
    """Give who owes this promise, which a role owes, at `at`."""
    return line_of(owed, at=at)[0]


def named(owed: Iterable[Commitment], *, at: datetime) -> list[Owed]:
    """Give these promises, each with whoever owes it, as screens show them."""
    promises, zone = list(owed), process.in_force().zone
    roles = owners(promises, at=at)
    return [
        Owed(one, words.owed_by(roles[one.pk], zone, at) if one.pk in roles else one.owner)
        for one in promises
    ]


def is_owed_by(name: str, *, at: datetime) -> Q:
    """Give what picks the open promises that this person owes at `at`, by name or by a role.

    What incidents promise is looked at one by one, since who owes it follows from each; of all the
    rest it is enough to know who has which role.
    """
    duties = _Duties(at, at)
    roles = [role for role, of in ROLES.items() if duties.line(of, None)[0].name == name]
    of_incidents = owners(commitments.owed().filter(kind__in=KINDS), at=at)
    theirs = [number for number, one in of_incidents.items() if one.name == name]
    return Q(owner__in=[name, *roles]) & ~Q(kind__in=KINDS) | Q(pk__in=theirs)


def owed_by(name: str, *, at: datetime) -> list[Commitment]:
    """Give what this person owes at `at`, by name or by a role that is theirs, soonest first."""
    return list(commitments.owed().filter(is_owed_by(name, at=at)))


def addressed(text: str, who: Owner, *, at: datetime, about: str = "") -> str:
    """Give a post's text as it is said to whoever owes what it is about.

    If nobody does, it calls the team, but for an exercise.
    """
    current = process.in_force()
    mention = "" if not who.name and exercises.named(about) else current.team.mention
    return words.addressed(text, who, current.zone, at, mention=mention)


def on_duty(*, at: datetime) -> Owner:
    """Give who has support at `at`, or who is on call; nobody if neither is."""
    return _Duties(at, at).line((SUPPORT, ON_CALL), None)[0]


def on_support(*, at: datetime) -> Owner:
    """Give who has support at `at`, whoever leads."""
    return _Duties(at, at).line((SUPPORT,), None)[0]


class _Duties:
    """Who is on; each moment and each next shift is asked for once. `spoken`: who owes updates."""

    def __init__(self, at: datetime, now: datetime, spoken: Sequence[str] = ()) -> None:
        self.at, self.now, self.spoken = at, now, spoken
        self._on = cache(self._who)
        self._next = cache(self._coming)

    def line(self, order: Sequence[str], crew: Crew | None, at: datetime | None = None) -> Line:
        """Give who may owe it, as `in_order` does; who comes next, if nobody is there.

        What is practised is owed by those who are in it.
        """
        at = at or self.at
        holders, rest = (crew.holders, crew.others) if crew else ({}, ())
        if crew and crew.exercise:
            return in_order((), order=order, holders=holders, others=rest) or (Owner(),)
        found = in_order(self._on(at), order=order, holders=holders, others=rest)
        return found or (Owner(coming=self._next(at, duties_of(order))),)

    def _who(self, at: datetime) -> Sequence[OnDuty]:
        return roster.who(at=at, now=self.now, duties=DUTIES)

    def _coming(self, at: datetime, duties: tuple[Duty, ...]) -> Coming | None:
        return roster.coming(at=at, duties=duties)


def _line(owed: Commitment, crew: Crew | None, duties: _Duties) -> Line:
    if owed.kind == TAKEOVER:  # Nobody else's, and only from then on.
        return duties.line((SUPPORT,), None, max(owed.due_at, duties.at))
    if owed.kind not in KINDS:
        return duties.line(ROLES[owed.owner], None)
    if owed.kind == LIMIT:
        line = duties.line((ON_CALL,), None)
        return (crew.worker, *line) if crew and crew.worker else line
    if owed.kind in (UPDATE, HELP):
        return duties.line(duties.spoken, crew)
    if owed.kind == LEAD_CHOICE:
        return duties.line((SUPPORT, ON_CALL), crew)
    return duties.line(DEEDS, crew)
