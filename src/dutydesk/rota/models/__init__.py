"""What decides who is on, and the shifts that came of it."""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Engineer, SecretAddress
from dutydesk.rota.models.records import OnCallPlan as OnCallPlan
from dutydesk.rota.models.records import ShiftCorrection as ShiftCorrection
from dutydesk.rota.models.records import TurnNotice as TurnNotice
from dutydesk.rota.models.spans import Duty as Duty
from dutydesk.rota.models.spans import Span as Span
from dutydesk.rota.rules.duty import Assigned
from dutydesk.rota.rules.schedule import OnShift, Source


def _range() -> Func:
    """Give a row's half-open range of time, for the constraints."""
    return Func(F("start"), F("end"), Value("[)"), function="tstzrange")


def _not_twice(name: str, condition: Q) -> ExclusionConstraint:
    """Refuse two of a person's rows at once. A number is a range here: that needs no extension."""
    person = Func(F("engineer"), F("engineer"), Value("[]"), function="int8range")
    both: list[Any] = [(_range(), RangeOperators.OVERLAPS), (person, RangeOperators.OVERLAPS)]
    return ExclusionConstraint(name=name, expressions=both, condition=condition)


class Shift(Span):
    """One person's period of one duty, as it came out in the end.

    Worked out from everything else up to the horizon; what is past is never worked out again.
    One that was to come and is no more is kept as cancelled, for people's calendars.
    """

    duty = models.CharField(max_length=10, choices=Duty)
    engineer = models.ForeignKey(Engineer, on_delete=models.PROTECT, related_name="shifts")
    kind = models.CharField(max_length=10, default="hand")
    source = models.BigIntegerField(default=0)
    turn = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    sequence = models.PositiveIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody has a duty twice at once, nor is primary and secondary at once."""

        ordering: ClassVar = ["start", "duty", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="shift_ends_later", condition=Q(end__gt=F("start"))),
            _not_twice("nobody_supports_twice", Q(cancelled_at=None, duty="support")),
            _not_twice(
                "nobody_is_on_call_twice",
                Q(cancelled_at=None, duty__in=["primary", "secondary"]),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["end", "start"], name="shift_by_time", condition=Q(cancelled_at=None)
            ),
            models.Index(fields=["engineer", "end"], name="shift_by_engineer"),
        ]

    @property
    def assigned(self) -> Assigned:
        """Give it as the rules want it."""
        duty = Duty(self.duty).value
        return Assigned(duty, self.engineer_id, self.engineer.name, self.period, self.kind)  # type: ignore[arg-type]

    @property
    def on_shift(self) -> OnShift:
        """Give it as composition gives it."""
        source = Source(self.kind, self.source, self.turn)  # type: ignore[arg-type]
        return OnShift(self.engineer_id, self.period, source)


class RotaImport(models.Model):
    """One import of a rota: from which source, and all that the source had then.

    `shifts` and `rotations`: each by its key there, as it was taken in, with the number of the row
    that it became. `ended`: rotations that it replaced, by number, with when they were to
    end, and when it let them. `instead`: its shifts take everybody else off.
    """

    duty = models.CharField(max_length=10, choices=Duty)
    source = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    shifts = models.JSONField(default=list)
    rotations = models.JSONField(default=list)
    ended = models.JSONField(default=dict)
    instead = models.BooleanField(default=False)
    made_by = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        """In order of making."""

        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(
                fields=["duty", "source"],
                name="rota_import_that_stands",
                condition=Q(taken_back_at=None),
            )
        ]


class Rotation(models.Model):
    """Places that take turns at a duty. A place is a list of engineers' numbers.

    `starts` is a local time, as in 2026-01-05T10:00. `windows`: [{days, start, end}, …]. It is in
    force from `begins_at`, else from its first turn. `taken_in`: it came from another tool.
    """

    duty = models.CharField(max_length=10, choices=Duty)
    unit = models.CharField(max_length=10)
    length = models.PositiveIntegerField()
    starts = models.CharField(max_length=16)
    zone = models.CharField(max_length=50)
    places = models.JSONField()
    windows = models.JSONField(default=list)
    priority = models.IntegerField(default=1)
    begins_at = models.DateTimeField(null=True)
    taken_in = models.BooleanField(default=False)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        """In order of making."""

        ordering: ClassVar = ["id"]


class Override(Span):
    """A change to a rota for a period: somebody is added, removed, or replaced by another.

    `kind`: a shift by hand, an override, a swap or a plan. `everybody`: all go off, `add` is on.
    `taken_in`: by which import it is as it is.
    """

    duty = models.CharField(max_length=10, choices=Duty)
    add = models.ForeignKey(Engineer, null=True, on_delete=models.PROTECT, related_name="+")
    remove = models.ForeignKey(Engineer, null=True, on_delete=models.PROTECT, related_name="+")
    everybody = models.BooleanField(default=False)
    kind = models.CharField(max_length=10, default="override")
    plan = models.ForeignKey(
        OnCallPlan, null=True, on_delete=models.PROTECT, related_name="overrides"
    )
    made_by = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    taken_in = models.ForeignKey(
        RotaImport, null=True, on_delete=models.SET_NULL, related_name="overrides"
    )

    class Meta:
        """One that changes nothing can't be."""

        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="override_ends_later", condition=Q(end__gt=F("start"))),
            models.CheckConstraint(
                name="override_changes_something",
                condition=Q(add__isnull=False) | Q(remove__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["duty", "end"], name="override_by_time")]


class TemporarySchedule(Span):
    """Shifts that replace everything while it lasts: [{engineer, start, end}, …] in UTC.

    `after`: the number of the last override before it: later ones change it, if that is known.
    """

    duty = models.CharField(max_length=10, choices=Duty)
    shifts = models.JSONField(default=list)
    after = models.PositiveBigIntegerField(null=True)
    made_by = models.CharField(max_length=100)

    class Meta:
        """In order of making."""

        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="temporary_ends_later", condition=Q(end__gt=F("start")))
        ]


class RegularAbsence(models.Model):
    """Days of the week on which somebody can't be on, or would rather not: “no Fridays”.

    `weekdays`: 0 is Monday. `every`: in each week from that of `first` on, in each second, …; up to
    and with the day `last`, if there is one. Its days are absences, as far as rotas are worked out.
    """

    engineer = models.ForeignKey(Engineer, on_delete=models.CASCADE, related_name="+")
    weekdays = models.JSONField()
    every = models.PositiveIntegerField(default=1)
    first = models.DateField()
    last = models.DateField(null=True)
    wish = models.BooleanField(default=False)
    written_until = models.DateField()

    class Meta:
        """In order of making."""

        ordering: ClassVar = ["id"]


class Absence(Span):
    """When somebody can't be on; or, if `wish`, would rather not, which plans respect.

    `regular`: of which days of the week it is one.
    """

    regular = models.ForeignKey(
        RegularAbsence, null=True, on_delete=models.CASCADE, related_name="days"
    )
    engineer = models.ForeignKey(Engineer, on_delete=models.CASCADE, related_name="absences")
    wish = models.BooleanField(default=False)

    class Meta:
        """In order of time."""

        ordering: ClassVar = ["start", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="absence_ends_later", condition=Q(end__gt=F("start")))
        ]
        indexes: ClassVar = [models.Index(fields=["end"], name="absence_by_end")]


class Swap(Span):
    """One person offers their time on a duty, and somebody takes it, or it lapses."""

    class State(models.TextChoices):
        """How it stands."""

        OFFERED = "offered"
        TAKEN = "taken"
        TAKEN_BACK = "taken back"
        LAPSED = "lapsed"
        VOID = "void"

    duty = models.CharField(max_length=10, choices=Duty)
    offered_by = models.ForeignKey(Engineer, on_delete=models.PROTECT, related_name="swaps")
    asked = models.ForeignKey(Engineer, null=True, on_delete=models.PROTECT, related_name="+")
    taken_by = models.ForeignKey(Engineer, null=True, on_delete=models.PROTECT, related_name="+")
    override = models.ForeignKey(Override, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED)
    offered_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """In order of time."""

        ordering: ClassVar = ["start", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="swap_ends_later", condition=Q(end__gt=F("start")))
        ]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("swap", self.pk)


class CoverNomination(Span):
    """Who answers the ask channel in a named period of a day, or in what is left of it.

    One that ends early, or is given to somebody else while it runs, stays for what was had of it;
    one that was still to come is kept as cancelled, for people's calendars. Clause ask.cover.
    """

    day = models.DateField()
    part = models.CharField(max_length=40)
    engineer = models.ForeignKey(Engineer, on_delete=models.PROTECT, related_name="nominations")
    changed_at = models.DateTimeField()
    sequence = models.PositiveIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        """One name at a time."""

        ordering: ClassVar = ["start", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="nominee_ends_later", condition=Q(end__gt=F("start"))),
            ExclusionConstraint(
                name="one_nominee_at_a_time",
                expressions=[(_range(), RangeOperators.OVERLAPS)],
                condition=Q(cancelled_at=None),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["end"], name="nominee_by_end")]


class ExperienceMark(models.Model):
    """Somebody marked by hand as new to the rota, or as experienced. Clause oncall.newcomers."""

    engineer = models.OneToOneField(Engineer, on_delete=models.CASCADE, primary_key=True)
    experienced = models.BooleanField()


class Installation(models.Model):
    """What tells this desk's calendar entries from any other desk's. One row, made when needed."""

    name = models.UUIDField(default=uuid.uuid4)


class CalendarFeed(SecretAddress):
    """A calendar's secret address, of a person's shifts or of a rota's.

    It stands while whose shifts it shows may come in, too. `busy`: its shifts take up the time of
    whoever looks at them. `mark`: of what it held when it was last read, and since when.
    """

    engineer = models.ForeignKey(Engineer, null=True, on_delete=models.CASCADE, related_name="+")
    duty = models.CharField(max_length=10, choices=Duty, blank=True)
    busy = models.BooleanField(default=False, db_default=False)
    mark = models.CharField(max_length=64, blank=True, db_default="")
    marked_at = models.DateTimeField(null=True)

    @property
    def title(self) -> str:
        """Give whose shifts it shows, as people read it."""
        return f"{self.engineer.name}'s shifts" if self.engineer else self.get_duty_display()

    @property
    def stands(self) -> bool:
        """Say whether it is to be read: not while somebody whose it is has no way in."""
        return super().stands and (self.engineer is None or self.engineer.present)


class Outlook(models.Model):
    """How far a rota is worked out, when it is next looked after, and what was told of it.

    `people`: who was on the team when it was last worked out.
    """

    duty = models.CharField(max_length=10, choices=Duty, primary_key=True)
    built_until = models.DateTimeField()
    look_at = models.DateTimeField()
    told = models.JSONField(default=list)
    people = models.JSONField(default=list)
