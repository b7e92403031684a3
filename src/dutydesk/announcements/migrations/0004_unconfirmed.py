from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("announcements", "0003_audiences")]

    operations = [
        migrations.AddField(
            model_name="announcement",
            name="unconfirmed_at",
            field=models.DateTimeField(null=True),
        ),
    ]
