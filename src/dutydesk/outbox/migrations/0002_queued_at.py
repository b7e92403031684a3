from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]

    operations = [
        migrations.RenameField("outboxmessage", "put_at", "queued_at"),
        migrations.SeparateDatabaseAndState(  # PostgreSQL's index follows its column.
            state_operations=[
                migrations.RemoveIndex("outboxmessage", "outbox_by_subject"),
                migrations.AddIndex(
                    "outboxmessage",
                    models.Index(fields=["subject", "queued_at"], name="outbox_by_subject"),
                ),
            ]
        ),
    ]
