"""Whoever is started by the desk ends with it, however it ended."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from testing.machine import eventually

CHILD = """
import os, signal, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE, text=True)
print(child.stdout.readline().strip(), flush=True)
signal.pause()
"""
ORPHAN = """
import os, signal
{before}
from dutydesk.site.orphans import end_with_parent
end_with_parent(every=0.02)
print(os.getpid(), flush=True)
while True:
    signal.pause()
"""


@pytest.mark.parametrize(
    "before",
    ["", "del os.pidfd_open", "os.pidfd_open = lambda pid: os.open('/nothing', 0)"],
    ids=["told by the system", "a system that can't tell", "a parent it can't tell of"],
)
def test_a_process_ends_once_its_parent_was_killed(before: str) -> None:
    orphan = ORPHAN.format(before=before)
    parent = subprocess.Popen(
        [sys.executable, "-c", CHILD, orphan], stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.is_running()
        os.kill(parent.pid, signal.SIGKILL)
        eventually(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, 60)
