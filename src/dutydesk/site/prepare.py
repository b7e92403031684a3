"""Making the database, and all else that a desk begins with, ready for this version of it."""

import gc
from collections.abc import Iterable

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from dutydesk.chat.flows import channels
from dutydesk.data_folder import make_secrets, process_file
from dutydesk.database import limits
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows import invitations
from dutydesk.process.flows import process
from dutydesk.site import schema
from dutydesk.wiring import now

_LOCK = 7_221_007
# Migrations make many thousand objects that stay: looking through them seldom saves a quarter.
_SELDOM = 500_000


class ForeignDatabase(Refused):
    """The database was made by another version, from which no way leads to this one."""


def make_ready(there: str) -> str:
    """Bring the database up to date, adopt the process file, make the first sign-in link.

    `there` is the desk's address. Gives what is to be said of it. Raises Refused.
    """
    make_secrets()
    migrate()
    process.provide(process_file())
    process.begin(file=process_file(), at=now())
    channels.open_channels()
    said = [f"Duty Desk is at {there}", f"Your team's process is {process_file()}"]
    if token := invitations.first_invitation(at=now()):
        link = f"{there}{path_to('welcome', token)}"
        said.append(f"Sign in for the first time, once, within a day: {link}")
    return "\n".join(said) + "\n"


def migrate() -> None:
    """Bring the database up to date; many may try at once and one does it.

    Raises ForeignDatabase, and changes nothing then.
    """
    before = gc.get_threshold()
    gc.set_threshold(_SELDOM, *before[1:])
    try:
        _migrate()
    finally:
        gc.set_threshold(*before)


def _migrate() -> None:
    with connection.cursor() as cursor:
        cursor.execute(limits.LIFT)
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            schema.create()
            if not schema.is_complete():
                applied = MigrationRecorder(connection).applied_migrations()
                refuse_unknown(f"{app}.{name}" for app, name in applied)
                call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
            cursor.execute(limits.PUT_BACK)


def refuse_unknown(applied: Iterable[str]) -> None:
    """Refuse migrations, as `app.name`, that this version does not have: it is newer, or too old.

    Raises ForeignDatabase.
    """
    known = {f"{app}.{name}" for app, name in schema.installed()}
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("dutydesk.")}
    unknown = sorted(name for name in {*applied} - known if name.split(".")[0] in ours)
    if unknown:
        more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
        raise ForeignDatabase(
            "The database was made by a version of the desk from which this one can't go on: it"
            f" has {unknown[0]}{more}.",
            "Start the version that made it, or let DUTYDESK_HOME or DATABASE_URL lead to an empty"
            " one.",
        )
