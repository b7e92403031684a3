import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0003_audiences"),
        ("people", "0002_skills"),
    ]

    operations = [
        migrations.AddField(
            model_name="gathering",
            name="skipped",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="HelpRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("by", models.CharField(max_length=100)),
                ("reason", models.TextField()),
                ("called", models.BooleanField()),
                ("at", models.DateTimeField()),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("", "no answer yet"), ("joins", "joined"), ("declines", "can't")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "engineer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.engineer",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="help_requests",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answer", "")),
                        fields=("incident", "engineer"),
                        name="asked_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("joined", models.DateTimeField()),
                ("left", models.DateTimeField(null=True)),
                (
                    "engineer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.engineer",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={
                "ordering": ["joined", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left", None)),
                        fields=("incident", "engineer"),
                        name="in_it_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleTerm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.CharField(max_length=40)),
                ("began", models.DateTimeField()),
                ("ended", models.DateTimeField(null=True)),
                (
                    "engineer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.engineer",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="role_terms",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={
                "ordering": ["began", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended", None)),
                        fields=("incident", "role"),
                        name="one_in_a_role",
                    )
                ],
            },
        ),
    ]
