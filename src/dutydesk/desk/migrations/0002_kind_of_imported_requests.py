from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial")]

    operations = [
        migrations.RenameField("importedrequests", "sort", "kind"),
        migrations.SeparateDatabaseAndState(  # PostgreSQL's constraint follows its column.
            state_operations=[
                migrations.RemoveConstraint("importedrequests", "imported_requests_once"),
                migrations.AddConstraint(
                    "importedrequests",
                    models.UniqueConstraint(
                        fields=["on", "action", "kind"], name="imported_requests_once"
                    ),
                ),
            ]
        ),
    ]
