import uuid

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExperienceMark",
            fields=[
                (
                    "engineer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="people.engineer",
                    ),
                ),
                ("experienced", models.BooleanField()),
            ],
        ),
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
        migrations.CreateModel(
            name="Outlook",
            fields=[
                (
                    "duty",
                    models.CharField(
                        choices=[
                            ("support", "Support"),
                            ("primary", "Primary on call"),
                            ("secondary", "Secondary on call"),
                        ],
                        max_length=10,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("built_until", models.DateTimeField()),
                ("look_at", models.DateTimeField()),
                ("told", models.JSONField(default=list)),
                ("people", models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name="Rotation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "duty",
                    models.CharField(
                        choices=[
                            ("support", "Support"),
                            ("primary", "Primary on call"),
                            ("secondary", "Secondary on call"),
                        ],
                        max_length=10,
                    ),
                ),
                ("unit", models.CharField(max_length=10)),
                ("length", models.PositiveIntegerField()),
                ("starts", models.CharField(max_length=16)),
                ("zone", models.CharField(max_length=50)),
                ("places", models.JSONField()),
                ("windows", models.JSONField(default=list)),
                ("priority", models.IntegerField(default=1)),
                ("begins_at", models.DateTimeField(null=True)),
                ("taken_in", models.BooleanField(default=False)),
                ("ends_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                (
                    "duty",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("support", "Support"),
                            ("primary", "Primary on call"),
                            ("secondary", "Secondary on call"),
                        ],
                        max_length=10,
                    ),
                ),
                ("made_by", models.CharField(max_length=100)),
                ("made_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "engineer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.engineer",
                    ),
                ),
                (
                    "maker",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Override",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField()),
                (
                    "duty",
                    models.CharField(
                        choices=[
                            ("support", "Support"),
                            ("primary", "Primary on call"),
                            ("secondary", "Secondary on call"),
                        ],
                        max_length=10,
                    ),
                ),
                ("everybody", models.BooleanField(default=False)),
                ("kind", models.CharField(default="override", max_length=10)),
                ("made_by", models.CharField(max_length=100)),
                ("made_at", models.DateTimeField()),
                (
                    "add",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.engineer",
                    ),
                ),
                (
                    "remove",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.engineer",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Shift",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField()),
                (
                    "duty",
                    models.CharField(
                        choices=[
                            ("support", "Support"),
                            ("primary", "Primary on call"),
                            ("secondary", "Secondary on call"),
                        ],
                        max_length=10,
                    ),
                ),
                ("kind", models.CharField(default="hand", max_length=10)),
                ("source", models.BigIntegerField(default=0)),
                ("turn", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField(null=True)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("cancelled_at", models.DateTimeField(null=True)),
                (
                    "engineer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shifts",
                        to="people.engineer",
                    ),
                ),
            ],
            options={
                "ordering": ["start", "duty", "id"],
            },
        ),
        migrations.CreateModel(
            name="Swap",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField()),
                (
                    "duty",
                    models.CharField(
                        choices=[
                            ("support", "Support"),
                            ("primary", "Primary on call"),
                            ("secondary", "Secondary on call"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "Offered"),
                            ("taken", "Taken"),
                            ("taken back", "Taken Back"),
                            ("lapsed", "Lapsed"),
                            ("void", "Void"),
                        ],
                        default="offered",
                        max_length=10,
                    ),
                ),
                ("offered_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "asked",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.engineer",
                    ),
                ),
                (
                    "offered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="swaps",
                        to="people.engineer",
                    ),
                ),
                (
                    "override",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="rota.override",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.engineer",
                    ),
                ),
            ],
            options={
                "ordering": ["start", "id"],
            },
        ),
        migrations.CreateModel(
            name="TemporarySchedule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField()),
                (
                    "duty",
                    models.CharField(
                        choices=[
                            ("support", "Support"),
                            ("primary", "Primary on call"),
                            ("secondary", "Secondary on call"),
                        ],
                        max_length=10,
                    ),
                ),
                ("shifts", models.JSONField(default=list)),
                ("made_by", models.CharField(max_length=100)),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))),
                        name="temporary_ends_later",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField()),
                ("wish", models.BooleanField(default=False)),
                (
                    "engineer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="absences",
                        to="people.engineer",
                    ),
                ),
            ],
            options={
                "ordering": ["start", "id"],
                "indexes": [models.Index(fields=["end"], name="absence_by_end")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))),
                        name="absence_ends_later",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CoverNomination",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField()),
                ("day", models.DateField()),
                ("part", models.CharField(max_length=40)),
                ("changed_at", models.DateTimeField()),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("cancelled_at", models.DateTimeField(null=True)),
                (
                    "engineer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominations",
                        to="people.engineer",
                    ),
                ),
            ],
            options={
                "ordering": ["start", "id"],
                "indexes": [models.Index(fields=["end"], name="nominee_by_end")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))),
                        name="nominee_ends_later",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
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
                ],
            },
        ),
        migrations.AddIndex(
            model_name="override",
            index=models.Index(fields=["duty", "end"], name="override_by_time"),
        ),
        migrations.AddConstraint(
            model_name="override",
            constraint=models.CheckConstraint(
                condition=models.Q(("end__gt", models.F("start"))), name="override_ends_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="override",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("add__isnull", False), ("remove__isnull", False), _connector="OR"
                ),
                name="override_changes_something",
            ),
        ),
        migrations.AddIndex(
            model_name="shift",
            index=models.Index(
                condition=models.Q(("cancelled_at", None)),
                fields=["end", "start"],
                name="shift_by_time",
            ),
        ),
        migrations.AddIndex(
            model_name="shift",
            index=models.Index(fields=["engineer", "end"], name="shift_by_engineer"),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.CheckConstraint(
                condition=models.Q(("end__gt", models.F("start"))), name="shift_ends_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("cancelled_at", None), ("duty", "support")),
                expressions=[
                    (
                        models.Func(
                            models.F("start"),
                            models.F("end"),
                            models.Value("[)"),
                            function="tstzrange",
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.F("engineer"),
                            models.F("engineer"),
                            models.Value("[]"),
                            function="int8range",
                        ),
                        "&&",
                    ),
                ],
                name="nobody_supports_twice",
            ),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("cancelled_at", None), ("duty__in", ["primary", "secondary"])),
                expressions=[
                    (
                        models.Func(
                            models.F("start"),
                            models.F("end"),
                            models.Value("[)"),
                            function="tstzrange",
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.F("engineer"),
                            models.F("engineer"),
                            models.Value("[]"),
                            function="int8range",
                        ),
                        "&&",
                    ),
                ],
                name="nobody_is_on_call_twice",
            ),
        ),
        migrations.AddConstraint(
            model_name="swap",
            constraint=models.CheckConstraint(
                condition=models.Q(("end__gt", models.F("start"))), name="swap_ends_later"
            ),
        ),
    ]
