"""Comparing our rotas with another tool's, and putting ours there as overrides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from dutydesk.kernel.periods import Period
from dutydesk.outbox.flows import outbox
from dutydesk.people.models import Engineer
from dutydesk.ports.rota import OVERRIDE, TheirShift
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import roster
from dutydesk.rota.rules.differences import RotaDifference, differences

KIND = OVERRIDE


@dataclass(frozen=True)
class Overriding:
    """One override that is wanted there: `user` is the person's number there."""

    duty: str
    period: Period
    name: str
    user: str


@dataclass(frozen=True)
class OverrideRequest:
    """What would be put there, and the differences that an override can't mend, with why."""

    overrides: tuple[Overriding, ...]
    left: tuple[tuple[RotaDifference, str], ...]


def compare(*, duty: str, theirs: Iterable[TheirShift], span: Period) -> list[RotaDifference]:
    """Give where the other tool's rota of a duty differs from ours in `span`, by people's names.

    People are matched by address; somebody who is not on the team is told by address or name.
    """
    names = {
        email.casefold(): name for email, name in Engineer.objects.values_list("email", "name")
    }
    here = [(shift.engineer.name, shift.period) for shift in roster.between(span, duty=duty)]
    there = [(names.get(one.email.casefold(), one.email or one.name), one.period) for one in theirs]
    return differences(here, there, span)


def wanted(
    *, duty: str, found: Iterable[RotaDifference], people: Mapping[str, str]
) -> OverrideRequest:
    """Give the overrides that would put our rota of a duty there.

    `people`: everybody's number there, by address in lower case.
    """
    emails = dict(Engineer.objects.values_list("name", "email"))
    overrides: list[Overriding] = []
    left: list[tuple[RotaDifference, str]] = []
    for each in found:
        user = people.get(emails.get(each.ours, "").casefold())
        if not each.ours:
            left.append((each, "nobody is on here, and an override needs somebody"))
        elif user is None:
            left.append((each, "nobody there has that address"))
        else:
            overrides.append(Overriding(duty, each.period, each.ours, user))
    return OverrideRequest(tuple(overrides), tuple(left))


@transaction.atomic
def put_there(*, overrides: Iterable[Overriding], at: datetime) -> int:
    """Owe the overrides; give how many there are. One that is there already is not doubled."""
    zone = process.in_force().zone
    rows = list(overrides)
    for one in rows:
        start, end = one.period.start.isoformat(), one.period.end.isoformat()
        outbox.enqueue(
            key=f"{KIND}:{one.duty}:{start}:{one.user}:{at.isoformat()}"[:200],
            kind=KIND,
            subject="pagerduty.rota",
            payload={
                "duty": one.duty,
                "start": start,
                "end": end,
                "user": one.user,
                "what": f"{one.name}'s {one.duty} to PagerDuty, {words.span(one.period, zone)}",
            },
            at=at,
        )
    return len(rows)
