from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0005_timeline")]

    operations = [
        *(
            migrations.AddField(model_name="helprequest", name=name, field=field)
            for name, field in (
                ("one_of", models.BigIntegerField(null=True)),
                ("again_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
            )
        ),
        migrations.AlterField(
            model_name="helprequest",
            name="answer",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "no answer yet"),
                    ("joins", "joined"),
                    ("declines", "can't"),
                    ("settled", "no longer needed"),
                ],
                default="",
                max_length=10,
            ),
        ),
    ]
