from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commitments", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="commitment", name="owner", field=models.CharField(max_length=120)
        ),
    ]
