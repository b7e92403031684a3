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
    """Give the key that signs sessions, or nothing if none was made yet."""
    return os.environ.get("DUTYDESK_SECRET_KEY", "") or _first_line(home() / "secret-key")


def metrics_token() -> str:
    """Give what opens the metrics: as it is set, else as it was made; nothing before that."""
    return secret("DUTYDESK_METRICS_TOKEN") or _first_line(home() / "metrics-token")


def make_secrets() -> None:
    """Make the key that signs sessions and the token for metrics, unless there are any."""
    if not secret_key():
        _make_secret("secret-key")
    if not metrics_token():
        _make_secret("metrics-token")


def _make_secret(name: str) -> None:
    """Keep a new secret in the data folder; of many who try at once one does it."""
    file = home() / name
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(50) + "\n")
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def process_file() -> Path:
    """Give where the team's process file is: `DUTYDESK_PROCESS`, else in the data folder."""
    return Path(os.environ.get("DUTYDESK_PROCESS") or home() / "process.yaml")


def secret(name: str) -> str:
    """Give the secret in the variable `name`, or the first line of the file that `name`_FILE names.

    Empty if neither is set, or the file can't be read.
    """
    file = os.environ.get(f"{name}_FILE", "")
    return os.environ.get(name, "").strip() or (_first_line(Path(file)) if file else "")


def secret_text(name: str) -> str:
    """Give the whole text of the file that the variable `name` names; empty if there is none."""
    file = os.environ.get(name, "")
    return _text(Path(file)) if file else ""


def _first_line(file: Path) -> str:
    return _text(file).strip()


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError:  # Who starts the desk is told of a folder that can't be used.
        return ""
