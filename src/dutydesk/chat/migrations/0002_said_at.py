from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="postmirror",
            name="said_at",
            field=models.DateTimeField(null=True),
        ),
    ]
