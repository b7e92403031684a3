from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_corrections")]

    operations = [
        migrations.AddField(
            model_name="incident",
            name="leaders",
            field=models.JSONField(db_default=[], default=list),
        ),
    ]
