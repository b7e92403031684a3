"""Measures how soon an empty desk shows its first page, and what it holds when nothing is done."""

import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from testing.machine import free_port

STARTS, TARGET = 3, 5.0
MOST_IDLE, MOST_SERVERS = 0.005, 12
SETTLES = 10.0  # Seconds after which a desk that was just started does no more of itself.
IDLE = 60.0  # Seconds for which a desk is watched that has nothing to do.
PARTS = ("serve", "web", "worker")
REFERENCE = "import django.http, django.db.models"


@dataclass(frozen=True)
class Start:
    """How long it took until the first page, in seconds and in seconds of a processor.

    `idle` is what it takes of a core once nothing is to be done, with PostgreSQL, which is then so
    many `servers`.
    """

    seconds: float
    processor: float
    held: dict[str, int]
    idle: float
    servers: int

    @property
    def total(self) -> int:
        return sum(self.held.values())


def measure() -> list[str]:
    """Give the section about starts: each of an empty folder, beside a bare import of Django."""
    starts = [_start() for _ in range(STARTS)]
    bare = [_reference() for _ in range(STARTS)]
    best = min(one.seconds for one in starts)
    held = min(starts, key=lambda one: one.total)
    idle, servers = min(one.idle for one in starts), max(one.servers for one in starts)
    missed = " (**missed**)" if idle > MOST_IDLE or servers > MOST_SERVERS else ""
    parts = ", ".join(f"{name} {size}" for name, size in held.held.items())
    return [
        "## Start and memory", "",
        f"From `dutydesk serve` in an empty folder to its first page, {STARTS} times, making "
        "PostgreSQL's cluster and all tables on the way; beside it, as a measure of the machine at "
        f"that minute, `{REFERENCE}`. The processor's time is user and system, of all processes. "
        "Target: under 5 s once installed.", "",
        "| what | at best | median | processor |", "|---|---|---|---|",
        _line("first page", [(one.seconds, one.processor) for one in starts], best > TARGET),
        _line("bare import", bare), "",
        f"That desk at idle, beside PostgreSQL: {held.total} MiB (proportional set size; target "
        f"250 MiB): {parts} MiB. It takes {idle:.2%} of a core then, with PostgreSQL, which is "
        f"{servers} processes{missed} (targets {MOST_IDLE:.1%} and {MOST_SERVERS}).", "",
    ]  # fmt: skip


def _line(what: str, taken: Sequence[tuple[float, float]], missed: bool = False) -> str:
    seconds, processor = [one[0] for one in taken], min(one[1] for one in taken)
    best = f"{min(seconds):.2f} s{' (**missed**)' if missed else ''}"
    return f"| {what} | {best} | {statistics.median(seconds):.2f} s | {processor:.2f} s |"


def _reference() -> tuple[float, float]:
    """Give the seconds that a bare import takes, and those of a processor."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-c", REFERENCE], check=True)
    taken, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _start() -> Start:
    """Start a desk in an empty folder, and end it once it has been measured."""
    home, port = tempfile.mkdtemp(prefix="dutydesk-"), free_port()
    given = {key: value for key, value in os.environ.items() if not key.startswith("DUTYDESK_")}
    begun = time.perf_counter()
    desk = subprocess.Popen(
        [sys.executable, "-m", "dutydesk", "serve", "--port", str(port)],
        env=given | {"DUTYDESK_HOME": home},
        stdout=subprocess.DEVNULL,
    )
    try:
        _first_page(f"http://localhost:{port}/account/login/", desk)
        seconds, processor = time.perf_counter() - begun, processor_time(desk.pid)
        threading.Event().wait(SETTLES)
        before = processor_time(desk.pid)
        threading.Event().wait(IDLE)
        idle = (processor_time(desk.pid) - before) / IDLE
        servers = sum(one.name().startswith("postgres") for one in _family(desk.pid))
        return Start(seconds, processor, _held(desk.pid), idle, servers)
    finally:
        desk.terminate()
        desk.wait(90)
        shutil.rmtree(home)


def _first_page(address: str, desk: subprocess.Popen[bytes]) -> None:
    pause = threading.Event()
    while desk.poll() is None:
        try:
            if httpx.get(address, timeout=30).status_code == 200:
                return
        except httpx.TransportError:
            pause.wait(0.02)
    raise RuntimeError(f"the desk ended with {desk.returncode}")


def _family(*pids: int) -> set[psutil.Process]:
    firsts = [psutil.Process(pid) for pid in pids]
    return {one for first in firsts for one in (first, *first.children(recursive=True))}


def processor_time(*pids: int) -> float:
    """Give the seconds of a processor that these and theirs have used, with what they have ended.

    What ends just now counts with its parent's the next time.
    """
    spent = 0.0
    for one in _family(*pids):
        with suppress(psutil.NoSuchProcess):
            spent += sum(one.cpu_times()[:4])
    return spent


def _held(pid: int) -> dict[str, int]:
    """Give what each part holds, in MiB of its proportional set size: what is shared is divided."""
    found = dict.fromkeys(PARTS, 0)
    for one in _family(pid):
        words = one.cmdline()
        part = next((name for name in PARTS if name in words), None)
        if "dutydesk" in words and part:
            told = Path(f"/proc/{one.pid}/smaps_rollup").read_text()
            found[part] += int(re.findall(r"^Pss:\s+(\d+)", told, re.MULTILINE)[0])
    return {name: size // 1024 for name, size in found.items()}
