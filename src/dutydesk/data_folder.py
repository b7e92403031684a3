"""Where this desk keeps its data, and where its database is."""

import os
import secrets
from pathlib import Path

from dutydesk.settings import settings_in_force


def home() -> Path:
    """Give the data folder."""
    return settings_in_force().home


def database_url() -> str:
    """Give the database's address as it is set, or as the embedded server left it here."""
    given = settings_in_force().database_url.get_secret_value()
    return given or _first_line(home() / "database-url")


def secret_key() -> str:
    """Give the key that signs sessions, or nothing if none was made yet."""
    return settings_in_force().secret_key.get_secret_value() or _first_line(home() / "secret-key")


def metrics_token() -> str:
    """Give what opens the metrics: as it is set, else as it was made; nothing before that."""
    given = settings_in_force().metrics_token.get_secret_value()
    return given or _first_line(home() / "metrics-token")


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
    """Give where the team's process file is."""
    return settings_in_force().process_file


def _first_line(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError:  # Who starts the desk is told of a folder that can't be used.
        return ""
