"""A run of the tests leaves nothing behind on the machine, however it ends."""

import os
import subprocess
import sys
from pathlib import Path

from testing.machine import eventually

TESTS = Path(__file__).parents[1]
RUN = "from testing.postgresql import start; print(*start(), flush=True); input()"


def test_a_run_that_is_killed_leaves_no_database_behind() -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", RUN],
        env=os.environ | {"PYTHONPATH": str(TESTS)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with run:
        assert run.stdout is not None
        folder = Path(run.stdout.readline().split()[-1])
        assert (folder / "postgresql" / "postmaster.pid").exists()
        run.kill()
    eventually(lambda: not folder.exists())
