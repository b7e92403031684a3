import django.db.models.deletion
from django.db import migrations, models

# An incident that was declared by mistake or merged is over, and found as such.
_FOUND = """
CREATE OR REPLACE FUNCTION incidents_document(given bigint) RETURNS void LANGUAGE plpgsql AS $$
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
        {over}, incident.title, said_to_all,
        setweight(desk_words(incident.title), 'A') || setweight(desk_words(said_to_all), 'B')
    )
    FROM incidents_incident AS incident WHERE incident.id = given;
END $$
"""
# A running incident of high priority was told to those who tell senior leadership.
_TOLD = """
UPDATE incidents_incident SET leaders_told = true WHERE state = 'open' AND priority = 'high'
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial"), ("people", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="incident", name="open_or_resolved"),
        migrations.AddField(
            model_name="incident",
            name="leaders_told",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="incident",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="incidents.incident",
            ),
        ),
        migrations.AlterField(
            model_name="incident",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("resolved", "Resolved"),
                    ("mistake", "declared by mistake"),
                    ("merged", "Merged"),
                ],
                default="open",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resolved", None), ("state", "open")),
                    ("state__in", ["resolved", "mistake", "merged"]),
                    _connector="OR",
                ),
                name="open_or_resolved",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_into__isnull", False), ("state", "merged")),
                    models.Q(models.Q(("state", "merged"), _negated=True), ("merged_into", None)),
                    _connector="OR",
                ),
                name="merged_into_another",
            ),
        ),
        migrations.RunSQL(
            [_FOUND.replace("{over}", "incident.state <> 'open'")],
            [_FOUND.replace("{over}", "incident.state = 'resolved'")],
        ),
        migrations.RunSQL([_TOLD], migrations.RunSQL.noop),
    ]
