from django.db import migrations

# Handovers are found by what stands in them and by people's notes, once they are given: a draft
# still changes, and says nothing that the record doesn't.
DOCUMENT = """
CREATE FUNCTION handovers_document(given bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    told text;
BEGIN
    PERFORM FROM handovers_handover
    WHERE id = given AND state <> 'draft' AND (note <> '' OR EXISTS (
        SELECT FROM handovers_handoverline AS line WHERE line.handover_id = given
    ));
    IF NOT FOUND THEN RETURN; END IF;
    PERFORM FROM desk_searchdocument WHERE kind = 'handover' AND number = given FOR UPDATE;
    SELECT coalesce(string_agg(concat_ws(E'\\n', line.text, nullif(line.note, '')), E'\\n'
        ORDER BY line.late, line.place, line.id), '')
    INTO told FROM handovers_handoverline AS line WHERE line.handover_id = given;
    PERFORM desk_document_put(
        'handover', one.id, '', one.due_at, NULL, 'Handover, ' || one.kind,
        concat_ws(E'\\n', nullif(one.note, ''), told),
        setweight(desk_words('Handover ' || one.kind), 'A')
        || setweight(desk_words(one.note), 'B') || setweight(desk_words(left(told, 200000)), 'C')
    )
    FROM handovers_handover AS one WHERE one.id = given;
END $$
"""
FOLLOW = """
CREATE FUNCTION handovers_document_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'handovers_handoverline' THEN
        PERFORM handovers_document(NEW.handover_id);
    ELSIF TG_OP = 'DELETE' THEN PERFORM desk_document_drop('handover', OLD.id);
    ELSE PERFORM handovers_document(NEW.id);
    END IF;
    RETURN NULL;
END $$
"""
_ON = (
    ("handovers_handover_gone", "DELETE", "handovers_handover"),
    ("handovers_handover_found", "INSERT OR UPDATE OF state, note", "handovers_handover"),
    ("handovers_line_found", "INSERT OR UPDATE OF text, note", "handovers_handoverline"),
)
MADE = (
    ("FUNCTION handovers_document(bigint)", DOCUMENT),
    ("FUNCTION handovers_document_follow()", FOLLOW),
    *(
        (
            f"TRIGGER {name} ON {table}",
            f"CREATE CONSTRAINT TRIGGER {name} AFTER {when} ON {table} DEFERRABLE INITIALLY"
            " DEFERRED FOR EACH ROW EXECUTE FUNCTION handovers_document_follow()",
        )
        for name, when, table in _ON
    ),
)


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0002_kind_of_imported_requests"),
        ("handovers", "0001_initial"),
    ]

    operations = [
        *(migrations.RunSQL([make], f"DROP {name}") for name, make in MADE),
        migrations.RunSQL(
            "SELECT handovers_document(id) FROM handovers_handover", migrations.RunSQL.noop
        ),
    ]
