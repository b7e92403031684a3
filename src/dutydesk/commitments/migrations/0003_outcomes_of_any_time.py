"""Count what became of promises in any time, those that were withdrawn too."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Make the index anew, with more in it."""

    dependencies: ClassVar = [("commitments", "0002_owners_and_outcomes")]

    operations: ClassVar = [
        migrations.RemoveIndex("commitment", "commitment_outcome"),
        migrations.AddIndex(
            "commitment",
            models.Index(
                condition=models.Q(
                    ("state__in", ["kept", "late", "missed", "withdrawn"]),
                    models.Q(("owner", ""), _negated=True),
                ),
                fields=["settled_at", "kind", "state"],
                include=("due_at",),
                name="commitment_outcome",
            ),
        ),
    ]
