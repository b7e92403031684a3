"""Lets a swap be void."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds a state."""

    dependencies: ClassVar = [("rota", "0003_replacements_and_nominations")]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="swap",
            name="state",
            field=models.CharField(
                choices=[
                    ("offered", "Offered"),
                    ("taken", "Taken"),
                    ("taken back", "Taken Back"),
                    ("lapsed", "Lapsed"),
                    ("void", "Void"),
                ],
                default="offered",
                max_length=10,
            ),
        ),
    ]
