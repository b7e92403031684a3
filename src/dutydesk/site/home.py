"""Where this desk keeps its data, and where its database is. Read before Django is set up."""

import os
import secrets
from pathlib import Path


def home() -> Path:
    """Give the data folder: `DUTYDESK_HOME`, else `./var`."""
    return Path(os.environ.get("DUTYDESK_HOME") or "var").absolute()


def database_url() -> str:
    """Give `DATABASE_URL`, or the address that the embedded server left in the data folder."""
    given = os.environ.get("DATABASE_URL", "")
    return given or _first_line(home() / "database-url")


def secret_key() -> str:
    """Give the key that signs sessions: made at the first start, kept in the data folder."""
    given = os.environ.get("DUTYDESK_SECRET_KEY", "")
    if given:
        return given
    file = home() / "secret-key"
    kept = _first_line(file)
    if kept:
        return kept
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"secret-key.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(50) + "\n")
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return _first_line(file)


def _first_line(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""
