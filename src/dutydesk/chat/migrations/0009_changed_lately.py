"""Find what was changed lately."""

from typing import ClassVar

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    """Add the index by itself: while it reads all posts, they can be read.

    It isn't made concurrently: that would wait for those that wait until the migrations are over.
    """

    dependencies: ClassVar = [("chat", "0008_versions_and_readers")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="post",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True,
                fields=["changed_at"],
                name="post_changed",
                pages_per_range=16,
            ),
        ),
    ]
