from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alarms", "0006_flapping"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="alarm",
            name="alarm_firing",
        ),
        migrations.AddIndex(
            model_name="alarm",
            index=models.Index(
                condition=models.Q(("state", "firing")),
                fields=["severity", "-first_at", "-id"],
                name="alarm_firing",
            ),
        ),
    ]
