"""Runs an executable of this machine, named by its operator, with `on` or `off`."""

import os
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import IO

from dutydesk.ports.delivery import Delivery, Undelivered

LONGEST = 30.0
_TAIL = 4096


class CommandSender:
    """Delivers outbox messages whose payload has `on`, by running one executable without a shell.

    It gets one argument, no input, and of the environment only what it needs to find programs.
    """

    def __init__(self, path: Path, longest: float = LONGEST) -> None:
        """Run the executable at `path`, and end it and its children after `longest` seconds."""
        self._path = path
        self._longest = longest

    def deliver(self, parcel: Delivery) -> str:
        """Run it; give its exit code and the last line that it wrote."""
        word = "on" if parcel.payload["on"] else "off"
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TZ") if key in os.environ}
        with tempfile.TemporaryFile() as output:
            try:
                process = subprocess.Popen(
                    [str(self._path), word],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=kept,
                    cwd="/",
                    start_new_session=True,
                )
            except OSError as error:
                raise Undelivered(f"the command can't be run: {error.strerror}") from error
            code = self._wait(process)
            last = _last_line(output)
        if code is None:
            raise Undelivered(f"the command took longer than {self._longest:g} s: {last}")
        if code:
            raise Undelivered(f"the command ended with {code}: {last}")
        return f"ended with 0: {last}"

    def _wait(self, process: subprocess.Popen[bytes]) -> int | None:
        try:
            return process.wait(self._longest)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return None


def _last_line(output: IO[bytes]) -> str:
    size = output.seek(0, os.SEEK_END)
    output.seek(max(0, size - _TAIL))
    lines = output.read().decode(errors="replace").split("\n")
    written = [line.strip() for line in lines if line.strip()]
    return written[-1][:200] if written else "it wrote nothing"
