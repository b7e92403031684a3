"""The note in the data folder that the desk is being made ready.

The worker does that before it works. The web loads meanwhile, which takes it as long, and waits for
the note to go before it answers. What is to be said once the desk can be used is left beside it.
"""

import os
import threading
from pathlib import Path

FILE = "PREPARATION"  # No setting: `serve` names the file to the parts that it starts.
LOOK = 0.02


def begin(file: Path) -> None:
    """Leave the note; what another start left to be said is over."""
    _said(file).unlink(missing_ok=True)
    file.touch(mode=0o600)


def is_owed() -> bool:
    """Say whether whoever supervises this process left the note."""
    return (file := _named()) is not None and file.exists()


def end(said: str) -> None:
    """Take it away: everything is ready. Whatever fails leaves it, and the next start does this."""
    if file := _named():
        file.write_text(said)
        file.replace(_said(file))


def told(file: Path) -> str | None:
    """Give once what was left to be said; None until everything is ready."""
    try:
        said = _said(file).read_text()
    except FileNotFoundError:
        return None
    _said(file).unlink()
    return said


def wait() -> None:
    """Wait until the desk is ready, if whoever supervises this process lets it be made so."""
    pause = threading.Event()
    while is_owed():
        pause.wait(LOOK)


def _named() -> Path | None:
    file = os.environ.get(FILE)
    return Path(file) if file else None


def _said(file: Path) -> Path:
    return file.with_suffix(".said")
