from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alarms", "0004_listening"),
    ]

    operations = [
        migrations.AddField(
            model_name="heartbeat",
            name="cron",
            field=models.CharField(blank=True, db_default="", max_length=100),
        ),
        migrations.AddField(
            model_name="heartbeat",
            name="failure",
            field=models.CharField(blank=True, db_default="", max_length=100),
        ),
        migrations.AddField(
            model_name="heartbeat",
            name="started_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="heartbeat",
            name="took",
            field=models.DurationField(null=True),
        ),
        migrations.AddField(
            model_name="heartbeat",
            name="word",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="heartbeat",
            name="zone",
            field=models.CharField(blank=True, db_default="", max_length=60),
        ),
        migrations.AlterField(
            model_name="heartbeat",
            name="every",
            field=models.DurationField(null=True),
        ),
        migrations.AddConstraint(
            model_name="heartbeat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cron", ""), ("every__isnull", False)),
                    models.Q(("every", None), models.Q(("cron", ""), _negated=True)),
                    _connector="OR",
                ),
                name="heartbeat_has_one_schedule",
            ),
        ),
    ]
