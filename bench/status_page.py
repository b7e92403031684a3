"""Measures the status page: how much it answers beside nginx with the same bytes, and how soon it
says what an update tells."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

from load import Load, get

from testing.machine import eventually, free_port, needs

if TYPE_CHECKING:
    from dutydesk.kernel.actions import Person
    from testing.whole_desk import Desk

ASKED, UPDATES = 20_000, 20
CLIENTS = (1, 8, 32)
PATHS = ("", "api/v2/summary.json")
At = Callable[[list[float], int], float]


def _body(port: int, path: str = "/status/") -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found


@contextmanager
def _nginx(bodies: dict[str, bytes]) -> Iterator[int]:
    """Let nginx, as one process, give these bytes as files; give its port."""
    port, folder = free_port(), Path(tempfile.mkdtemp(prefix="dutydesk-nginx-"))
    for path, body in bodies.items():
        file = folder / "root" / "status" / (path or "index.html")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    temporary = "".join(
        f"{kind}_temp_path {folder / kind}; "
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root; " if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user}worker_processes 1; daemon off; pid {folder / 'pid'}; error_log stderr crit;\n"
        f"events {{}}\nhttp {{ access_log off; {temporary} keepalive_requests 1000000; "
        f"sendfile on; tcp_nopush on; server {{ listen 127.0.0.1:{port}; root {folder / 'root'}; "
        "index index.html; } }\n"
    )
    command = [needs("nginx"), "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    process = subprocess.Popen(command)
    try:
        eventually(lambda: _answers(port))
        yield port
    finally:
        process.terminate()
        process.wait(60)


def _answers(port: int) -> bool:
    try:
        return _body(port)[0] == 200
    except OSError:
        return False


def _incident() -> int:
    """Declare an incident that users notice; give its number."""
    from dutydesk.incidents.flows import declaration
    from dutydesk.wiring import clock

    what = declaration.Declaration("Bench", (), ("outage",), True, another=True)
    return declaration.declare(what=what, by=_by(), at=clock().now()).pk


def _by() -> "Person":
    from dutydesk.kernel.actions import Person

    return Person(0, "Bench", "bench@example.org")


def _told(port: int, incident: int) -> list[float]:
    """Tell updates, and see how soon after the commit the page says each."""
    from dutydesk.incidents.flows import updates
    from dutydesk.wiring import clock

    taken = []
    for number in range(UPDATES):
        at, text = clock().now(), f"Update number {number} of the bench"
        soon = at + timedelta(minutes=15)
        updates.update(incident=incident, text=text, next_at=soon, by=_by(), at=at)
        begun = time.perf_counter()
        while text.encode() not in _body(port)[1]:
            assert time.perf_counter() - begun < 5, "the page heard nothing"
        taken.append(time.perf_counter() - begun)
    return taken


def _line(what: str, size: int, clients: int, ours: Load, theirs: Load, at: At) -> str:
    """Give a row of the table: how much either answers, and our share of nginx's."""
    rates = (f"{one.rate:,.0f} | {1000 * at(one.taken, 99):.2f} ms" for one in (ours, theirs))
    share = 100 * ours.rate / theirs.rate
    return f"| {what} ({size / 1024:.0f} KiB) | {clients} | {' | '.join(rates)} | {share:.0f}% |"


def measure(desk: "Desk", at: At) -> list[str]:
    """Give the lines of the report. Django is set up on the desk's database."""
    process = desk.home / "process.yaml"
    process.write_text(process.read_text().replace("  shown: off", "  shown: public"))
    eventually(lambda: _body(desk.port)[0] == 200, 30)
    told = _told(desk.port, _incident())
    bodies = {path: _body(desk.port, f"/status/{path}")[1] for path in PATHS}
    lines = []
    with _nginx(bodies) as port:
        for path, body in bodies.items():
            for clients in CLIENTS:
                ours, theirs = (
                    get(f"http://127.0.0.1:{one}/status/{path}", "", ASKED, clients)
                    for one in (desk.port, port)
                )
                lines.append(_line(f"`/status/{path}`", len(body), clients, ours, theirs, at))
    return [
        "## The status page", "",
        "The same bytes from the desk's one web process, which answers from memory, and as files "
        f"from nginx with one worker, on this machine; {ASKED:,} requests each, on connections "
        "that stay open.", "",
        "| page | clients | desk, a second | p99 | nginx, a second | p99 | share |",
        "|---|---|---|---|---|---|---|",
        *lines,
        "", f"From the commit of an update to the page that says it, {len(told)} times: p50 "
        f"{1000 * at(told, 50):.0f} ms, at most {1000 * max(told):.0f} ms; target: 2 s.", "",
    ]  # fmt: skip
