import django.db.models.deletion
from django.db import migrations, models

# The journal is append-only, and it is the database that says so.
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
# Appending many entries to which nobody reacts, in one call.
APPEND = """
CREATE FUNCTION journal_append(entries jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO journal_entry (at, kind, subject, actor, text, clause, data)
    SELECT at, kind, subject, actor, text, clause, data
    FROM jsonb_to_recordset(entries) AS given (
        at timestamptz, kind text, subject text, actor text, text text, clause text, data jsonb
    )
$$;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="JournalEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=60)),
                ("subject", models.CharField(max_length=60)),
                ("actor", models.CharField(max_length=120)),
                ("text", models.TextField()),
                ("clause", models.CharField(blank=True, max_length=60)),
                ("data", models.JSONField(default=dict)),
            ],
            options={
                "db_table": "journal_entry",
                "verbose_name_plural": "entries",
                "ordering": ["at", "id"],
                "indexes": [
                    models.Index(fields=["subject", "at", "id"], name="entry_by_subject"),
                    models.Index(fields=["kind", "at"], name="entry_by_kind"),
                    models.Index(fields=["at", "id"], name="entry_by_time"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reaction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("due_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("problem", models.TextField(blank=True)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="journal.journalentry"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at"],
                        name="reaction_owed",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "name"), name="one_reaction_per_entry")
                ],
            },
        ),
        migrations.RunSQL(FORBID, ALLOW),
        migrations.RunSQL(APPEND, "DROP FUNCTION journal_append(jsonb)"),
    ]
