"""Overrides that replace everybody; rotations in force from a time; nominations as periods."""

import uuid
from datetime import datetime
from typing import Any

import django.contrib.postgres.constraints
from django.db import migrations, models

from dutydesk.kernel.periods import instant
from dutydesk.process.rules.check import check


def as_periods(apps: Any, _: Any) -> None:
    """Give every nomination its time, by the process in force; one of no known part goes."""
    newest = apps.get_model("process", "ProcessVersion").objects.order_by("-id").first()
    process = check(newest.text).process if newest else None
    parts = {part.id: part for part in process.ask.cover.parts} if process else {}
    for row in apps.get_model("rota", "Nominee").objects.all():
        part = parts.get(row.part)
        if part is None or process is None:
            row.delete()
            continue
        row.start = instant(datetime.combine(row.day, part.starts), process.zone)
        row.end = instant(datetime.combine(row.day, part.ends), process.zone, last=True)
        row.changed_at = row.start
        row.save(update_fields=["start", "end", "changed_at"])


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
        ("process", "0001_initial"),
        ("rota", "0002_rotas"),
    ]

    operations = [
        migrations.CreateModel(
            name="Installation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.UUIDField(default=uuid.uuid4)),
            ],
        ),
        migrations.AddField("override", "everybody", models.BooleanField(default=False)),
        migrations.AddField("rotation", "begins_at", models.DateTimeField(null=True)),
        migrations.AddField("rotation", "taken_in", models.BooleanField(default=False)),
        migrations.RemoveConstraint(model_name="nominee", name="one_nominee_per_part"),
        migrations.AddField("nominee", "start", models.DateTimeField(null=True)),
        migrations.AddField("nominee", "end", models.DateTimeField(null=True)),
        migrations.AddField("nominee", "changed_at", models.DateTimeField(null=True)),
        migrations.AddField("nominee", "sequence", models.PositiveIntegerField(default=0)),
        migrations.AddField("nominee", "cancelled_at", models.DateTimeField(null=True)),
        migrations.RunPython(as_periods, migrations.RunPython.noop),
        migrations.AlterField("nominee", "start", models.DateTimeField()),
        migrations.AlterField("nominee", "end", models.DateTimeField()),
        migrations.AlterField("nominee", "changed_at", models.DateTimeField()),
        migrations.AlterModelOptions(name="nominee", options={"ordering": ["start", "id"]}),
        migrations.AddIndex(
            model_name="nominee", index=models.Index(fields=["end"], name="nominee_by_end")
        ),
        migrations.AddConstraint(
            model_name="nominee",
            constraint=models.CheckConstraint(
                condition=models.Q(("end__gt", models.F("start"))), name="nominee_ends_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="nominee",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("cancelled_at", None)),
                expressions=[
                    (
                        models.Func(
                            models.F("start"),
                            models.F("end"),
                            models.Value("[)"),
                            function="tstzrange",
                        ),
                        "&&",
                    )
                ],
                name="one_nominee_at_a_time",
            ),
        ),
    ]
