"""The journal is append-only, and it is the database that says so."""

from typing import ClassVar

from django.db import migrations

FORBID = """
CREATE FUNCTION dutydesk_journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The journal is append-only; record a correction as a new entry.';
END $$;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION dutydesk_journal_is_append_only();
"""
ALLOW = """
DROP TRIGGER journal_append_only ON journal_entry;
DROP FUNCTION dutydesk_journal_is_append_only();
"""


class Migration(migrations.Migration):
    """Refuse changes to entries and their deletion."""

    dependencies: ClassVar = [("journal", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(FORBID, ALLOW)]
