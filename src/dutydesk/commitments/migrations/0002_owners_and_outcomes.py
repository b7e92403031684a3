"""Find fast what somebody owes, and what became of promises week by week."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Make the indexes."""

    dependencies: ClassVar = [("commitments", "0001_initial")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["owner", "due_at", "id"],
                name="commitment_by_owner",
            ),
        ),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["kept", "late", "missed"]),
                    models.Q(("owner", ""), _negated=True),
                ),
                fields=["settled_at", "kind", "state"],
                name="commitment_outcome",
            ),
        ),
    ]
