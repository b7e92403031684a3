import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_reading_zones"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="service",
            index=models.Index(
                django.db.models.functions.text.Lower("name"), name="service_any_case"
            ),
        ),
    ]
