"""What the migrations leave in an empty database, as a file that makes it at once.

Written anew after every change of the migrations: `make schema`.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg

from dutydesk.site.embedded.owner import program
from dutydesk.site.schema import FILE
from testing import postgresql

_HEAD = """\
-- What the migrations leave in an empty database. Written by `make schema`; not to be edited.
SET LOCAL check_function_bodies = false;

"""
_DUMP = (
    "--no-owner", "--no-privileges", "--no-tablespaces", "--no-table-access-method",
    "--rows-per-insert=1000",
)  # fmt: skip
_OF_THE_DUMP = re.compile(r"^\\(un)?restrict .*\n", re.MULTILINE)
_OF_THE_SESSION = re.compile(r"\A.*?(?=^--\n-- Name: )", re.MULTILINE | re.DOTALL)
_HEADINGS = re.compile(r"^--\n-- .+\n--\n\n", re.MULTILINE)
_APPLIED = re.compile(r"'[-0-9]{10} [.:0-9]{8,15}\+00'\)")


@contextmanager
def empty(server: str, name: str) -> Iterator[str]:
    """Give the address of a new database, which is there for so long."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def described(address: str) -> str:
    """Give all that is in a database, as what would make it; when it was made is left out."""
    asked = [str(program("pg_dump")), *_DUMP, address]
    told = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    return _APPLIED.sub("now())", _OF_THE_DUMP.sub("", told))


def migrated(server: str) -> str:
    """Give what the migrations make, in the words of a PostgreSQL that has read it once."""
    with empty(server, "migrated") as address:
        told = os.environ | {
            "DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "dutydesk.site.settings",
        }
        migrate = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
        subprocess.run(migrate, env=told, check=True)
        first = described(address)
    return read_once(server, first)


def read_once(server: str, statements: str) -> str:
    """Give what is in a database that these statements have made."""
    with empty(server, "read_once") as address:
        with psycopg.connect(address) as connection:
            connection.execute(statements.encode())
        return described(address)


def write() -> None:
    """Write the file: for whatever schema is the first on the path, and for no one session."""
    made = migrated(postgresql.start()[0])
    told = _HEADINGS.sub("", _OF_THE_SESSION.sub("", made)).replace("public.", "")
    FILE.write_text(_HEAD + told, "utf-8")


if __name__ == "__main__":
    write()
