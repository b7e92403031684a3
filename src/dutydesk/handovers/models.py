"""Handovers, and their lines."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from dutydesk.handovers.rules.facts import PARTS
from dutydesk.kernel.periods import Period
from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Engineer
from dutydesk.process.rules.handovers import END_OF_DAY, START_OF_DAY, TURN_CHANGE


class Handover(models.Model):
    """What whoever has a duty tells whoever has the next, at `due_at`, of [since, due_at).

    `until`: up to when the taker has it. `giver`, `taker`: the duties; `givers`, `takers`: who has
    them as the rota stands, the first first. Without `given_by` it was given as it was drafted.
    `read_at`, `read_entry`: up to when, and which entry of the journal, the record is in it.
    `edition` counts the changes of the note.
    """

    class Kind(models.TextChoices):
        """When it is."""

        START = START_OF_DAY, "Start of day"
        END = END_OF_DAY, "End of day"
        TURN = TURN_CHANGE, "On-call turn"

    class State(models.TextChoices):
        """How far it is."""

        DRAFT = "draft"
        GIVEN = "given"
        ACCEPTED = "accepted"
        NOTHING = "nothing", "nothing to hand over"
        SAME = "same", "one person has both duties"
        MISSED = "missed", "nobody accepted it"

    kind = models.CharField(max_length=20, choices=Kind)
    due_at = models.DateTimeField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    giver = models.CharField(max_length=20)
    taker = models.CharField(max_length=20)
    givers = models.JSONField(default=list)
    takers = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    note = models.TextField(blank=True)
    edition = models.PositiveIntegerField(default=0)
    noted_by = models.CharField(max_length=100, blank=True)
    drafted_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)
    given_by = models.ForeignKey(
        Engineer, null=True, on_delete=models.PROTECT, related_name="handovers_given"
    )
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        Engineer, null=True, on_delete=models.PROTECT, related_name="handovers_accepted"
    )
    read_at = models.DateTimeField()
    read_entry = models.BigIntegerField(default=0)

    class Meta:
        """One of a kind at a time; those that are looked after are found fast."""

        ordering: ClassVar = ["-due_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "due_at"], name="one_handover"),
            models.CheckConstraint(
                name="accepted_handover_has_time",
                condition=~Q(state="accepted") | Q(accepted_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"], name="handover_open", condition=Q(state__in=["draft", "given"])
            ),
            models.Index(fields=["-due_at", "-id"], name="handover_by_time"),
        ]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("handover", self.pk)

    @property
    def tone(self) -> str:
        """Give the tag's tone that its state has on screens."""
        return {"draft": "open", "given": "low", "accepted": "kept"}.get(self.state, self.state)

    @property
    def told(self) -> Period:
        """Give the time that it tells of."""
        return Period(self.since, self.due_at)

    @property
    def ahead(self) -> Period:
        """Give the time for which it is taken over."""
        return Period(self.due_at, max(self.due_at, self.until))

    @property
    def waits(self) -> bool:
        """Say whether it is still to be given or accepted."""
        return self.state in (self.State.DRAFT, self.State.GIVEN)


LOOKED_AFTER = Q(state__in=["draft", "given"]) | Q(state="accepted", read_at__lt=F("due_at"))
"""The handovers that something may still become of: till its time comes, facts are added."""


class HandoverLine(models.Model):
    """One fact of the record in a handover, and what a person says of it.

    `text` begins with `title`, what its thing is called. `late`: it came in once the handover was
    given. `edition` counts the changes of the note.
    """

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="lines")
    key = models.CharField(max_length=160)
    part = models.CharField(max_length=20, choices=tuple(PARTS.items()))
    about = models.CharField(max_length=60)
    title = models.TextField()
    text = models.TextField()
    at = models.DateTimeField()
    place = models.PositiveIntegerField()
    late = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    note = models.TextField(blank=True)
    edition = models.PositiveIntegerField(default=0)
    noted_by = models.CharField(max_length=100, blank=True)

    class Meta:
        """In the order in which they are read; each once."""

        ordering: ClassVar = ["late", "place", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["handover", "key"], name="one_line_each")
        ]

    @property
    def rest(self) -> str:
        """Give what it says beyond the name of its thing."""
        return self.text.removeprefix(self.title).lstrip(":, ")
