from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alarms", "0003_one_way_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="Listening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("real", models.DateTimeField()),
            ],
        ),
    ]
