"""What is part of an incident that was declared by mistake was none either, as figures had it."""

from django.db import migrations

PARTS = """
UPDATE incidents_incident part SET state = 'mistake', merged_into_id = NULL
FROM incidents_incident whole
WHERE part.merged_into_id = whole.id AND whole.state = 'mistake'"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0011_imported_services")]

    operations = [migrations.RunSQL(PARTS, migrations.RunSQL.noop)]
