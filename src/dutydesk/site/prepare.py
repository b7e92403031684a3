"""Making the database ready for this version of the desk."""

from django.core.management import call_command
from django.db import connection

_LOCK = 7_221_007


def migrate() -> None:
    """Bring the database up to date; many may try at once and one does it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
