"""What became of pull requests is followed, of those too that are open already."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("postmortems", "0010_pictures"),
    ]

    operations = [
        migrations.AddField(
            model_name="repositoryfile",
            name="pull",
            field=models.CharField(
                blank=True,
                choices=[
                    ("open", "Open"),
                    ("merged", "Merged"),
                    ("closed", "Closed"),
                    ("held", "Held"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="repositoryfile",
            name="pull_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="repositoryfile",
            index=models.Index(
                condition=models.Q(("pull", "open")),
                fields=["pull_at"],
                name="repository_file_pull_open",
            ),
        ),
        migrations.RunSQL(
            "UPDATE postmortems_repositoryfile SET pull = 'open', pull_at = at"
            " WHERE how = 'pull request' AND state = 'done' AND link ~ '/pull/[0-9]+$'",
            migrations.RunSQL.noop,
        ),
    ]
