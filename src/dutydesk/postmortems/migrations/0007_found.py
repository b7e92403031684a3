from django.db import migrations

# Postmortems are found by their incident's title and by what people wrote in them.
DOCUMENT = """
CREATE FUNCTION postmortems_document(given bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    written text;
BEGIN
    PERFORM FROM desk_searchdocument WHERE kind = 'postmortem' AND number = given FOR UPDATE;
    SELECT coalesce(string_agg(said.text, E'\\n' ORDER BY said.id), '') INTO written
    FROM postmortems_passage AS said WHERE said.postmortem_id = given;
    PERFORM desk_document_put(
        'postmortem', review.id, '', review.opened_at, NULL, incident.title, written,
        setweight(desk_words(incident.title), 'A') || setweight(desk_words(left(written, 200000)), 'B')
    )
    FROM postmortems_postmortem AS review
    JOIN incidents_incident AS incident ON incident.id = review.incident_id
    WHERE review.id = given;
END $$
"""
FOLLOW = """
CREATE FUNCTION postmortems_document_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'postmortems_passage' THEN
        PERFORM postmortems_document(NEW.postmortem_id);
    ELSIF TG_TABLE_NAME = 'incidents_incident' THEN
        PERFORM postmortems_document(id) FROM postmortems_postmortem WHERE incident_id = NEW.id;
    ELSIF TG_OP = 'DELETE' THEN PERFORM desk_document_drop('postmortem', OLD.id);
    ELSE PERFORM postmortems_document(NEW.id);
    END IF;
    RETURN NULL;
END $$
"""
_ON = (
    ("postmortems_postmortem_found", "INSERT OR DELETE", "postmortems_postmortem"),
    ("postmortems_passage_found", "INSERT OR UPDATE OF text", "postmortems_passage"),
    ("postmortems_incident_found", "UPDATE OF title", "incidents_incident"),
)
MADE = (
    ("FUNCTION postmortems_document(bigint)", DOCUMENT),
    ("FUNCTION postmortems_document_follow()", FOLLOW),
    *(
        (
            f"TRIGGER {name} ON {table}",
            f"CREATE CONSTRAINT TRIGGER {name} AFTER {when} ON {table} DEFERRABLE INITIALLY"
            " DEFERRED FOR EACH ROW EXECUTE FUNCTION postmortems_document_follow()",
        )
        for name, when, table in _ON
    ),
)


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0002_kind_of_imported_requests"),
        ("incidents", "0005_timeline"),
        ("postmortems", "0006_publications"),
    ]

    operations = [
        *(migrations.RunSQL([make], f"DROP {name}") for name, make in MADE),
        migrations.RunSQL(
            "SELECT postmortems_document(id) FROM postmortems_postmortem", migrations.RunSQL.noop
        ),
    ]
