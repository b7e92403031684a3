"""Let what calls somebody go before everything else: what is owed now by its key or kind."""

from typing import ClassVar

from django.db import migrations, models

URGENT = """
UPDATE outbox_message SET urgent = true
WHERE due_at IS NOT NULL AND (key LIKE 'page-call:%' OR kind = 'pagerduty');
"""


class Migration(migrations.Migration):
    """Add the column, fill it, and order by it."""

    dependencies: ClassVar = [("outbox", "0003_durable")]

    operations: ClassVar = [
        migrations.AddField(
            "outboxmessage", "urgent", models.BooleanField(db_default=False, default=False)
        ),
        migrations.RunSQL(URGENT, migrations.RunSQL.noop),
        migrations.RemoveIndex("outboxmessage", "outbox_due"),
        migrations.AddIndex(
            "outboxmessage",
            models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["urgent", "due_at", "id"],
                name="outbox_next",
            ),
        ),
    ]
