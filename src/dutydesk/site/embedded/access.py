"""How one comes into the embedded PostgreSQL: by a socket, as the desk's own user."""

import os
import pwd
import tempfile
from contextlib import suppress
from pathlib import Path

from dutydesk.site.embedded.owner import CannotStart, myself, write_for

SUPERUSER = "postgres"
SOCKET = ".s.PGSQL.5432"
# Bytes that the address of a socket may have: 107 on Linux, 103 elsewhere (unix(7)).
LONGEST = 103
# The last two spare four processes: whoever reads does so itself, and there are no subscriptions.
# Source: https://www.postgresql.org/docs/18/runtime-config-resource.html#GUC-IO-METHOD.
SETTINGS = (
    "listen_addresses=",
    "port=5432",
    "unix_socket_directories=.",
    "unix_socket_permissions=0700",
    "io_method=sync",
    "max_logical_replication_workers=0",
)
_HBA = """\
# Written by Duty Desk at each start: the desk's own user alone comes in, as pg_ident.conf says.
local all         all peer map=desk
local replication all peer map=desk
"""


def write_rules(folder: Path, owner: pwd.struct_passwd) -> None:
    """Write who may come in: our own user, and root, who may everywhere."""
    write_for(owner, folder / "pg_hba.conf", _HBA)
    users = sorted({"root", myself().pw_name})
    mapped = "".join(f'desk "{name}" {SUPERUSER}\n' for name in users)
    write_for(owner, folder / "pg_ident.conf", mapped)


def short_way(folder: Path) -> Path:
    """Give a way to the socket's folder that is short enough for a socket's address.

    A long one is led to by a link, in a new folder of a name that nobody can take before.
    """
    if len(os.fsencode(folder / SOCKET)) <= LONGEST:
        return folder
    for shared in dict.fromkeys((tempfile.gettempdir(), "/tmp")):
        private = Path(tempfile.mkdtemp(prefix="dutydesk-", dir=shared))
        link = private / "postgresql"
        if len(os.fsencode(link / SOCKET)) <= LONGEST:
            link.symlink_to(folder)
            return link
        private.rmdir()
    raise CannotStart(
        f"The path {folder} is too long for a socket, and so is that of the temporary folder.",
        "Give a shorter one with DUTYDESK_HOME or TMPDIR.",
    )


def keep_way(door: Path, folder: Path) -> None:
    """Let the link look used, so that nobody tidies it away."""
    if door != folder:
        with suppress(OSError):
            os.utime(door, follow_symlinks=False)


def forget_way(door: Path, folder: Path) -> None:
    """Remove the link and its folder, if the door is one that was made here and is ours."""
    private = door.parent
    if door == folder or not private.name.startswith("dutydesk-"):
        return
    with suppress(OSError):
        if private.lstat().st_uid == os.geteuid() and door.is_symlink():
            door.unlink()
            private.rmdir()
