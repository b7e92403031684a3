"""Checklists, their items, and what somebody has looked at."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from dutydesk.kernel.subjects import subject


class Checklist(models.Model):
    """One working day's go at a routine. Clauses support.*.

    What it says is kept as the process had it that day. `standing`: it goes on through the day.
    `people` are those who had the turn meanwhile. `shown`: it has a post. `look_at`: when its facts
    are looked at next. `done_at`: nothing of it was left then; `closed_at`: its day is over.
    """

    routine = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    day = models.DateField()
    title = models.CharField(max_length=200)
    who = models.CharField(max_length=20)
    standing = models.BooleanField(default=False)
    patience = models.DurationField()
    comes_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    people = models.JSONField(default=list)
    shown = models.BooleanField(default=False)
    look_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """Each routine once a day; those that go on are found fast, and those of a time."""

        ordering: ClassVar = ["comes_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["routine", "day"], name="one_checklist_a_day")
        ]
        indexes: ClassVar = [
            models.Index(fields=["look_at"], name="checklist_open", condition=Q(closed_at=None)),
            models.Index(fields=["-comes_at", "-id"], name="checklist_by_time"),
        ]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("checklist", self.pk)

    @property
    def post_key(self) -> str:
        """Give the key of its post."""
        return f"{self.about}:post"

    @property
    def clauses(self) -> list[str]:
        """Give the clauses that ask for its items, each once."""
        return list(dict.fromkeys(item.clause for item in self.items.all() if item.clause))

    @property
    def left_undone(self) -> bool:
        """Say whether its day ended with something left."""
        return self.closed_at is not None and self.done_at is None

    @property
    def late(self) -> bool:
        """Say whether all of it was done, and some of it too late."""
        return self.done_at is not None and self.done_at > self.due_at


class ChecklistItem(models.Model):
    """One thing to do. `facts`: what was gathered when it was looked at, as JSON shows it.

    `left`: how much of that waited for somebody; null before the first look. `done_by`: who
    pressed; nobody, if it was done by what the facts said. `pressed`: a press does it; not what
    goes on through the day, and whose facts are known.
    """

    checklist = models.ForeignKey(Checklist, on_delete=models.CASCADE, related_name="items")
    place = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    gathers = models.JSONField(default=list)
    by_facts = models.BooleanField(default=False)
    pressed = models.BooleanField(default=True)
    clause = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=list)
    left = models.PositiveIntegerField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=100, blank=True)

    class Meta:
        """In the order of the process."""

        ordering: ClassVar = ["place", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["checklist", "place"], name="one_item_a_place")
        ]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("checklist-item", self.pk)


class Triage(models.Model):
    """That an alarm or a request was pointed at, because it waited, or that somebody looked at it.

    `subject` is the thing. Each is pointed at once.
    """

    subject = models.CharField(max_length=60, unique=True)
    pointed_at = models.DateTimeField(null=True)
    triaged_at = models.DateTimeField(null=True)
    triaged_by = models.CharField(max_length=100, blank=True)
