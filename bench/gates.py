"""Measures the gate: how soon it answers, alone, with others, while the desk is used; how soon it
hears of a change."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from testing.whole_desk import Desk

ASKED, CHANGES = 2_000, 20
SLUG = "bench-gate"
At = Callable[[list[float], int], float]


def _ask(connection: HTTPConnection, expected: int) -> float:
    begun = time.perf_counter()
    connection.request("GET", f"/gate/{SLUG}")
    answer = connection.getresponse()
    answer.read()
    taken = time.perf_counter() - begun
    assert answer.status == expected, answer.status
    return taken


def _asking(port: int, times: int, expected: int = 204) -> list[float]:
    """Give the times of so many questions over one connection that stays open, as a proxy's do."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    _ask(connection, expected)
    taken = [_ask(connection, expected) for _ in range(times)]
    connection.close()
    return taken


def _together(port: int, clients: int) -> tuple[float, list[float]]:
    """Give answers a second and each one's time, with that many clients at once."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        each = list(pool.map(lambda _: _asking(port, ASKED // clients), range(clients)))
    taken = [one for some in each for one in some]
    return len(taken) / (time.perf_counter() - begun), taken


class _Browsing:
    """Somebody who loads a screen of the desk again and again meanwhile."""

    def __init__(self, port: int) -> None:
        self._port, self._stopping = port, threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *error: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(0.05):
            connection = HTTPConnection("127.0.0.1", self._port, timeout=10)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            connection.close()


def _until(port: int, expected: int) -> float:
    """Give how long it takes from now until the gate says so."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    begun = time.perf_counter()
    while True:
        connection.request("GET", f"/gate/{SLUG}")
        answer = connection.getresponse()
        answer.read()
        taken = time.perf_counter() - begun
        if answer.status == expected:
            connection.close()
            return taken
        assert taken < 5, "the gate heard nothing"


def _changes(port: int) -> list[float]:
    """Take a service out and put it back, and see how soon after the commit the gate knows."""
    from dutydesk.incidents.flows import maintenance_mode
    from dutydesk.kernel.actions import Person
    from dutydesk.people.models import Service
    from dutydesk.wiring import clock

    service = Service.objects.get(slug=SLUG)
    by, taken = Person(0, "Bench", "bench@example.org"), []
    for _ in range(CHANGES):
        at = clock().now()
        what = maintenance_mode.TakingOut(service.pk, maintenance_mode.usual_end(at), "bench")
        out = maintenance_mode.take_out(what=what, by=by, at=at)
        taken.append(_until(port, 403))
        maintenance_mode.put_back(maintenance=out.pk, by=by, at=clock().now())
        taken.append(_until(port, 204))
    return taken


def measure(desk: "Desk", at: At) -> list[str]:
    """Give the lines of the report. Django is set up on the desk's database."""
    from dutydesk.people.models import Service

    Service.objects.get_or_create(name="Bench gate")
    _until(desk.port, 204)
    rows = []
    for clients in (1, 8):
        rate, taken = _together(desk.port, clients)
        rows.append((f"{clients} client{'s' * (clients > 1)}", rate, taken))
    with _Browsing(desk.port):
        rate, taken = _together(desk.port, 1)
    rows.append(("1 client, while somebody uses the desk", rate, taken))
    heard = _changes(desk.port)
    return [
        "## The maintenance gate", "",
        f"`GET /gate/SLUG` over the loopback on connections that stay open, {ASKED:,} questions "
        "each; target: p99 within 2 ms with one client.", "",
        "| asked by | answers a second | p50 | p99 |", "|---|---|---|---|",
        *(
            f"| {who} | {rate:,.0f} | {1000 * at(taken, 50):.2f} ms | "
            f"{1000 * at(taken, 99):.2f} ms |"
            for who, rate, taken in rows
        ),
        "", "From the commit that takes a service out or puts it back to the gate's new answer, "
        f"{len(heard)} times: p50 {1000 * at(heard, 50):.1f} ms, at most "
        f"{1000 * max(heard):.1f} ms.", "",
    ]  # fmt: skip
