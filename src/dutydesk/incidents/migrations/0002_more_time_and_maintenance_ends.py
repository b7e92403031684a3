"""Keep who works on an incident, decisions for more time, and when maintenance is to end."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0001_initial"),
        ("people", "0002_service_slugs_and_webhooks"),
    ]

    operations = [
        migrations.AddField("incident", "limit_from", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "incident",
            "worker",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="people.engineer",
            ),
        ),
        migrations.AddField(
            "maintenance",
            "message",
            models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "maintenance",
            "reason",
            models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField("maintenance", "until", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="MoreTime",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.DurationField()),
                ("reason", models.TextField()),
                ("by", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="more_time",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={"ordering": ["-at", "-id"]},
        ),
    ]
