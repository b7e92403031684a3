"""The handovers that wait for somebody, and what became of a day's, for whoever asks."""

from datetime import datetime, time, timedelta

from django.db.models import Q, QuerySet

from dutydesk.handovers.flows import sides, steps
from dutydesk.handovers.models import Handover, HandoverLine
from dutydesk.kernel.actions import Person
from dutydesk.kernel.periods import instant
from dutydesk.process.flows import process
from dutydesk.process.rules.handovers import HandoverTime

DONE = ("accepted", "nothing", "same")
"""The states in which a handover asks nobody for anything any more, and none was missed."""


def waiting(at: datetime) -> list[Handover]:
    """Give those that somebody is to give or accept at `at`, in the order of their times.

    A draft that closes by itself as it is asks nobody, and is left out.
    """
    rows = _open().filter(drafted_at__lte=at).order_by("due_at", "pk")
    return [one for one in rows if one.state == Handover.State.GIVEN or steps.asks(one)]


def asked_of(person: Person, at: datetime) -> list[Handover]:
    """Give those of them that this person gives, or takes."""
    me = person.engineer
    mine = (
        one
        for one in waiting(at)
        if me in (one.givers if one.state == Handover.State.DRAFT else one.takers)
    )
    return list(mine) if me is not None else []


def of_day(when: HandoverTime, at: datetime) -> Handover | None:
    """Give the handover of that kind of the local day of `at`; None while none is drafted."""
    zone = process.in_force().zone
    today = instant(datetime.combine(at.astimezone(zone).date(), time()), zone)
    rows = Handover.objects.filter(kind=when, due_at__gte=today - timedelta(hours=1))
    rows = rows.filter(due_at__lt=today + timedelta(hours=25)).order_by("-due_at")
    days = (one for one in rows if one.due_at.astimezone(zone).date() == at.astimezone(zone).date())
    return next(days, None)


def accepted(when: HandoverTime, at: datetime) -> bool:
    """Say whether the handover of that kind of the local day of `at` asks for nothing any more."""
    found = of_day(when, at)
    return found is not None and found.state in DONE


def named(words: str) -> Q:
    """Give what picks the handovers whose note, or a line, has these words."""
    lines = HandoverLine.objects.filter(Q(text__icontains=words) | Q(note__icontains=words))
    return Q(note__icontains=words) | Q(pk__in=lines.values("handover"))


def of_person(engineer: int) -> Q:
    """Give what picks the handovers that somebody gave or took, or was asked to."""
    asked = Q(givers__contains=[engineer]) | Q(takers__contains=[engineer])
    return asked | Q(given_by=engineer) | Q(accepted_by=engineer)


def _open() -> QuerySet[Handover]:
    states = (Handover.State.DRAFT, Handover.State.GIVEN)
    return Handover.objects.filter(state__in=states).select_related("given_by", "accepted_by")


def people(handover: Handover) -> tuple[list[str], list[str]]:
    """Name who gives it and who takes it."""
    return sides.names(handover.givers), sides.names(handover.takers)
