"""Group keys begin with the number of the integration key that they come by."""

from typing import ClassVar

from django.db import migrations, models

# Where several keys were in use nobody knows whose an alarm was; it begins anew when told again.
SCOPE = """
UPDATE alarms_alarm SET group_key = used.id || ' ' || group_key
FROM (SELECT min(id) AS id FROM alarms_integrationkey WHERE used_at IS NOT NULL
      HAVING count(*) = 1) AS used
WHERE state = 'firing' AND group_key NOT LIKE 'heartbeat:%'
"""


class Migration(migrations.Migration):
    """Make room, and let alarms that fire be told of further."""

    dependencies: ClassVar = [("alarms", "0006_open")]
    operations: ClassVar = [
        migrations.AlterField("alarm", "group_key", models.CharField(max_length=2020)),
        migrations.RunSQL(SCOPE, migrations.RunSQL.noop),
    ]
