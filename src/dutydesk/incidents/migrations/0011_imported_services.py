"""What an import told of services is kept by their numbers, so that another name loses none."""

from django.db import migrations

# A service that has another name by now is found by the one that it had.
_NUMBERS = """
UPDATE incidents_incidentimportrow SET {column} = jsonb_set({column}, '{{services}}', coalesce((
  SELECT jsonb_agg(DISTINCT found.id ORDER BY found.id)
  FROM jsonb_array_elements_text({column} -> 'services') AS told(name)
  CROSS JOIN LATERAL (
    SELECT coalesce(
      (SELECT id FROM people_service WHERE name = told.name),
      (SELECT s.id FROM journal_entry e JOIN people_service s ON e.subject = 'service:' || s.id
       WHERE e.kind = 'directory.renamed' AND e.data ->> 'old' = told.name
       ORDER BY e.id DESC LIMIT 1)
    ) AS id
  ) AS found WHERE found.id IS NOT NULL
), '[]')) WHERE {column} ? 'services'"""
NUMBERS = tuple(_NUMBERS.format(column=column) for column in ("before", "after"))


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0010_maintenance_silence"),
        ("journal", "0003_retold"),
        ("people", "0004_reading_zones"),
    ]

    operations = [migrations.RunSQL(NUMBERS, migrations.RunSQL.noop)]
