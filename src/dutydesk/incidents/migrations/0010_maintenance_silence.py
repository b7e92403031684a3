import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alarms", "0002_what_keys_open"),
        ("incidents", "0009_estimates"),
    ]

    operations = [
        migrations.AddField(
            "maintenance",
            "silence",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="maintenance",
                to="alarms.silence",
            ),
        ),
    ]
