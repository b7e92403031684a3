"""Appending many entries to which nobody reacts, in one call."""

from typing import ClassVar

from django.db import migrations

MAKE = """
CREATE FUNCTION journal_append(entries jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO journal_entry (at, kind, subject, actor, text, clause, data)
    SELECT at, kind, subject, actor, text, clause, data
    FROM jsonb_to_recordset(entries) AS given (
        at timestamptz, kind text, subject text, actor text, text text, clause text, data jsonb
    )
$$;
"""


class Migration(migrations.Migration):
    """Make the function."""

    dependencies: ClassVar = [("journal", "0002_append_only")]
    operations: ClassVar = [migrations.RunSQL(MAKE, "DROP FUNCTION journal_append(jsonb)")]
