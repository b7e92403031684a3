"""Temporary schedules know which overrides were there before them; later ones change them."""

from typing import ClassVar

from django.db import migrations, models

# Of those that are there already every override is an earlier one, as it was until now.
_EARLIER = """
    UPDATE rota_temporaryschedule
    SET after = COALESCE((SELECT max(id) FROM rota_override), 0)
"""


class Migration(migrations.Migration):
    """Add the number of the last override before a temporary schedule."""

    dependencies: ClassVar = [("rota", "0001_initial")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="temporaryschedule",
            name="after",
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.RunSQL(_EARLIER, migrations.RunSQL.noop),
    ]
