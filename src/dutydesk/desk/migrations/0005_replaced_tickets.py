"""Know the tickets that another took the place of before that was written down of them.

Each was raised for a question, lost, and let go of it once the next one was raised; the journal
alone says of which question it was.
"""

from typing import ClassVar

from django.db import migrations

REPLACED = r"""
UPDATE desk_ticket AS ticket SET there = ticket.there || '{"replaced": true}'
FROM journal_entry AS raised
WHERE raised.kind = 'ticket.raised' AND starts_with(raised.subject, 'question:')
    AND ticket.id = substring(raised.text FROM '^Ticket (\d{1,18}) was raised for ')::bigint
    AND ticket.question_id IS NULL
    AND EXISTS (
        SELECT FROM desk_ticket AS other
        WHERE 'question:' || other.question_id = raised.subject AND other.id > ticket.id
    )
"""


class Migration(migrations.Migration):
    """Mark them; nothing else of them is changed."""

    dependencies: ClassVar = [
        ("desk", "0004_unanswered_and_parted"),
        ("journal", "0003_retold"),
    ]

    operations: ClassVar = [migrations.RunSQL([REPLACED], migrations.RunSQL.noop)]
