from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("announcements", "0002_series_and_revisions")]

    operations = [
        migrations.AddField(
            model_name="announcement",
            name="leaders_told",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="announcement",
            name="leaders",
            field=models.JSONField(db_default=[], default=list),
        ),
    ]
