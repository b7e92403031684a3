import django.db.models.deletion
from django.db import migrations, models

# What an incident was declared from belongs to it, and so does every alarm that it has now.
_LINK = """
INSERT INTO incidents_incidentlink (incident_id, about, "by", at)
SELECT id, source, declared_by, coalesce(declared, detected, now()) FROM incidents_incident
WHERE source <> ''
UNION
SELECT incident.id, 'alarm:' || alarm.id, 'monitoring', alarm.first_at
FROM alarms_alarm AS alarm JOIN incidents_incident AS incident
ON alarm.incident = 'incident:' || incident.id
WHERE incident.source <> 'alarm:' || alarm.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("alarms", "0001_initial"),
        ("chat", "0001_initial"),
        ("incidents", "0004_roles"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="incident",
            name="exercise",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="Deploy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
                ("url", models.CharField(blank=True, max_length=500)),
                ("by", models.CharField(blank=True, max_length=100)),
                ("told_by", models.CharField(max_length=100)),
                ("told_at", models.DateTimeField()),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deploys",
                        to="people.service",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [models.Index(fields=["service", "-at"], name="deploy_by_time")],
                "constraints": [
                    models.UniqueConstraint(fields=("service", "version", "at"), name="deploy_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="IncidentLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("about", models.CharField(max_length=60)),
                ("by", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
                ("parted_at", models.DateTimeField(null=True)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["about"], name="link_by_thing")],
                "constraints": [
                    models.UniqueConstraint(fields=("incident", "about"), name="linked_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("happened_at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
                ("corrected_at", models.DateTimeField(null=True)),
                ("corrected_by", models.CharField(blank=True, max_length=100)),
                ("removed_at", models.DateTimeField(null=True)),
                ("removed_by", models.CharField(blank=True, max_length=100)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="incidents.incident",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="chat.post",
                    ),
                ),
            ],
            options={
                "ordering": ["happened_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("incident", "post"), name="message_noted_once")
                ],
            },
        ),
        migrations.RunSQL(_LINK, migrations.RunSQL.noop),
    ]
