"""This machine: its ports, its servers, and waiting for what it does."""

import os
import random
import shutil
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn, TypeVar
from zoneinfo import ZoneInfo

import httpx
import pytest

LONDON = ZoneInfo("Europe/London")
# So many seconds a test waits at most: far longer than it takes while the machine does much else.
AT_MOST = 180.0
T = TypeVar("T")


def free_port() -> int:
    """Give a port that nobody uses, and that nobody is given who asks for any (from 32768 on)."""
    while True:
        port = random.SystemRandom().randrange(10_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def eventually(look: Callable[[], T], seconds: float = AT_MOST) -> T:
    """Give what `look` finds, once it finds something; fail with its last error after a while."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        try:
            found = look()
            if found:
                return found
            problem = "nothing was found"
        except (AssertionError, httpx.HTTPError) as error:
            problem = str(error)
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds} s: {problem[:2000]}")
        pause.wait(0.1)


def needs(command: str) -> str:
    """Give the path of a server that the test needs; without it, skip, but never in CI."""
    found = shutil.which(command)
    if found is None:
        lacking(f"{command} is not installed; `make test` says how")
    return found


def lacking(message: str) -> NoReturn:
    """Skip a test for what this machine can't have; CI must have it."""
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
