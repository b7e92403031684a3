from django.db import migrations

# Few among very many questions, which a figure's screen names.
INDEXES = (
    (
        "INDEX measures_unanswered",
        "CREATE INDEX measures_unanswered ON desk_question (asked_at, id)"
        " WHERE answered_at IS NULL AND state <> 'withdrawn'",
    ),
    (
        "INDEX measures_withdrawn",
        "CREATE INDEX measures_withdrawn ON desk_question (asked_at, id) WHERE state = 'withdrawn'",
    ),
    (
        "INDEX measures_unsolved",
        "CREATE INDEX measures_unsolved ON desk_question (asked_at, id)"
        " WHERE solved_at IS NULL AND state <> 'withdrawn'",
    ),
)


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0003_spans"),
    ]

    operations = [migrations.RunSQL(making, f"DROP {named}") for named, making in INDEXES]
