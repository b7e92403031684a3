"""Count fast how past answers helped."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Make the index."""

    dependencies: ClassVar = [("desk", "0002_kind_of_imported_requests")]

    operations: ClassVar = [
        migrations.AddIndex(
            "pastanswer",
            models.Index(
                fields=["offered_at"],
                include=("question", "helped_at"),
                name="past_answer_by_time",
            ),
        ),
    ]
