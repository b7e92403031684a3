"""What was shown, said and put right of rotas: plans, notices of turns, corrections of the past."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from dutydesk.people.models import Engineer
from dutydesk.rota.models.spans import Duty, Span


class OnCallPlan(models.Model):
    """A plan of on call as it was shown. Nothing goes by it until it is published.

    `turns`: [[start, end], …], which it is of; `seats`: [[start, end, duty, engineer], …], which it
    fills. `rests_on`: marks of what it was worked out from. `proposed_by`: empty if by the command.
    """

    turns = models.JSONField()
    seats = models.JSONField()
    rests_on = models.JSONField(default=dict)
    proposed_by = models.CharField(max_length=100, blank=True)
    proposed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=100, blank=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        """The latest first."""

        ordering: ClassVar = ["-id"]


class ShiftCorrection(Span):
    """Who really had a time that is past: it counts so in statements and shares.

    `remove` had not that time, `add` had it. Shifts on record stay as they were.
    """

    duty = models.CharField(max_length=10, choices=Duty)
    add = models.ForeignKey(Engineer, null=True, on_delete=models.PROTECT, related_name="+")
    remove = models.ForeignKey(Engineer, null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=300)
    made_by = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        """In order of making."""

        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="correction_ends_later", condition=Q(end__gt=F("start")))
        ]


class TurnNotice(models.Model):
    """That somebody was told of a turn of theirs that comes, or the team that it has begun."""

    duty = models.CharField(max_length=10, choices=Duty)
    engineer = models.ForeignKey(Engineer, on_delete=models.CASCADE, related_name="+")
    starts = models.DateTimeField()
    begun = models.BooleanField(default=False)

    class Meta:
        """Each is told once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["duty", "engineer", "starts", "begun"], name="a_turn_is_told_once"
            )
        ]
