import django.db.models.deletion
from django.db import migrations, models

# Incidents are found by their titles and by what everybody was told.
DOCUMENT = """
CREATE FUNCTION incidents_document(given bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    said_to_all text;
BEGIN
    PERFORM FROM desk_searchdocument WHERE kind = 'incident' AND number = given FOR UPDATE;
    SELECT coalesce(string_agg(said.text, E'\\n' ORDER BY said.id), '') INTO said_to_all
    FROM incidents_update AS said WHERE said.incident_id = given;
    PERFORM desk_document_put(
        'incident', incident.id, '',
        coalesce(incident.declared, incident.detected, incident.fault_occurs, incident.resolved,
            incident.repaired, to_timestamp(0)),
        incident.state = 'resolved', incident.title, said_to_all,
        setweight(desk_words(incident.title), 'A') || setweight(desk_words(said_to_all), 'B')
    )
    FROM incidents_incident AS incident WHERE incident.id = given;
END $$
"""
FOLLOW = """
CREATE FUNCTION incidents_document_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'incidents_update' THEN PERFORM incidents_document(NEW.incident_id);
    ELSIF TG_OP = 'DELETE' THEN PERFORM desk_document_drop('incident', OLD.id);
    ELSE PERFORM incidents_document(NEW.id);
    END IF;
    RETURN NULL;
END $$
"""
_ON = (
    (
        "incidents_incident_found",
        "INSERT OR UPDATE OF title, state, declared, detected OR DELETE",
        "incidents_incident",
    ),
    ("incidents_update_found", "INSERT OR UPDATE OF text", "incidents_update"),
)
MADE = (
    ("FUNCTION incidents_document(bigint)", DOCUMENT),
    ("FUNCTION incidents_document_follow()", FOLLOW),
    *(
        (
            f"TRIGGER {name} ON {table}",
            f"CREATE CONSTRAINT TRIGGER {name} AFTER {when} ON {table} DEFERRABLE INITIALLY"
            " DEFERRED FOR EACH ROW EXECUTE FUNCTION incidents_document_follow()",
        )
        for name, when, table in _ON
    ),
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("desk", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Quarter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quarter", models.CharField(max_length=7, unique=True)),
                ("listed", models.PositiveIntegerField(null=True)),
                ("mean_repair", models.DurationField(null=True)),
                ("mean_resolve", models.DurationField(null=True)),
                ("position", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("resolved", "Resolved")],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        blank=True, choices=[("high", "High"), ("normal", "Normal")], max_length=6
                    ),
                ),
                ("criteria", models.JSONField(default=list)),
                ("user_impact", models.BooleanField(default=True)),
                ("limit_from", models.DateTimeField(blank=True, null=True)),
                ("source", models.CharField(blank=True, max_length=60)),
                ("declared_by", models.CharField(blank=True, max_length=100)),
                ("fault_occurs", models.DateTimeField(blank=True, null=True)),
                ("detected", models.DateTimeField(blank=True, null=True)),
                ("declared", models.DateTimeField(blank=True, null=True)),
                ("repaired", models.DateTimeField(blank=True, null=True)),
                ("resolved", models.DateTimeField(blank=True, null=True)),
                ("plan", models.TextField(blank=True)),
                ("told", models.JSONField(default=list)),
                ("imported_key", models.CharField(max_length=200, null=True, unique=True)),
                ("quarter", models.CharField(blank=True, max_length=7)),
                ("published_repair", models.DurationField(null=True)),
                ("published_resolve", models.DurationField(null=True)),
                ("warnings", models.JSONField(default=list)),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="people.engineer",
                    ),
                ),
                ("services", models.ManyToManyField(blank=True, to="people.service")),
                (
                    "worker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.engineer",
                    ),
                ),
            ],
            options={
                "ordering": ["-declared", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Gathering",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("answers", models.JSONField()),
                ("decided", models.TextField()),
                ("by", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="gatherings",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Maintenance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on_at", models.DateTimeField()),
                ("on_by", models.CharField(max_length=100)),
                ("until", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True)),
                ("message", models.TextField(blank=True)),
                ("off_at", models.DateTimeField(null=True)),
                ("off_by", models.CharField(blank=True, max_length=100)),
                (
                    "incident",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="maintenance",
                        to="incidents.incident",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="maintenance",
                        to="people.service",
                    ),
                ),
            ],
            options={
                "ordering": ["-on_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="MoreTime",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.DurationField()),
                ("reason", models.TextField()),
                ("by", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="more_time",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Update",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("next_at", models.DateTimeField(null=True)),
                ("by", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="updates",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["-id"], name="incident_open"
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["-declared", "-id"], name="incident_by_time"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resolved", None), ("state", "open")),
                    ("state", "resolved"),
                    _connector="OR",
                ),
                name="open_or_resolved",
            ),
        ),
        migrations.AddConstraint(
            model_name="maintenance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("off_at", None)), fields=("service",), name="one_maintenance"
            ),
        ),
        *(migrations.RunSQL([make], f"DROP {what}") for what, make in MADE),
    ]
