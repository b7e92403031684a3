"""A message that waits for one of a person's ways waits for a contact method, as they are called."""

import django.db.models.deletion
from django.db import migrations, models

RENAME = """
UPDATE outbox_message SET kind = 'contact-method',
    payload = payload - 'way' || jsonb_build_object('contact_method', payload -> 'way')
WHERE kind = 'way';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("oncall", "0001_initial"),
        ("outbox", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="contactmethod",
            name="engineer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="contact_methods",
                to="people.engineer",
            ),
        ),
        migrations.RunSQL(RENAME, migrations.RunSQL.noop),
    ]
