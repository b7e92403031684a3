"""What a page was answered for stays known: when first and last, and by which duties.

What is there already is as it was taken for until now: each alarm of a bundle calls whom the bundle
calls. When somebody acknowledged a page first is in the journal.
"""

from django.db import migrations, models

KNOWN = """
UPDATE oncall_page SET answered_duties = duties, answered_at = acknowledged_at,
    first_acknowledged_at = least(acknowledged_at, (
        SELECT min(at) FROM journal_entry AS said
        WHERE said.kind = 'page.acknowledged' AND said.subject = oncall_page.subject
            AND (said.data->>'page')::bigint = oncall_page.id AND said.at >= oncall_page.raised_at
    ))
WHERE acknowledged_at IS NOT NULL;
UPDATE oncall_pageitem AS item SET since = item.at, duties = page.duties
FROM oncall_page AS page WHERE page.id = item.page_id;
UPDATE oncall_call AS called SET duties = page.duties
FROM oncall_page AS page WHERE page.id = called.page_id AND page.duties <> '[]';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0001_initial"),
        ("oncall", "0002_contact_methods"),
    ]

    operations = [
        migrations.AddField(
            model_name="call",
            name="duties",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="page",
            name="answered_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="page",
            name="answered_duties",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="page",
            name="first_acknowledged_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="page",
            name="news_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="pageitem",
            name="duties",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="pageitem",
            name="since",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
