"""Let messages stand on the durable core: one column says what is owed, one what is under way."""

from typing import ClassVar

from django.db import migrations, models

# Until now one that was under way had a state of its own, and its lease was six seconds.
CLAIMED = """
UPDATE outbox_message SET state = 'owed', claimed_at = due_at - interval '6 seconds'
WHERE state = 'trying';
UPDATE outbox_message SET due_at = NULL WHERE state <> 'owed';
"""
UNCLAIMED = """
UPDATE outbox_message SET due_at = settled_at WHERE due_at IS NULL;
UPDATE outbox_message SET state = 'trying' WHERE claimed_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    """Add, convert, and hold that both say the same."""

    dependencies: ClassVar = [("outbox", "0002_queued_at")]

    operations: ClassVar = [
        migrations.RemoveIndex("outboxmessage", "outbox_owed"),
        migrations.AddField("outboxmessage", "claimed_at", models.DateTimeField(null=True)),
        migrations.AlterField("outboxmessage", "due_at", models.DateTimeField(null=True)),
        migrations.AlterField(
            "outboxmessage",
            "state",
            models.CharField(
                choices=[
                    ("owed", "Owed"),
                    ("done", "Done"),
                    ("failed", "Failed"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="owed",
                max_length=10,
            ),
        ),
        migrations.RunSQL(CLAIMED, UNCLAIMED),
        migrations.AddIndex(
            "outboxmessage",
            models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["due_at"],
                name="outbox_due",
            ),
        ),
        migrations.AddConstraint(
            "outboxmessage",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_at__isnull", False), ("state", "owed")),
                    models.Q(
                        models.Q(("state", "owed"), _negated=True),
                        ("claimed_at", None),
                        ("due_at", None),
                    ),
                    _connector="OR",
                ),
                name="message_due_while_owed",
            ),
        ),
    ]
