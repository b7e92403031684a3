import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactMethod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=20)),
                ("address", models.TextField()),
                ("delay", models.PositiveSmallIntegerField(default=0)),
                ("order", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField()),
                ("code", models.CharField(blank=True, max_length=6)),
                ("tested_at", models.DateTimeField(null=True)),
                ("verified_at", models.DateTimeField(null=True)),
                ("failing_since", models.DateTimeField(null=True)),
                ("failing_why", models.CharField(blank=True, max_length=200)),
                (
                    "engineer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ways",
                        to="people.engineer",
                    ),
                ),
            ],
            options={
                "ordering": ["engineer", "order", "id"],
            },
        ),
        migrations.CreateModel(
            name="Page",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=60)),
                ("title", models.CharField(max_length=200)),
                ("details", models.TextField(blank=True)),
                ("anyway", models.BooleanField(default=False)),
                ("duties", models.JSONField(default=list)),
                ("thread_key", models.CharField(max_length=120)),
                ("bundle", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "Held"),
                            ("calling", "Calling"),
                            ("acknowledged", "Acknowledged"),
                            ("resolved", "Resolved"),
                        ],
                        default="calling",
                        max_length=12,
                    ),
                ),
                ("round", models.PositiveIntegerField(default=1)),
                ("raised_at", models.DateTimeField()),
                ("held_until", models.DateTimeField(null=True)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("snoozed_until", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acknowledged",
                        to="people.engineer",
                    ),
                ),
                (
                    "aimed_at",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="aimed_for",
                        to="people.engineer",
                    ),
                ),
                (
                    "called",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="called_for",
                        to="people.engineer",
                    ),
                ),
                (
                    "only",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rehearsals",
                        to="people.engineer",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to="people.service"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("skipped", models.BooleanField(default=False)),
                (
                    "engineer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="people.engineer"
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calls",
                        to="oncall.page",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="PageItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=60)),
                ("title", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bundled",
                        to="oncall.page",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to="people.service"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddIndex(
            model_name="page",
            index=models.Index(
                condition=models.Q(("state", "resolved"), _negated=True),
                fields=["raised_at"],
                name="page_open",
            ),
        ),
        migrations.AddIndex(
            model_name="page",
            index=models.Index(fields=["raised_at"], name="page_by_time"),
        ),
        migrations.AddIndex(
            model_name="page",
            index=models.Index(fields=["thread_key"], name="page_by_thread"),
        ),
        migrations.AddConstraint(
            model_name="page",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "resolved"), _negated=True),
                fields=("subject",),
                name="one_open_page",
            ),
        ),
        migrations.AddIndex(
            model_name="pageitem",
            index=models.Index(fields=["page", "at"], name="bundled_by_page"),
        ),
        migrations.AddConstraint(
            model_name="pageitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("settled_at", None)), fields=("subject",), name="one_bundle"
            ),
        ),
    ]
