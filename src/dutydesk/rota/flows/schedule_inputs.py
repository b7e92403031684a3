"""Reading what decides who is on, as the rules want it."""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period
from dutydesk.people.models import Engineer
from dutydesk.rota import models
from dutydesk.rota.rules import schedule
from dutydesk.rota.rules.schedule import OnShift, Source
from dutydesk.rota.rules.turns import Turns
from dutydesk.rota.rules.weekly_windows import Window


def rotas(duties: Iterable[str], span: Period) -> dict[str, schedule.Rota]:
    """Give what decides each of these duties in `span`; somebody who left is absent for good."""
    wanted = list(duties)
    in_span = {"duty__in": wanted, "end__gt": span.start, "start__lt": span.end}
    rotations = list(models.Rotation.objects.filter(duty__in=wanted))
    overrides = list(models.Override.objects.filter(**in_span))
    instead = list(models.TemporarySchedule.objects.filter(**in_span))
    away = tuple(_absences(span))
    return {
        duty: schedule.Rota(
            rotations=tuple(
                found
                for row in rotations
                if row.duty == duty and (found := rotation(row)).lasts != _NEVER
            ),
            overrides=tuple(override(row) for row in overrides if row.duty == duty),
            temporary=tuple(temporary(row) for row in instead if row.duty == duty),
            absences=away,
        )
        for duty in wanted
    }


_BEGINNING, _FOREVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9990, 1, 1, tzinfo=UTC)
_NEVER = Period(_BEGINNING, _BEGINNING)


def rotation(row: models.Rotation) -> schedule.RotationLayer:
    """Give a stored rotation as the rules want it. It begins with its first turn, or when told."""
    zone = ZoneInfo(row.zone)
    turns = Turns(row.unit, row.length, datetime.fromisoformat(row.starts), zone)  # type: ignore[arg-type]
    first = turns.handoff(0)
    begins = row.begins_at or first
    last = row.ends_at or _FOREVER
    return schedule.RotationLayer(
        turns=turns,
        places=tuple(tuple(place) for place in row.places),
        windows=tuple(window(each) for each in row.windows),
        priority=row.priority,
        number=row.pk,
        lasts=Period(begins, last) if begins < last else _NEVER,
    )


def window(stored: dict[str, object]) -> Window:
    """Give a stored window as the rules want it."""
    days = stored["days"]
    return Window(
        frozenset(days if isinstance(days, list) else ()),
        time.fromisoformat(str(stored["start"])),
        time.fromisoformat(str(stored["end"])),
    )


# Plans first, then what was entered by hand, then every other change.
ORDER = {"plan": -1, "hand": 0}


def override(row: models.Override) -> schedule.OverrideLayer:
    """Give a stored override as the rules want it.

    Plans go first, then what is entered by hand or taken in, then every other change.
    """
    return schedule.OverrideLayer(
        period=row.period,
        add=row.add_id,
        remove=row.remove_id,
        everybody=row.everybody,
        number=row.pk,
        priority=0 if row.taken_in_id else ORDER.get(row.kind, 1),
        kind=row.kind,  # type: ignore[arg-type]
        group=row.taken_in_id or 0,
    )


def temporary(row: models.TemporarySchedule) -> schedule.Temporary:
    """Give a stored temporary schedule as the rules want it."""
    shifts = tuple(
        OnShift(
            shift["engineer"],
            Period(datetime.fromisoformat(shift["start"]), datetime.fromisoformat(shift["end"])),
            Source("temporary", row.pk),
        )
        for shift in row.shifts
    )
    return schedule.Temporary(row.period, shifts, row.pk, row.after)


def _absences(span: Period) -> Iterable[schedule.AbsencePeriod]:
    away = models.Absence.objects.filter(end__gt=span.start, start__lt=span.end, wish=False)
    for row in away:
        yield schedule.AbsencePeriod(row.engineer_id, row.period)
    for left in Engineer.objects.filter(active=False).values_list("pk", flat=True):
        yield schedule.AbsencePeriod(left, span)
