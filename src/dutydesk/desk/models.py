"""Questions and tickets."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from dutydesk.chat.models import Post
from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Account, Engineer


class Question(models.Model):
    """What a user asks in the ask channel, with its thread."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open"
        ANSWERED = "answered"
        SOLVED = "solved"

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="question")
    asker = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    engineer = models.ForeignKey(Engineer, null=True, on_delete=models.SET_NULL)
    answered_at = models.DateTimeField(null=True)
    solved_at = models.DateTimeField(null=True)
    happiness = models.PositiveSmallIntegerField(null=True)
    happiness_at = models.DateTimeField(null=True)

    class Meta:
        """Open ones are found fast; a score is from 1 to 5."""

        constraints: ClassVar = [
            models.CheckConstraint(
                name="happiness_1_to_5",
                condition=Q(happiness=None) | Q(happiness__gte=1, happiness__lte=5),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["asked_at"], name="question_open", condition=~Q(state="solved")),
            models.Index(fields=["happiness_at"], name="question_happiness"),
        ]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("question", self.pk)

    @property
    def title(self) -> str:
        """Give the first words of what was asked."""
        first: str = self.post.words.body.splitlines()[0]
        return first if len(first) <= 120 else first[:119] + "…"


class Ticket(models.Model):
    """The record of longer work. Clause ask.ticket-record."""

    question = models.OneToOneField(
        Question, null=True, on_delete=models.SET_NULL, related_name="ticket"
    )
    title = models.CharField(max_length=200)
    body = models.TextField()
    label = models.CharField(max_length=60)
    column = models.CharField(max_length=60)
    asked_by = models.CharField(max_length=100)
    raised_by = models.CharField(max_length=100)
    raised_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    class Meta:
        """Read by column."""

        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["column", "id"], name="ticket_by_column")]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("ticket", self.pk)
