"""Who is on: one answer for pages, pager, calendar, commands and history alike."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from dutydesk.errands import flows as errands
from dutydesk.kernel.periods import Period
from dutydesk.people.models import Engineer
from dutydesk.process import flows as process
from dutydesk.process.rules.model import Duty
from dutydesk.rota.models import Absence, Nominee, Shift
from dutydesk.rota.rules import duty as rules
from dutydesk.rota.rules.duty import Assigned, OnDuty
from dutydesk.rota.rules.schedule import OnShift


def who(
    *, at: datetime, now: datetime | None = None, duties: Sequence[Duty] = ()
) -> tuple[OnDuty, ...]:
    """Give who covers what at `at`, and why, by the process in force then.

    Of these duties, or else of those that are paged. Whether a message reaches them counts from
    `now` on; without `now` that is the same moment.
    """
    current = process.in_force_at(at)
    past = now is not None and at < now
    shifts = Shift.objects.filter(start__lte=at, end__gt=at, cancelled_at=None)
    rows = shifts.select_related("engineer__account").order_by("start", "id")
    assigned = [replace(row.assigned, reached=past or _reached(row.engineer)) for row in rows]
    return rules.who(current, [*nominated(at, past=past), *assigned], at, duties)


def _reached(engineer: Engineer) -> bool:
    """Say whether a message reaches somebody: by mail, or where they have an account."""
    account = engineer.account
    return engineer.active and (
        errands.can_deliver("email") or (account is not None and account.is_active)
    )


def nominated(at: datetime, *, past: bool = False) -> list[Assigned]:
    """Give who is named to answer at `at`, and is there then."""
    away = Absence.objects.filter(
        engineer=OuterRef("engineer"), wish=False, start__lte=at, end__gt=at
    )
    found = Nominee.objects.filter(~Exists(away), start__lte=at, end__gt=at, cancelled_at=None)
    return [
        Assigned(
            "support",
            row.engineer_id,
            row.engineer.name,
            row.period,
            "cover",
            past or _reached(row.engineer),
        )
        for row in found.select_related("engineer__account")
    ]


def named(span: Period) -> list[Nominee]:
    """Give who is named to answer in `span`, whole, in order."""
    found = Nominee.objects.filter(start__lt=span.end, end__gt=span.start, cancelled_at=None)
    return list(found.select_related("engineer__account"))


def on_shift(*, duty: str, at: datetime) -> Engineer | None:
    """Give who has the shift of a duty at `at`, whatever the hours."""
    found = Shift.objects.filter(duty=duty, start__lte=at, end__gt=at, cancelled_at=None)
    shift = found.select_related("engineer").order_by("start", "id").first()
    return shift.engineer if shift else None


def between(span: Period, *, duty: str = "", engineer: int | None = None) -> QuerySet[Shift]:
    """Give the shifts that reach into `span`, in order: of one duty or one person, if named."""
    chosen = Q(end__gt=span.start, start__lt=span.end, cancelled_at=None)
    if duty:
        chosen &= Q(duty=duty)
    if engineer is not None:
        chosen &= Q(engineer=engineer)
    return Shift.objects.filter(chosen).select_related("engineer").order_by("start", "id")


def on_shifts(span: Period, duty: str) -> list[OnShift]:
    """Give the shifts of a duty in `span` as the rules want them, whole."""
    return [shift.on_shift for shift in between(span, duty=duty)]


def reachable() -> Collection[int]:
    """Give the engineers who have not left and whom some message can reach."""
    here = Q(active=True)
    if not errands.can_deliver("email"):
        here &= Q(account__is_active=True)
    return set(Engineer.objects.filter(here).values_list("pk", flat=True))


def next_start(at: datetime) -> datetime | None:
    """Give when the next shift after `at` begins."""
    later = Shift.objects.filter(start__gt=at, cancelled_at=None).order_by("start")
    return later.values_list("start", flat=True).first()
