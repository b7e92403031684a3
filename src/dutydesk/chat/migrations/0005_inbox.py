"""Keep what a chat outside tells in the inbox, with all else that comes in."""

from typing import ClassVar

from django.db import migrations

MOVED = """
INSERT INTO inbox_arrival (door, source, key, sender, headers, body, note, at, due_at, claimed_at,
    attempts, outcome, problem, became, answer)
SELECT 'slack', CASE WHEN place = '' THEN 'slack' ELSE place END, key, 'Slack', '{}',
    CASE WHEN payload = '{}' THEN ''::bytea ELSE convert_to(payload::text, 'UTF8') END, '', at,
    due_at, claimed_at, attempts,
    CASE WHEN due_at IS NOT NULL THEN 'waiting'
        WHEN payload <> '{}' AND attempts >= 6 THEN 'put aside' ELSE 'done' END,
    problem, '[]', answer
FROM chat_inboundevent ORDER BY id;
DELETE FROM procrastinate_jobs WHERE task_name = 'chat.hear' AND status = 'todo';
"""


class Migration(migrations.Migration):
    """Move all of it, in order: what is owed there is owed here."""

    dependencies: ClassVar = [
        ("chat", "0004_durable"),
        ("inbox", "0001_initial"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations: ClassVar = [
        migrations.RunSQL(MOVED, migrations.RunSQL.noop),
        migrations.DeleteModel("InboundEvent"),
    ]
