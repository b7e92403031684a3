import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# No vector may be longer than a megabyte, hence the cuts.
# https://www.postgresql.org/docs/18/textsearch-limitations.html
# Words in English, and beside them what looks like an identifier, whole and in its parts.
WORDS = r"""
CREATE FUNCTION desk_words(given text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
    SELECT to_tsvector('english', text || ' ' || parts) || to_tsvector('simple', names)
    FROM (SELECT left(given, 40000) AS text) AS cut, LATERAL (
        SELECT coalesce(string_agg(word, ' '), '') AS names,
            coalesce(string_agg(regexp_replace(
                regexp_replace(word, '([a-z0-9])([A-Z])', '\1 \2', 'g'), '[^[:alnum:]]+', ' ', 'g'
            ), ' '), '') AS parts
        FROM regexp_split_to_table(text, '\s+') AS word
        WHERE length(word) BETWEEN 3 AND 200
            AND word ~ '[a-z][A-Z]|[[:alnum:]][-_./:@=][[:alnum:]]'
    ) AS found
$$
"""

# What somebody types in a search box: in English, or as identifiers; an exclusion in English only.
QUERY = """
CREATE FUNCTION desk_query(typed text) RETURNS tsquery LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN querytree(english) = english::text THEN english || simple
        ELSE english END
    FROM (SELECT websearch_to_tsquery('english', typed) AS english,
        websearch_to_tsquery('simple', typed) AS simple) AS read
$$
"""

PUT = """
CREATE FUNCTION desk_document_put(
    kind_ text, number_ bigint, channel_ text, at_ timestamptz, solved_ boolean, title_ text,
    body_ text, vector_ tsvector
) RETURNS void LANGUAGE sql AS $$
    INSERT INTO desk_searchdocument (kind, number, channel, at, solved, title, body, vector)
    VALUES (kind_, number_, channel_, at_, solved_, title_, left(body_, 40000), vector_)
    ON CONFLICT (kind, number) DO UPDATE SET channel = excluded.channel, at = excluded.at,
        solved = excluded.solved, title = excluded.title, body = excluded.body,
        vector = excluded.vector
$$
"""

DROP_DOCUMENT = """
CREATE FUNCTION desk_document_drop(kind_ text, number_ bigint) RETURNS void LANGUAGE sql AS $$
    DELETE FROM desk_searchdocument WHERE kind = kind_ AND number = number_
$$
"""

# A question with its thread. Its row is locked first, so that of two posts that arrive together
# the second is read with the first. What the desk itself says is none of it, nor what only one sees.
QUESTION = """
CREATE FUNCTION desk_document_question(given bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    here record;
    asked text;
    said text;
BEGIN
    PERFORM FROM desk_searchdocument WHERE kind = 'question' AND number = given FOR UPDATE;
    SELECT question.state, question.asked_at, post.id AS root, place.name AS channel,
        CASE WHEN post.removed_at IS NULL THEN btrim(post.message ->> 'body', E' \\n\\r\\t')
            ELSE '' END AS text
    INTO here
    FROM desk_question AS question
    JOIN chat_post AS post ON post.id = question.post_id
    JOIN chat_channel AS place ON place.id = post.channel_id
    WHERE question.id = given AND question.state <> 'withdrawn' AND post.only_for_id IS NULL;
    IF NOT FOUND THEN
        PERFORM desk_document_drop('question', given);
        RETURN;
    END IF;
    SELECT coalesce(string_agg(post.message ->> 'body', E'\\n' ORDER BY post.id), '') INTO asked
    FROM desk_furtherpost AS joined JOIN chat_post AS post ON post.id = joined.post_id
    WHERE joined.question_id = given AND post.removed_at IS NULL;
    SELECT coalesce(string_agg(post.message ->> 'body', E'\\n' ORDER BY post.id), '') INTO said
    FROM (
        SELECT * FROM chat_post
        WHERE thread_id = here.root AND only_for_id IS NULL AND removed_at IS NULL
            AND (account_id IS NOT NULL OR outside <> '' OR key LIKE 'person:%')
        ORDER BY id DESC LIMIT 1000
    ) AS post;
    PERFORM desk_document_put(
        'question', given, here.channel, here.asked_at, here.state = 'solved',
        coalesce(nullif(left(split_part(here.text, E'\\n', 1), 200), ''), '(removed)'), '',
        setweight(desk_words(left(split_part(here.text, E'\\n', 1), 200)), 'A')
        || setweight(desk_words(here.text || E'\\n' || asked), 'B')
        || setweight(desk_words(right(said, 40000)), 'C')
    );
END $$
"""

# A ticket with its record. Its row is locked first, so that of two things that are added together
# the second is read with the first.
TICKET = """
CREATE FUNCTION desk_document_ticket(given bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM desk_searchdocument WHERE kind = 'ticket' AND number = given FOR UPDATE;
    PERFORM desk_document_put(
        'ticket', ticket.id, coalesce(place.name, ''), ticket.raised_at, NULL, ticket.title,
        concat_ws(E'\\n', ticket.body, record.text),
        setweight(desk_words(ticket.title), 'A') || setweight(desk_words(ticket.body), 'C')
        || setweight(desk_words(right(coalesce(record.text, ''), 40000)), 'C')
    )
    FROM desk_ticket AS ticket
    LEFT JOIN desk_question AS question ON question.id = ticket.question_id
    LEFT JOIN chat_post AS post ON post.id = question.post_id
    LEFT JOIN chat_channel AS place ON place.id = post.channel_id
    CROSS JOIN LATERAL (
        SELECT string_agg(body, E'\\n' ORDER BY at, id) AS text FROM (
            SELECT * FROM desk_ticketcomment AS comment
            WHERE comment.ticket_id = ticket.id AND comment.removed_at IS NULL
            ORDER BY id DESC LIMIT 1000
        ) AS newest
    ) AS record
    WHERE ticket.id = given;
END $$
"""

FOLLOW = """
CREATE FUNCTION desk_document_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    root bigint;
BEGIN
    IF TG_TABLE_NAME = 'chat_post' THEN
        IF TG_OP = 'DELETE' THEN root := coalesce(OLD.thread_id, OLD.id);
        ELSE root := coalesce(NEW.thread_id, NEW.id); END IF;
        PERFORM desk_document_question(number) FROM (
            SELECT id AS number FROM desk_question WHERE post_id = root
            UNION SELECT question_id FROM desk_furtherpost WHERE post_id = root
        ) AS told ORDER BY number;
    ELSIF TG_TABLE_NAME = 'desk_furtherpost' THEN
        IF TG_OP = 'DELETE' THEN PERFORM desk_document_question(OLD.question_id);
        ELSE PERFORM desk_document_question(NEW.question_id); END IF;
    ELSIF TG_TABLE_NAME = 'desk_question' THEN
        IF TG_OP = 'DELETE' THEN PERFORM desk_document_drop('question', OLD.id);
        ELSE PERFORM desk_document_question(NEW.id); END IF;
    ELSIF TG_OP = 'DELETE' THEN PERFORM desk_document_drop('ticket', OLD.id);
    ELSE PERFORM desk_document_ticket(NEW.id);
    END IF;
    RETURN NULL;
END $$
"""

FOLLOW_RECORD = """
CREATE FUNCTION desk_document_follow_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN PERFORM desk_document_ticket(OLD.ticket_id);
    ELSE PERFORM desk_document_ticket(NEW.ticket_id); END IF;
    RETURN NULL;
END $$
"""

# Deferred, so that a document's row is the last that a transaction locks: nobody waits in a ring.
# Posts of the desk itself are left alone before anything is asked.
_PERSON = "{row}.only_for_id IS NULL AND ({row}.account_id IS NOT NULL OR {row}.outside <> '' OR"
_PERSON += " {row}.key LIKE 'person:%')"
_ON = (
    ("chat_post_found", "INSERT OR UPDATE OF message, removed_at", "chat_post", "NEW"),
    ("chat_post_lost", "DELETE", "chat_post", "OLD"),
    ("desk_question_found", "INSERT OR UPDATE OF state, post_id OR DELETE", "desk_question", ""),
    ("desk_joined_found", "INSERT OR DELETE", "desk_furtherpost", ""),
    ("desk_ticket_found", "INSERT OR UPDATE OF title, body OR DELETE", "desk_ticket", ""),
)
TRIGGERS = [
    f"CREATE CONSTRAINT TRIGGER {name} AFTER {when} ON {table} DEFERRABLE INITIALLY DEFERRED"
    f" FOR EACH ROW {f'WHEN ({_PERSON.format(row=row)})' if row else ''}"
    " EXECUTE FUNCTION desk_document_follow()"
    for name, when, table, row in _ON
]
RECORD_TRIGGER = """
CREATE CONSTRAINT TRIGGER desk_ticketcomment_found
AFTER INSERT OR UPDATE OF body, removed_at OR DELETE ON desk_ticketcomment
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION desk_document_follow_record()
"""
MADE = (
    ("desk_words(text)", WORDS),
    ("desk_query(text)", QUERY),
    (
        "desk_document_put(text, bigint, text, timestamptz, boolean, text, text, tsvector)",
        PUT,
    ),
    ("desk_document_drop(text, bigint)", DROP_DOCUMENT),
    ("desk_document_question(bigint)", QUESTION),
    ("desk_document_ticket(bigint)", TICKET),
    ("desk_document_follow()", FOLLOW),
    ("desk_document_follow_record()", FOLLOW_RECORD),
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("chat", "0001_initial"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TrackerDelivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=100, unique=True)),
                ("at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="TrackerState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, unique=True)),
                ("template", models.JSONField(default=dict)),
                ("template_at", models.DateTimeField(null=True)),
                ("read_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ImportedRequests",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sort", models.CharField(max_length=100)),
                ("action", models.CharField(max_length=200)),
                ("on", models.DateField()),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("on", "action", "sort"), name="imported_requests_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("who", models.CharField(default="", max_length=100)),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("answered", "Answered"),
                            ("waiting", "Waiting"),
                            ("solved", "Solved"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                ("waiting_since", models.DateTimeField(null=True)),
                ("quick_left", models.DurationField(null=True)),
                ("solved_at", models.DateTimeField(null=True)),
                ("solved_by", models.CharField(blank=True, default="", max_length=100)),
                ("kind", models.CharField(blank=True, default="", max_length=60)),
                ("outcome", models.CharField(blank=True, default="", max_length=20)),
                ("happiness", models.PositiveSmallIntegerField(null=True)),
                ("happiness_at", models.DateTimeField(null=True)),
                ("happiness_asked_at", models.DateTimeField(null=True)),
                ("happiness_line", models.TextField(blank=True, default="")),
                (
                    "asker",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "burst",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="chat.post",
                    ),
                ),
                (
                    "engineer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="people.engineer",
                    ),
                ),
                (
                    "post",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="question",
                        to="chat.post",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PastAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("likeness", models.FloatField()),
                ("offered_at", models.DateTimeField()),
                ("helped_at", models.DateTimeField(null=True)),
                (
                    "past",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="desk.question",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="past_answers",
                        to="desk.question",
                    ),
                ),
            ],
            options={
                "ordering": ["-likeness", "-past_id"],
            },
        ),
        migrations.CreateModel(
            name="FurtherPost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "post",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="joins",
                        to="chat.post",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="joined",
                        to="desk.question",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Duplicate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("by", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
                (
                    "original",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="duplicates",
                        to="desk.question",
                    ),
                ),
                (
                    "question",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="duplicate",
                        to="desk.question",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("number", models.BigIntegerField()),
                ("channel", models.CharField(blank=True, max_length=80)),
                ("at", models.DateTimeField()),
                ("solved", models.BooleanField(null=True)),
                ("title", models.TextField()),
                ("body", models.TextField(blank=True)),
                ("vector", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["vector"], name="document_words"
                    ),
                    models.Index(fields=["-at"], name="document_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "number"), name="document_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("label", models.CharField(max_length=60)),
                ("column", models.CharField(max_length=60)),
                (
                    "column_before",
                    models.CharField(blank=True, db_default="", default="", max_length=60),
                ),
                ("asked_by", models.CharField(max_length=100)),
                ("raised_by", models.CharField(max_length=100)),
                ("raised_at", models.DateTimeField()),
                ("moved_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "assigned",
                    models.CharField(blank=True, db_default="", default="", max_length=100),
                ),
                ("number", models.PositiveBigIntegerField(null=True)),
                ("node", models.CharField(blank=True, db_default="", default="", max_length=100)),
                ("url", models.CharField(blank=True, db_default="", default="", max_length=300)),
                ("there", models.JSONField(db_default={}, default=dict)),
                ("behind", models.BooleanField(db_default=False, default=False)),
                (
                    "engineer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.engineer",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tickets",
                        to="chat.post",
                    ),
                ),
                (
                    "question",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="ticket",
                        to="desk.question",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="TicketComment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=100, unique=True)),
                ("author", models.CharField(max_length=100)),
                ("body", models.TextField()),
                ("at", models.DateTimeField()),
                ("there", models.CharField(blank=True, db_default="", default="", max_length=40)),
                ("changed_at", models.DateTimeField(null=True)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "post",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="chat.post",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="desk.ticket",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(
                condition=models.Q(("state__in", ["solved", "withdrawn"]), _negated=True),
                fields=["asked_at"],
                name="question_not_over",
            ),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["asked_at"], name="question_by_time"),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["happiness_at"], name="question_happiness"),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["asker", "happiness_asked_at"], name="question_asked_how"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("happiness", None),
                    models.Q(("happiness__gte", 1), ("happiness__lte", 5)),
                    _connector="OR",
                ),
                name="happiness_1_to_5",
            ),
        ),
        migrations.AddConstraint(
            model_name="pastanswer",
            constraint=models.UniqueConstraint(
                fields=("question", "past"), name="past_answer_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicate",
            constraint=models.CheckConstraint(
                condition=models.Q(("question", models.F("original")), _negated=True),
                name="duplicate_of_another",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["column", "-id"], name="ticket_on_board"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("behind", True)), fields=["id"], name="ticket_behind"
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.UniqueConstraint(
                condition=models.Q(("node", ""), _negated=True),
                fields=("node",),
                name="ticket_of_node",
            ),
        ),
        *(migrations.RunSQL([make], f"DROP FUNCTION {name}") for name, make in MADE),
        *(
            migrations.RunSQL([make], f"DROP TRIGGER {name} ON {table}")
            for make, (name, _, table, _) in zip(TRIGGERS, _ON, strict=True)
        ),
        migrations.RunSQL(
            [RECORD_TRIGGER], "DROP TRIGGER desk_ticketcomment_found ON desk_ticketcomment"
        ),
    ]
