"""Which channels are told what the status page says."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Make the table."""

    dependencies: ClassVar = [
        ("chat", "0001_initial"),
        ("people", "0001_initial"),
        ("status", "0001_initial"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ChannelSubscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("everything", models.BooleanField(default=True)),
                ("by", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
                (
                    "channel",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="chat.channel",
                    ),
                ),
                (
                    "services",
                    models.ManyToManyField(blank=True, related_name="+", to="people.service"),
                ),
            ],
        ),
    ]
