from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alarms", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="integrationkey",
            name="opens",
            field=models.CharField(
                choices=[("alerts", "Alerts"), ("deploys", "Deploys")],
                db_default="alerts",
                default="alerts",
                max_length=10,
            ),
        ),
    ]
