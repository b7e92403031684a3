"""An import has a source, and is kept with all that the source had: it can follow and go back."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

_DUTIES = [
    ("support", "Support"),
    ("primary", "Primary on call"),
    ("secondary", "Secondary on call"),
]


class Migration(migrations.Migration):
    """Add imports, and by which of them an override is there."""

    dependencies: ClassVar = [("rota", "0002_overrides_of_temporary_schedules")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="RotaImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("duty", models.CharField(choices=_DUTIES, max_length=10)),
                ("source", models.CharField(max_length=200)),
                ("name", models.CharField(max_length=200)),
                ("shifts", models.JSONField(default=list)),
                ("rotations", models.JSONField(default=list)),
                ("ended", models.JSONField(default=dict)),
                ("instead", models.BooleanField(default=False)),
                ("made_by", models.CharField(max_length=100)),
                ("made_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("taken_back_at", None)),
                        fields=["duty", "source"],
                        name="rota_import_that_stands",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="override",
            name="taken_in",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="overrides",
                to="rota.rotaimport",
            ),
        ),
    ]
