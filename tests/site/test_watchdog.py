"""The desk is watched from outside: pings while all is well, and none while it isn't."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from dutydesk.site.watchdog import Watchdog
from testing.machine import eventually
from testing.whole_desk import Desk

OFTEN = timedelta(seconds=0.1)
HANGS = 300.0


class Outside:
    """A real HTTP server on loopback that keeps what it is asked, and can hang."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.hangs = threading.Event()
        self.over = threading.Event()
        self.late = 0
        outside = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outside.asked.append(self.path)
                if outside.hangs.is_set():
                    outside.over.wait(HANGS)
                    outside.late += 1
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"OK")

            def log_message(self, *arguments: Any) -> None:
                pass

            def log_error(self, *arguments: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()

    def pinged(self, path: str) -> int:
        return self.asked.count(path)

    def is_silent(self, path: str, seconds: float = 1.5) -> bool:
        """Say whether no ping comes for a while, in which several would come if all were well."""
        before = self.pinged(path)
        threading.Event().wait(seconds)
        return self.pinged(path) == before


@pytest.fixture(scope="module")
def outside() -> Iterator[Outside]:
    outside = Outside()
    try:
        yield outside
    finally:
        outside.close()


def test_pings_come_while_all_is_well_and_only_then(outside: Outside) -> None:
    is_well = threading.Event()
    watchdog = Watchdog(f"{outside.url}/a", is_well.is_set, every=OFTEN)
    watchdog.start()
    assert outside.is_silent("/a", 0.5)
    is_well.set()
    eventually(lambda: outside.pinged("/a") > 2)
    is_well.clear()
    eventually(lambda: outside.is_silent("/a"))  # One may be on its way.
    is_well.set()
    before = outside.pinged("/a")
    eventually(lambda: outside.pinged("/a") > before)
    watchdog.stop()


def test_an_outside_that_hangs_or_is_gone_delays_nobody(outside: Outside) -> None:
    looked: list[int] = []

    def is_well() -> bool:
        looked.append(len(looked))
        return True

    watchdog = Watchdog(f"{outside.url}/hung", is_well, every=OFTEN, patience=3 * OFTEN)
    outside.hangs.set()
    watchdog.start()
    eventually(lambda: len(looked) >= 3, HANGS)  # It gave up before it was answered.
    watchdog.stop()
    assert outside.late == 0  # Nor did that wait for an answer.
    outside.hangs.clear()
    gone = Watchdog("http://127.0.0.1:1/x", is_well, every=OFTEN)
    before = len(looked)
    gone.start()
    eventually(lambda: len(looked) > before + 2)
    gone.stop()


OTHER = """
import sys, threading
from datetime import timedelta
import dutydesk.site.django_setup
from dutydesk.site.health import health, well
from dutydesk.site.watchdog import Watchdog
from dutydesk.wiring import clock
watch = lambda: well(health(clock().now()))
Watchdog(sys.argv[1], watch, every=timedelta(seconds=0.3)).start()
threading.Event().wait()
"""


def test_pings_stop_when_the_queue_is_stuck_or_the_database_is_away(outside: Outside) -> None:
    desk = Desk(DUTYDESK_WATCHDOG_URL=f"{outside.url}/own")
    address = (desk.home / "database-url").read_text().strip()
    watching = subprocess.Popen(
        [sys.executable, "-c", OTHER, f"{outside.url}/other"],
        env={**desk.environment, "DATABASE_URL": address},
    )
    try:
        eventually(lambda: outside.pinged("/own"))
        eventually(lambda: outside.pinged("/other") > 2)
        (worker,) = desk.children("worker")
        frozen = [desk.process.pid, worker]  # What watches the worker would start it anew.
        for each in frozen:
            os.kill(each, signal.SIGSTOP)
        try:
            eventually(lambda: no_worker(desk))
            eventually(lambda: outside.is_silent("/other"))
        finally:
            for each in reversed(frozen):
                os.kill(each, signal.SIGCONT)
        before = outside.pinged("/other")
        eventually(lambda: outside.pinged("/other") > before)
        desk.stop()
        eventually(lambda: outside.is_silent("/other"))
        assert watching.poll() is None
    finally:
        watching.kill()
        watching.wait()
        desk.close()


def no_worker(desk: Desk) -> bool:
    checks = httpx.get(f"{desk.url}/healthz", timeout=60).json()["checks"]
    return bool(checks.get("worker", {}).get("says") == "No worker is at work.")
