"""Let a calendar's address know whose account made it, so that it ends with that account."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def find_makers(apps: Any, schema_editor: Any) -> None:
    """Find the account of whoever made an address by their name, if one alone has it."""
    accounts: dict[str, list[int]] = {}
    for number, name in apps.get_model("people", "Account").objects.values_list("pk", "name"):
        accounts.setdefault(name, []).append(number)
    for feed in apps.get_model("rota", "Feed").objects.filter(revoked_at=None):
        found = accounts.get(feed.made_by, [])
        if len(found) == 1:
            feed.maker_id = found[0]
            feed.save(update_fields=["maker"])


class Migration(migrations.Migration):
    dependencies = [
        ("rota", "0004_void_swaps"),
        ("people", "0005_who_may_come_in"),
    ]

    operations = [
        migrations.AddField(
            "feed",
            "maker",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(find_makers, migrations.RunPython.noop, elidable=True),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
    ]
