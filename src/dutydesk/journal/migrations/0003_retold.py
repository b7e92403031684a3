"""Let an entry's text, and nothing else of it, follow what people take back."""

from typing import ClassVar

from django.db import migrations

# It keeps the desk from mistakes: only `journal_retell` says so, for as long as it runs, and nothing
# but the text may change then.
GUARD = """
CREATE OR REPLACE FUNCTION dutydesk_journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('dutydesk.retells', true) = 'on' AND
        (to_jsonb(OLD) - 'text') = (to_jsonb(NEW) - 'text') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The journal is append-only; record a correction as a new entry.';
END $$;
"""
RETELL = """
CREATE FUNCTION journal_retell(entries bigint[], texts text[]) RETURNS void LANGUAGE sql
    SET dutydesk.retells = 'on'
AS $$
    UPDATE journal_entry AS entry SET text = told.text
    FROM unnest(entries, texts) AS told (id, text)
    WHERE entry.id = told.id
$$;
"""
AS_BEFORE = """
CREATE OR REPLACE FUNCTION dutydesk_journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The journal is append-only; record a correction as a new entry.';
END $$;
"""


class Migration(migrations.Migration):
    """Make the way for it, and let the guard know that one alone."""

    dependencies: ClassVar = [("journal", "0002_durable")]

    operations: ClassVar = [
        migrations.RunSQL([GUARD], [AS_BEFORE]),
        migrations.RunSQL([RETELL], "DROP FUNCTION journal_retell(bigint[], text[])"),
    ]
