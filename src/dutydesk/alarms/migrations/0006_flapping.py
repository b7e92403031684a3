from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alarms", "0005_heartbeat_runs"),
    ]

    operations = [
        migrations.AddField(
            model_name="alarm",
            name="flapped",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="alarm",
            name="flapped_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="alarm",
            name="rests_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="alert",
            name="begun",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="alert",
            name="rests_until",
            field=models.DateTimeField(null=True),
        ),
    ]
