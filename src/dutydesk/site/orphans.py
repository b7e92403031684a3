"""Ending with one's parent, so that a killed server leaves nothing running behind."""

import os
import signal
import threading


def end_with_parent(*, every: float = 0.5) -> None:
    """Watch in the background, and end this process once its parent is gone."""
    parent = os.getppid()

    def watch() -> None:
        pause = threading.Event()
        while os.getppid() == parent:
            pause.wait(every)
        os.kill(os.getpid(), signal.SIGTERM)
        pause.wait(5)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()
