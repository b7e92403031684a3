"""Let what a chat outside tells and is told stand on the durable core."""

from typing import ClassVar

from django.db import migrations, models

# Whoever had claimed a channel may have said there what it was about to say.
CLAIMED = """
UPDATE chat_postmirror SET uncertain = true FROM chat_channelmapping
WHERE chat_channelmapping.channel_id = chat_postmirror.channel_id
AND claimed_until IS NOT NULL AND owed;
UPDATE chat_channelmapping SET due_at = greatest(due_at, claimed_until);
"""


class Migration(migrations.Migration):
    """Name columns as the core does; nothing is under way without its own."""

    dependencies: ClassVar = [("chat", "0003_pictures")]

    operations: ClassVar = [
        migrations.AddField("inboundevent", "claimed_at", models.DateTimeField(null=True)),
        migrations.AddField("channelmapping", "claimed_at", models.DateTimeField(null=True)),
        migrations.RenameField("channelmapping", "next_at", "due_at"),
        migrations.RenameField("channelmapping", "failures", "attempts"),
        migrations.AlterField("channelmapping", "attempts", models.PositiveIntegerField(default=0)),
        migrations.RunSQL(CLAIMED, migrations.RunSQL.noop),
        migrations.RemoveField("channelmapping", "claimed_until"),
    ]
