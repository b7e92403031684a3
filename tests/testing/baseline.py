"""A database as the first migrations left it, full of an office's day, kept as a file.

Made anew only when the migrations begin anew: `python -m testing.baseline` in `tests`.
"""

import gzip
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from dutydesk.site.embedded.owner import program

KEPT = Path(__file__).parents[1] / "data" / "baseline.sql.gz"


def _connected(database: str) -> tuple[list[str], dict[str, str]]:
    """Give how PostgreSQL's own programs reach a database of the server of this run."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    port = ["-p", str(parts.port)] if parts.port else []
    return ["-h", host, *port, "-U", parts.username or "postgres", database], dict(os.environ)


def _run(name: str, *arguments: str, database: str, given: bytes | None = None) -> bytes:
    where, environment = _connected(database)
    done = subprocess.run(
        [program(name), *where[:-1], *arguments, where[-1]],
        env=environment,
        input=given,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def restore(database: str) -> None:
    """Make a database of that name from the file."""
    _run("psql", "-qc", f'CREATE DATABASE "{database}"', database="postgres")
    told = gzip.decompress(KEPT.read_bytes())
    _run("psql", "-qv", "ON_ERROR_STOP=1", "-f", "-", database=database, given=told)


def drop(database: str) -> None:
    """Remove a database again."""
    _run("psql", "-qc", f'DROP DATABASE "{database}" WITH (FORCE)', database="postgres")


def main() -> None:
    """Fill a database with an office, and keep it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "testing.settings"
    import django  # noqa: PLC0415 -- after its settings are named
    from django.db import connection  # noqa: PLC0415

    django.setup()
    from testing.office import Office  # noqa: PLC0415

    made: Any = connection.creation
    name = made.create_test_db(verbosity=0, serialize=False)
    with tempfile.TemporaryDirectory() as folder:
        Office(Path(folder))
    told = _run("pg_dump", "--no-owner", "--no-privileges", database=name)
    lines = [
        line for line in told.splitlines(True) if not line.startswith((b"\\restrict", b"\\unr"))
    ]
    KEPT.write_bytes(gzip.compress(b"".join(lines), mtime=0))
    made.destroy_test_db("postgres", verbosity=0)


if __name__ == "__main__":
    main()
