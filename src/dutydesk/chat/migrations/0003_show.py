"""Letting many posts of the desk stand, in one call."""

from typing import ClassVar

from django.db import migrations

MAKE = """
CREATE FUNCTION chat_show(said timestamptz, posts jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    stirred text[];
BEGIN
    INSERT INTO chat_channel (name)
    SELECT DISTINCT given.channel FROM jsonb_to_recordset(posts) AS given (channel text)
    WHERE NOT EXISTS (SELECT FROM chat_channel AS known WHERE known.name = given.channel)
    ON CONFLICT (name) DO NOTHING;

    WITH stood AS (
        INSERT INTO chat_post (key, channel_id, author, message, at, reply_count)
        SELECT given.key, place.id, 'Duty Desk', given.message, said, 0
        FROM jsonb_to_recordset(posts) AS given (key text, channel text, message jsonb)
        JOIN chat_channel AS place ON place.name = given.channel
        ON CONFLICT (key) DO UPDATE SET message = excluded.message, changed_at = excluded.at
        WHERE chat_post.message IS DISTINCT FROM excluded.message
        RETURNING id, channel_id
    )
    SELECT array_agg('thread:' || id) || array_agg(DISTINCT 'channel:' || channel_id)
    INTO stirred FROM stood;

    PERFORM pg_notify('dutydesk_live', one) FROM unnest(stirred) AS one;
END $$;
"""


class Migration(migrations.Migration):
    """Make the function; a post under a key that is there is rewritten if it says another thing."""

    dependencies: ClassVar = [("chat", "0002_marks")]
    operations: ClassVar = [migrations.RunSQL(MAKE, "DROP FUNCTION chat_show(timestamptz, jsonb)")]
