"""Let reactions stand on the durable core: one column more says what is under way."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add it; nothing is under way without."""

    dependencies: ClassVar = [("journal", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField("reaction", "claimed_at", models.DateTimeField(null=True)),
    ]
