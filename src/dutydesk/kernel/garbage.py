"""Garbage: what a process loads at its start stays, so that looks for what may go are dear."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Load what is to stay meanwhile; no look for garbage goes through it, now or later."""
    gc.disable()
    try:
        yield
        gc.collect()
        gc.freeze()
    finally:
        gc.enable()
