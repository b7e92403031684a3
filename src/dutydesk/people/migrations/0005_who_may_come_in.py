"""Let accounts be closed, sessions be kept by their hash, and links name whom they are for."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Now


def close(apps: Any, schema_editor: Any) -> None:
    """Keep shut what was shut, and let nobody in who has left. Whoever is signed in is out."""
    accounts = apps.get_model("people", "Account").objects
    accounts.filter(is_active=False).update(closed_at=Now())
    accounts.filter(engineer__active=False).update(is_active=False)
    apps.get_model("sessions", "Session").objects.all().delete()


def name_whom_links_are_for(apps: Any, schema_editor: Any) -> None:
    """Let a link for a new password go on opening the account as it is now, and no more.

    One that was made for an address alone makes a user's account.
    """
    links = apps.get_model("people", "Invitation").objects.filter(used_at=None)
    engineers = apps.get_model("people", "Engineer").objects.filter(account=OuterRef("account"))
    accounts = apps.get_model("people", "Account").objects.filter(pk=OuterRef("account"))
    links.exclude(account=None).update(
        engineer=Subquery(engineers.values("pk")[:1]),
        administrator=Subquery(accounts.values("is_administrator")),
        email=Subquery(accounts.annotate(is_at=F("email")).values("is_at")),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_links_for_new_passwords"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.AddField("account", "closed_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "invitation",
            "engineer",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="people.engineer",
            ),
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=64, primary_key=True, serialize=False),
                ),
                ("session_data", models.TextField()),
                ("expire_date", models.DateTimeField(db_index=True)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["key", "at"], name="attempt_by_key"),
                    models.Index(fields=["at"], name="attempt_by_time"),
                ],
            },
        ),
        migrations.RunPython(close, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(name_whom_links_are_for, migrations.RunPython.noop, elidable=True),
        # PostgreSQL changes no table that has rows to check later in the same transaction.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
    ]
