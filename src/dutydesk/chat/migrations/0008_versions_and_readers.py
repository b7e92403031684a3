"""Know versions of posts outside, and who reads a chat outside back."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add these."""

    dependencies: ClassVar = [("chat", "0007_unheard")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="post",
            name="version",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.CreateModel(
            name="HistoryReader",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("chat", models.CharField(max_length=20, unique=True)),
                ("worker", models.CharField(max_length=120)),
                ("until", models.DateTimeField()),
                ("unread", models.PositiveIntegerField(db_default=0, default=0)),
                ("unread_since", models.DateTimeField(null=True)),
            ],
        ),
    ]
