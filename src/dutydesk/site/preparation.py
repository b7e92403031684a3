"""The note in the data folder that the desk is being made ready.

The web loads meanwhile, which takes it as long, and waits for the note to go before it answers.
"""

import os
import threading
from pathlib import Path

FILE = "PREPARATION"  # No setting: `serve` names the file to the web that it starts.
_LOOK = 0.02


def begin(file: Path) -> None:
    """Leave the note."""
    file.touch(mode=0o600)


def end(file: Path) -> None:
    """Take it away: everything is ready. Whatever fails leaves it, and the next start does this."""
    file.unlink()


def wait() -> None:
    """Wait until the desk is ready, if whoever supervises this process makes it so."""
    file, pause = os.environ.get(FILE), threading.Event()
    while file and Path(file).exists():
        pause.wait(_LOOK)
