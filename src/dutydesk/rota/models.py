"""Shifts."""

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from dutydesk.kernel.periods import Period
from dutydesk.people.models import Engineer
from dutydesk.rota.rules.duty import Assigned


def _range() -> Func:
    """Give a shift's half-open range of time, for the constraints."""
    return Func(F("start"), F("end"), Value("[)"), function="tstzrange")


def _one_at_a_time(duty: str) -> ExclusionConstraint:
    expressions: list[Any] = [(_range(), RangeOperators.OVERLAPS)]
    return ExclusionConstraint(
        name=f"one_{duty}_at_a_time", expressions=expressions, condition=Q(duty=duty)
    )


class Shift(models.Model):
    """One person's period of one duty: from `start` up to but not including `end`."""

    class Duty(models.TextChoices):
        """What the shift is of."""

        SUPPORT = "support", "Support"
        PRIMARY = "primary", "Primary on call"
        SECONDARY = "secondary", "Secondary on call"

    duty = models.CharField(max_length=10, choices=Duty)
    engineer = models.ForeignKey(Engineer, on_delete=models.PROTECT, related_name="shifts")
    start = models.DateTimeField()
    end = models.DateTimeField()

    class Meta:
        """Two primaries, or two secondaries, can't be: the database refuses them."""

        ordering: ClassVar = ["start", "duty", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="shift_ends_later", condition=Q(end__gt=F("start"))),
            _one_at_a_time("primary"),
            _one_at_a_time("secondary"),
        ]
        indexes: ClassVar = [models.Index(fields=["end", "start"], name="shift_by_time")]

    @property
    def assigned(self) -> Assigned:
        """Give it as the rules want it."""
        duty = self.Duty(self.duty).value
        period = Period(self.start, self.end)
        return Assigned(duty, self.engineer_id, self.engineer.name, period)  # type: ignore[arg-type]
