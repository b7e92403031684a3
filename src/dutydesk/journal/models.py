"""Entries, and the reactions that are owed to them."""

from typing import ClassVar

from django.db import models

from dutydesk.database.owed_row import OwedRow


class JournalEntry(models.Model):
    """One thing that happened. The database refuses to change or delete it.

    What it quotes of a person's words follows what they take back: see `journal.retell`.
    """

    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    actor = models.CharField(max_length=120)
    text = models.TextField()
    clause = models.CharField(max_length=60, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        """Read by subject, by kind, and as a whole, always in order of time."""

        db_table = "journal_entry"
        ordering: ClassVar = ["at", "id"]
        verbose_name_plural = "entries"
        indexes: ClassVar = [
            models.Index(fields=["subject", "at", "id"], name="entry_by_subject"),
            models.Index(fields=["kind", "at"], name="entry_by_kind"),
            models.Index(fields=["at", "id"], name="entry_by_time"),
        ]


class Reaction(OwedRow):
    """One flow that must run once because of one entry."""

    entry = models.ForeignKey(JournalEntry, on_delete=models.CASCADE)
    name = models.CharField(max_length=120)
    problem = models.TextField(blank=True)

    class Meta:
        """Each reaction to an entry once; the ones still owed are found fast."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "name"], name="one_reaction_per_entry")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                name="reaction_owed",
                condition=models.Q(due_at__isnull=False),
            )
        ]
