"""Let incidents be found by their titles and by what everybody was told."""

from typing import ClassVar

from django.db import migrations

DOCUMENT = """
CREATE FUNCTION incidents_document(given bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    said_to_all text;
BEGIN
    PERFORM FROM desk_document WHERE kind = 'incident' AND number = given FOR UPDATE;
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
FILL = "SELECT incidents_document(id) FROM incidents_incident"


class Migration(migrations.Migration):
    """Keep a document for each incident, as the desk room keeps them for questions."""

    dependencies: ClassVar = [
        ("incidents", "0002_more_time_and_maintenance_ends"),
        ("desk", "0003_finding"),
    ]
    operations: ClassVar = [
        *(migrations.RunSQL([make], f"DROP {what}") for what, make in MADE),
        migrations.RunSQL(FILL, "DELETE FROM desk_document WHERE kind = 'incident'"),
    ]
