"""It can be known ahead when somebody joins the team, or leaves it."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add when engineers join and leave."""

    dependencies: ClassVar = [("people", "0002_skills")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="engineer", name="joins_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="engineer", name="leaves_at", field=models.DateTimeField(null=True)
        ),
    ]
