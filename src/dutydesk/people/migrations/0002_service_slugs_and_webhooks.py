"""Give every service a name for addresses, and an address that is told of its maintenance."""

from typing import Any

from django.db import migrations, models
from django.utils.text import slugify


def name_them(apps: Any, schema_editor: Any) -> None:
    """Give each service the slug of its name, with a number where two would be alike."""
    taken: set[str] = set()
    for service in apps.get_model("people", "Service").objects.order_by("id"):
        wanted = slugify(service.name)[:40].strip("-") or "service"
        number, service.slug = 1, wanted
        while service.slug in taken:
            number += 1
            service.slug = f"{wanted}-{number}"
        taken.add(service.slug)
        service.save(update_fields=["slug"])


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.AddField(
            "service", "slug", models.SlugField(db_index=False, max_length=50, null=True)
        ),
        migrations.RunPython(name_them, migrations.RunPython.noop, elidable=True),
        # PostgreSQL changes no table that has rows to check later in the same transaction.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField("service", "slug", models.SlugField(max_length=50, unique=True)),
        migrations.AddField(
            "service",
            "webhook",
            models.URLField(blank=True, max_length=500, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "service",
            "webhook_salt",
            models.CharField(blank=True, max_length=64, default=""),
            preserve_default=False,
        ),
    ]
