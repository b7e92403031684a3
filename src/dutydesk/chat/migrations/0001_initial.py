import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Letting many posts of the desk stand, in one call; a post under a key that is there is
# rewritten if it says another thing.
SHOW = """
CREATE FUNCTION chat_show(said timestamptz, posts jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    stirred text[];
BEGIN
    INSERT INTO chat_channel (name)
    SELECT DISTINCT given.channel FROM jsonb_to_recordset(posts) AS given (channel text)
    WHERE NOT EXISTS (SELECT FROM chat_channel AS known WHERE known.name = given.channel)
    ON CONFLICT (name) DO NOTHING;

    WITH stood AS (
        INSERT INTO chat_post (key, channel_id, author, message, at, reply_count)
        SELECT given.key, place.id, 'Duty Desk', given.message, said, 0
        FROM jsonb_to_recordset(posts) AS given (key text, channel text, message jsonb)
        JOIN chat_channel AS place ON place.name = given.channel
        ON CONFLICT (key) DO UPDATE SET message = excluded.message, changed_at = excluded.at
        WHERE chat_post.message IS DISTINCT FROM excluded.message
        RETURNING id, channel_id
    )
    SELECT array_agg('thread:' || id) || array_agg(DISTINCT 'channel:' || channel_id)
    INTO stirred FROM stood;

    PERFORM pg_notify('dutydesk_live', one) FROM unnest(stirred) AS one;
END $$;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Channel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120, unique=True)),
                ("author", models.CharField(max_length=100)),
                ("message", models.JSONField()),
                ("at", models.DateTimeField()),
                ("changed_at", models.DateTimeField(null=True)),
                ("removed_at", models.DateTimeField(null=True)),
                ("outside", models.CharField(blank=True, db_default="", default="", max_length=80)),
                ("reply_count", models.PositiveIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="chat.channel"
                    ),
                ),
                (
                    "only_for",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replies",
                        to="chat.post",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ChannelMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("outside", models.CharField(max_length=80, unique=True)),
                ("name", models.CharField(max_length=90)),
                ("seen", models.CharField(blank=True, max_length=40)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("next_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveIntegerField(db_default=0, default=0)),
                ("trouble", models.TextField(blank=True, db_default="", default="")),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="elsewhere",
                        to="chat.channel",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InboundEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120, unique=True)),
                ("kind", models.CharField(max_length=40)),
                ("place", models.CharField(max_length=80)),
                ("payload", models.JSONField()),
                ("answer", models.JSONField(null=True)),
                ("at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("problem", models.TextField(blank=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["place", "id"],
                        name="received_owed",
                    ),
                    models.Index(fields=["at"], name="received_by_time"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("who", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
                ("here", models.BooleanField(db_default=False, default=False)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="marks",
                        to="chat.post",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PostMirror",
            fields=[
                (
                    "post",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="mirror",
                        serialize=False,
                        to="chat.post",
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=40)),
                ("said", models.CharField(blank=True, max_length=64)),
                ("owed", models.BooleanField()),
                ("urgent", models.BooleanField()),
                ("uncertain", models.BooleanField(default=False)),
                ("problem", models.TextField(blank=True)),
                ("owed_at", models.DateTimeField()),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="chat.channel",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("thread__isnull", True)),
                fields=["channel", "-id"],
                name="post_by_channel",
            ),
        ),
        migrations.AddConstraint(
            model_name="mark",
            constraint=models.UniqueConstraint(fields=("post", "name", "who"), name="mark_once"),
        ),
        migrations.AddIndex(
            model_name="postmirror",
            index=models.Index(
                condition=models.Q(("owed", True)),
                fields=["channel", "-urgent", "post"],
                name="mirror_owed",
            ),
        ),
        migrations.AddIndex(
            model_name="postmirror",
            index=models.Index(
                condition=models.Q(("reference", ""), _negated=True),
                fields=["reference"],
                name="mirror_place",
            ),
        ),
        migrations.RunSQL(SHOW, "DROP FUNCTION chat_show(timestamptz, jsonb)"),
    ]
