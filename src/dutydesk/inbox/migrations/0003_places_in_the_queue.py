from django.db import migrations, models
from django.db.models import Q

# What waits while the desk is upgraded keeps the order in which it was to be done.
_AS_BEFORE = "UPDATE inbox_arrival SET turn = source, crowd = source WHERE due_at IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0002_refusals"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="arrival", name="arrival_owed"),
        migrations.AddField(
            model_name="arrival",
            name="crowd",
            field=models.CharField(blank=True, db_default="", max_length=100),
        ),
        migrations.AddField(
            model_name="arrival",
            name="turn",
            field=models.CharField(blank=True, db_default="", max_length=100),
        ),
        migrations.RunSQL(_AS_BEFORE, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="arrival",
            index=models.Index(
                condition=Q(("due_at__isnull", False)), fields=["turn", "id"], name="arrival_owed"
            ),
        ),
        migrations.AddIndex(
            model_name="arrival",
            index=models.Index(
                condition=Q(("due_at__isnull", False)),
                fields=["crowd", "id"],
                name="arrival_crowded",
            ),
        ),
    ]
