"""Know since when an answer is owed, which question a post was parted from, and who is chased."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

# What waits for another question that is open is owed nothing by itself.
ALONE = """
NOT EXISTS (
    SELECT FROM desk_duplicate JOIN desk_question AS original ON original.id = original_id
    WHERE question_id = question.id AND original.state NOT IN ('solved', 'withdrawn')
)
"""
SINCE = f"""
UPDATE desk_question AS question SET unanswered_since = asked_at WHERE state = 'open' AND {ALONE}
"""
# What was open before is chased too, from the next support hours on; each as what it says then.
CHASE = f"""
INSERT INTO commitments_commitment
    (kind, subject, owner, text, clause, made_at, due_at, next_at, state)
SELECT 'question.chase', 'question:' || question.id, '', 'Go on with question ' || question.id,
    'hours.support', now(), now(), now(), 'open'
FROM desk_question AS question
WHERE question.state IN ('open', 'answered')
    AND NOT EXISTS (SELECT FROM desk_ticket WHERE question_id = question.id)
    AND {ALONE}
"""
NO_CHASE = "DELETE FROM commitments_commitment WHERE kind = 'question.chase'"


class Migration(migrations.Migration):
    """Add both, and promise it of what is open."""

    dependencies: ClassVar = [
        ("commitments", "0003_outcomes_of_any_time"),
        ("desk", "0003_past_answers_by_time"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="question",
            name="parted_from",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="desk.question",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="unanswered_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL([SINCE], migrations.RunSQL.noop),
        migrations.RunSQL([CHASE], [NO_CHASE]),
    ]
