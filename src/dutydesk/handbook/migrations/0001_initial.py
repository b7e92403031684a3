"""The tables of the handbook, and the function that says by which words a page is found."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

# As English has them, and names such as `KubePodCrashLooping` or `docker-registry` whole as well. It is
# one function that calls none of ours, since a backup is restored where none is found by its bare name.
VECTOR = r"""
CREATE FUNCTION handbook_vector(title text, outline text, words text) RETURNS tsvector
LANGUAGE sql IMMUTABLE AS $$
    WITH given (weight, text) AS (
        VALUES ('A'::"char", title), ('B', left(outline, 20000)), ('C', left(words, 100000))
    ), read AS (
        SELECT weight, setweight(
            to_tsvector('english', text || ' ' || parts) || to_tsvector('simple', names), weight
        ) AS vector
        FROM given, LATERAL (
            SELECT coalesce(string_agg(word, ' '), '') AS names,
                coalesce(string_agg(regexp_replace(
                    regexp_replace(word, '([a-z0-9])([A-Z])', '\1 \2', 'g'),
                    '[^[:alnum:]]+', ' ', 'g'
                ), ' '), '') AS parts
            FROM regexp_split_to_table(text, '\s+') AS word
            WHERE length(word) BETWEEN 3 AND 200
                AND word ~ '[a-z][A-Z]|[[:alnum:]][-_./:@=][[:alnum:]]'
        ) AS found
    )
    SELECT (SELECT vector FROM read WHERE weight = 'A')
        || (SELECT vector FROM read WHERE weight = 'B')
        || (SELECT vector FROM read WHERE weight = 'C')
$$
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(VECTOR, "DROP FUNCTION handbook_vector(text, text, text)"),
        migrations.CreateModel(
            name="HandbookRepository",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, unique=True)),
                ("origin", models.JSONField(default=list)),
                ("commit", models.CharField(blank=True, max_length=64)),
                ("committed_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("looked_at", models.DateTimeField(null=True)),
                ("next_at", models.DateTimeField()),
                ("trouble", models.TextField(blank=True)),
                ("remedy", models.TextField(blank=True)),
                ("trouble_since", models.DateTimeField(null=True)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("told_at", models.DateTimeField(null=True)),
                ("left_out", models.JSONField(default=list)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="HandbookPicture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(max_length=500)),
                ("blob", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=20)),
                ("data", models.BinaryField()),
                (
                    "repository",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pictures",
                        to="handbook.handbookrepository",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("repository", "path"), name="handbook_picture_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HandbookPage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(max_length=500)),
                ("folder", models.CharField(blank=True, max_length=500)),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("outline", models.TextField(blank=True)),
                ("words", models.TextField(blank=True)),
                ("blob", models.CharField(max_length=64)),
                ("changed_commit", models.CharField(max_length=64)),
                ("changed_at", models.DateTimeField()),
                ("changed_known", models.BooleanField(default=False)),
                ("links", models.JSONField(default=dict)),
                ("broken", models.PositiveIntegerField(default=0)),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), default=list, size=None
                    ),
                ),
                ("notes", models.JSONField(default=list)),
                ("reviewed_on", models.DateField(null=True)),
                ("review_by", models.DateField(null=True)),
                (
                    "vector",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            models.F("title"),
                            models.F("outline"),
                            models.F("words"),
                            function="handbook_vector",
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "repository",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pages",
                        to="handbook.handbookrepository",
                    ),
                ),
            ],
            options={
                "ordering": ["path"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["vector"], name="handbook_page_words"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["keys"], name="handbook_page_keys"
                    ),
                    models.Index(fields=["repository", "folder"], name="handbook_page_folder"),
                    models.Index(
                        django.db.models.functions.text.Lower("path"), name="handbook_page_any_case"
                    ),
                    models.Index(
                        condition=models.Q(("review_by__isnull", False)),
                        fields=["review_by"],
                        name="handbook_page_review",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("repository", "path"), name="handbook_page_once"
                    )
                ],
            },
        ),
    ]
