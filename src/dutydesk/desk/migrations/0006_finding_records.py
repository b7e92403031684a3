from django.db import migrations

# A ticket with its record. Its row is locked first, so that of two things that are added together
# the second is read with the first.
TICKET = """
CREATE OR REPLACE FUNCTION desk_document_ticket(given bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM desk_document WHERE kind = 'ticket' AND number = given FOR UPDATE;
    PERFORM desk_document_put(
        'ticket', ticket.id, coalesce(place.name, ''), ticket.raised_at, NULL, ticket.title,
        concat_ws(E'\\n', ticket.body, record.text),
        setweight(desk_words(ticket.title), 'A') || setweight(desk_words(ticket.body), 'C')
        || setweight(desk_words(right(coalesce(record.text, ''), 40000)), 'C')
    )
    FROM desk_ticket AS ticket
    LEFT JOIN desk_question AS question ON question.id = ticket.question_id
    LEFT JOIN chat_post AS post ON post.id = question.post_id
    LEFT JOIN chat_channel AS place ON place.id = post.channel_id
    CROSS JOIN LATERAL (
        SELECT string_agg(body, E'\\n' ORDER BY at, id) AS text FROM (
            SELECT * FROM desk_ticketcomment AS comment
            WHERE comment.ticket_id = ticket.id AND comment.removed_at IS NULL
            ORDER BY id DESC LIMIT 1000
        ) AS newest
    ) AS record
    WHERE ticket.id = given;
END $$
"""
BEFORE = """
CREATE OR REPLACE FUNCTION desk_document_ticket(given bigint) RETURNS void LANGUAGE sql AS $$
    SELECT desk_document_put(
        'ticket', ticket.id, coalesce(place.name, ''), ticket.raised_at, NULL, ticket.title,
        ticket.body,
        setweight(desk_words(ticket.title), 'A') || setweight(desk_words(ticket.body), 'C')
    )
    FROM desk_ticket AS ticket
    LEFT JOIN desk_question AS question ON question.id = ticket.question_id
    LEFT JOIN chat_post AS post ON post.id = question.post_id
    LEFT JOIN chat_channel AS place ON place.id = post.channel_id
    WHERE ticket.id = given
$$
"""
FOLLOW = """
CREATE FUNCTION desk_document_follow_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN PERFORM desk_document_ticket(OLD.ticket_id);
    ELSE PERFORM desk_document_ticket(NEW.ticket_id); END IF;
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE CONSTRAINT TRIGGER desk_ticketcomment_found
AFTER INSERT OR UPDATE OF body, removed_at OR DELETE ON desk_ticketcomment
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION desk_document_follow_record()
"""
FILL = """
SELECT desk_document_ticket(told.ticket_id)
FROM (SELECT DISTINCT ticket_id FROM desk_ticketcomment) AS told
"""


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0005_comment_versions"),
    ]

    operations = [
        migrations.RunSQL([TICKET], [BEFORE]),
        migrations.RunSQL([FOLLOW], "DROP FUNCTION desk_document_follow_record()"),
        migrations.RunSQL([TRIGGER], "DROP TRIGGER desk_ticketcomment_found ON desk_ticketcomment"),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
