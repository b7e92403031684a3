"""Ending with one's parent, so that a killed server leaves nothing running behind."""

import os
import select
import signal
import threading
from contextlib import suppress


def end_with_parent(*, every: float = 0.5) -> None:
    """Watch in the background, and end this process once its parent is gone.

    Where the system can't tell of that, the parent is looked for `every` so many seconds.
    """
    parent = os.getppid()

    def watch() -> None:
        pause = threading.Event()
        with suppress(OSError, AttributeError):  # Another namespace's parent; not Linux.
            _wait_for(parent)
        while os.getppid() == parent:
            pause.wait(every)
        os.kill(os.getpid(), signal.SIGTERM)
        pause.wait(5)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


def _wait_for(parent: int) -> None:
    """Sleep until that process ends; one that has already, and whose number another has, isn't it.

    Source: pidfd_open(2), whose descriptor is readable once the process has ended.
    """
    ends = os.pidfd_open(parent)
    try:
        if os.getppid() == parent:
            end = select.poll()
            end.register(ends, select.POLLIN)
            end.poll()
    finally:
        os.close(ends)
