from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Commitment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("subject", models.CharField(max_length=60)),
                ("owner", models.CharField(max_length=120)),
                ("text", models.TextField()),
                ("clause", models.CharField(blank=True, max_length=60)),
                ("made_at", models.DateTimeField()),
                ("warn_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField()),
                ("chase_every", models.DurationField(null=True)),
                ("next_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("kept", "Kept"),
                            ("late", "Late"),
                            ("missed", "Missed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["due_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["next_at"],
                        name="commitment_next",
                    ),
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["due_at", "id"],
                        name="commitment_owed",
                    ),
                    models.Index(fields=["subject", "due_at"], name="commitment_by_subject"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("kind", "subject"),
                        name="one_open_commitment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"), ("settled_at__isnull", False), _connector="OR"
                        ),
                        name="settled_commitment_has_time",
                    ),
                ],
            },
        ),
    ]
