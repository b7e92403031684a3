"""Who is on: one answer for pages, pager, calendar, commands and history alike."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import Max, Min, Q, QuerySet

from dutydesk.database import rows
from dutydesk.kernel.periods import Period
from dutydesk.outbox.flows import outbox
from dutydesk.people.models import Engineer
from dutydesk.ports.delivery import MAIL
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Duty
from dutydesk.rota.models import CoverNomination, Shift
from dutydesk.rota.rules import duty as rules
from dutydesk.rota.rules.duty import Assigned, Coming, OnDuty
from dutydesk.rota.rules.schedule import OnShift


def who(
    *, at: datetime, now: datetime | None = None, duties: Sequence[Duty] = ()
) -> tuple[OnDuty, ...]:
    """Give who covers what at `at`, and why, by the process in force then.

    Of these duties, or else of those that are paged. Whether a message reaches them counts from
    `now` on; without `now` that is the same moment.
    """
    current = process.in_force_at(at)
    return rules.who(current, _assigned(at, past=now is not None and at < now), at, duties)


_AHEAD = timedelta(weeks=4)

# Asked at every page and by programs each minute; by hand it takes a tenth of what the ORM needs.
_ON = """
    SELECT s.duty, s.engineer_id, e.name, s.start, s."end", s.kind, e.active,
           coalesce(a.is_active, false)
    FROM (
        SELECT duty, engineer_id, start, "end", kind, id AS place
        FROM rota_shift
        WHERE start <= %(at)s AND "end" > %(at)s AND cancelled_at IS NULL
        UNION ALL
        SELECT 'support', n.engineer_id, n.start, n."end", 'cover', 0
        FROM rota_covernomination n
        WHERE n.start <= %(at)s AND n."end" > %(at)s AND n.cancelled_at IS NULL
        AND NOT EXISTS (
            SELECT FROM rota_absence b
            WHERE b.engineer_id = n.engineer_id AND NOT b.wish
            AND b.start <= %(at)s AND b."end" > %(at)s
        )
    ) s
    JOIN people_engineer e ON e.id = s.engineer_id
    LEFT JOIN people_account a ON a.id = e.account_id
    ORDER BY s.place > 0, s.start, s.place
"""


def _assigned(at: datetime, *, past: bool) -> list[Assigned]:
    """Give who is on at `at`: first who is named to answer and is there then. One query."""
    mail = outbox.can_deliver(MAIL)
    return [
        Assigned(duty, who, name, Period(start, end), by, past or (here and (mail or account)))
        for duty, who, name, start, end, by, here, account in rows.run(_ON, {"at": at}).fetchall()
    ]


def coming(*, at: datetime, duties: Sequence[Duty]) -> Coming | None:
    """Give who has one of these duties next, within four weeks; None if nobody is to have one."""
    span = Period(at, at + _AHEAD)
    here = reachable()
    found = between(span).filter(duty__in=duties, engineer__in=here)
    shifts = [one.assigned for one in found]
    if "support" in duties:
        shifts += [
            Assigned("support", one.engineer_id, one.engineer.name, one.period, "cover")
            for one in named(span)
            if one.engineer_id in here
        ]
    return rules.coming(process.in_force(), shifts, at)


def named(span: Period) -> list[CoverNomination]:
    """Give who is named to answer in `span`, whole, in order."""
    found = CoverNomination.objects.filter(
        start__lt=span.end, end__gt=span.start, cancelled_at=None
    )
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


def stint(shift: Shift, at: datetime) -> Period:
    """Give what is still to come of the turn that a shift is a part of, as Monday to Friday."""
    mine = Q(pk=shift.pk)
    if shift.turn is not None:
        mine |= Q(kind=shift.kind, source=shift.source, turn=shift.turn, end__gt=at)
    same = Shift.objects.filter(
        mine, duty=shift.duty, engineer=shift.engineer_id, cancelled_at=None
    )
    ends = same.aggregate(first=Min("start"), last=Max("end"))
    first, last = ends["first"] or shift.start, ends["last"] or shift.end
    return Period(min(max(first, at), last), last)


def on_shifts(span: Period, duty: str) -> list[OnShift]:
    """Give the shifts of a duty in `span` as the rules want them, whole."""
    return [shift.on_shift for shift in between(span, duty=duty)]


def reachable() -> Collection[int]:
    """Give the engineers who have not left and whom some message can reach."""
    here = Q(active=True)
    if not outbox.can_deliver(MAIL):
        here &= Q(account__is_active=True)
    return set(Engineer.objects.filter(here).values_list("pk", flat=True))


def begun() -> bool:
    """Say whether anybody has ever had a shift: before that nothing is uncovered, only unset."""
    return bool(rows.run("SELECT true FROM rota_shift LIMIT 1").fetchone())


def next_start(at: datetime) -> datetime | None:
    """Give when the next shift after `at` begins."""
    found: list[tuple[datetime | None]] = rows.run(_STARTS, [at]).fetchall()
    return found[0][0]


_STARTS = "SELECT min(start) FROM rota_shift WHERE start > %s AND cancelled_at IS NULL"
