"""Measures alerts: how many are kept, how soon somebody is called, and what a storm does."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import load
import psycopg
from limit import limit

from dutydesk.database.postgresql import outside_pool
from testing.machine import eventually
from testing.postbox import Mail
from testing.visitors import Visitor
from testing.whole_desk import Desk

COUNT, PAGES = {1: 3000, 8: 8000, 32: 12000}, 60
STORM, IN_EACH, SERVICES = 50_000, 100, 12
BURST, ALARMS = 300, 200_000
At = Callable[[Iterable[float], int], float]


def body(number: int, severity: str = "warning", service: str = "", alerts: int = 1) -> bytes:
    """Give a webhook about a new group of that many alerts."""
    told = [
        {
            "status": "firing",
            "labels": {"alertname": f"A{number}", "severity": severity, "service": service},
            "annotations": {"summary": f"Thing {number} is down"},
            "startsAt": "2026-11-24T10:00:00Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "fingerprint": f"{number:08x}{one:08x}",
        }
        for one in range(alerts)
    ]
    return json.dumps({"version": "4", "groupKey": f"group {number}", "alerts": told}).encode()


def measure(desk: Desk, ada: Visitor, webhook: str, at: At) -> list[str]:
    """Give the section about alerts; Django is set up for the desk's database by then."""
    idle = _memory(desk)
    lines = _rates(webhook, at)
    _storms_above(desk, ada, 100_000)
    quiet = _paging(desk, webhook, 5_000_000)
    with _Background(webhook, 200):
        busy = _paging(desk, webhook, 6_000_000)
    burst = _burst(desk, webhook)
    _storms_above(desk, ada, 5)
    lines += [
        "", f"From posting a high alert to calling the mail server, and to its having the whole "
        f"page, {PAGES} alerts (targets for the call: p50 50 ms, p99 500 ms):", "",
        "| | call p50 | call p99 | page p50 | page p99 |", "|---|---|---|---|---|",
        _called("at idle", quiet, at),
        _called("while 200 other alerts a second come in", busy, at), "",
        *burst, *_storm(desk, ada, webhook, at), *_list(desk, ada, at),
        "", f"The desk at idle, beside PostgreSQL: {idle[0]} processes, {idle[1]} MiB "
        "(proportional set size; targets 4 and 250 MiB).", "",
    ]  # fmt: skip
    return lines


def _called(when: str, taken: tuple[list[float], list[float]], at: At) -> str:
    figures = [_ms(at(each, percent)) for each in taken for percent in (50, 99)]
    return f"| {when} | {' | '.join(figures)} |"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"


def _rates(webhook: str, at: At) -> list[str]:
    lines = [
        "## Alerts", "",
        "One alert a request, each a new group. 2xx means that it is kept, with fsync on. Beside "
        "it what this PostgreSQL keeps at most, in the same run: one row of 0.9 kB with a unique "
        "key a commit, by as many connections. *Worked out*: until its alarm, post and entry in "
        "the journal are committed too. Targets: a quarter of the limit at 1 and 8 clients, a "
        "third at 32.", "",
        "| clients | the limit | kept a second | of the limit | p50 | p99 | worked out a second |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    load.post(webhook, body, range(10_000_000, 10_000_500), 4)
    _all_worked_out()
    for clients, count in COUNT.items():
        most = limit(outside_pool(), clients, 2 * count)
        first, begun = 1_000_000 + clients * 100_000, time.perf_counter()
        found = load.post(webhook, body, range(first, first + count), clients)
        p50, p99 = at(found.taken, 50), at(found.taken, 99)
        _all_worked_out()
        done = count / (time.perf_counter() - begun)
        lines.append(
            f"| {clients} | {most:,.0f} | {found.rate:,.0f} | {found.rate / most:.0%} | {_ms(p50)} "
            f"| {_ms(p99)} | {done:,.0f} |"
        )
    return [*lines, "", *_low_storm(webhook)]


def _low_storm(webhook: str) -> list[str]:
    """Let alerts that page nobody storm, one a request, until all are worked out."""
    begun = time.perf_counter()
    load.post(webhook, body, range(30_000_000, 30_000_000 + STORM), 32)
    kept = time.perf_counter() - begun
    _all_worked_out()
    seconds = time.perf_counter() - begun
    return [
        f"A storm of {STORM:,} low alerts, one a request, by 32 clients: all kept in {kept:.0f} s, "
        f"all worked out after {seconds:.0f} s: {STORM / seconds:,.0f} a second (target 3,000).",
    ]


def _all_worked_out() -> None:
    """Wait until nothing that was kept waits."""
    waiting = "SELECT FROM inbox_arrival WHERE due_at IS NOT NULL LIMIT 1"
    with psycopg.connect(**outside_pool(), autocommit=True) as connection:
        while connection.execute(waiting).fetchone() is not None:
            threading.Event().wait(0.02)


def _storms_above(desk: Desk, ada: Visitor, count: int) -> None:
    file = desk.home / "process.yaml"
    file.write_text(re.sub(r"more_than: \d+", f"more_than: {count}", file.read_text()))
    eventually(lambda: f"more than {count} alarms" in ada.see("/process/"), 30)


def _paging(desk: Desk, webhook: str, first: int) -> tuple[list[float], list[float]]:
    """Give the times from posting high alerts to calling the mail server, and to its having it."""
    begun: dict[str, float] = {}
    for number in range(first, first + PAGES):
        begun[f"Page: Thing {number} is down"] = time.perf_counter()
        load.post(webhook, lambda n: body(n, "critical"), range(number, number + 1), 1)
        threading.Event().wait(0.25)
    return _arrivals(desk, begun)


def _arrivals(desk: Desk, begun: dict[str, float]) -> tuple[list[float], list[float]]:
    def arrived() -> list[Mail]:
        first = {m.subject: m for m in reversed(desk.postbox.mails) if m.subject in begun}
        return list(first.values())

    eventually(lambda: len(arrived()) == len(begun), 60)
    mails = arrived()
    return [m.called - begun[m.subject] for m in mails], [m.at - begun[m.subject] for m in mails]


def _burst(desk: Desk, webhook: str) -> list[str]:
    """Let something high fire for each of many services at once, each a page of its own."""
    from dutydesk.people.models import Service

    names = [f"burst {number}" for number in range(BURST)]
    Service.objects.bulk_create([Service(name=name, slug=name.replace(" ", "-")) for name in names])
    first, start = 40_000_000, time.perf_counter()
    begun = {f"Page: Thing {first + place} is down": start for place in range(BURST)}
    one = lambda number: body(number, "critical", names[number - first])  # noqa: E731
    load.post(webhook, one, range(first, first + BURST), 32)
    answered = time.perf_counter() - start
    called, taken = _arrivals(desk, begun)
    return [
        f"A burst of {BURST} high alerts of {BURST} services at once, each a page of its own: all "
        f"answered after {_ms(answered)} (target 1 s), the mail server called for the last of them "
        f"after {_ms(max(called))}, and it has the last page after {_ms(max(taken))} (target 3 s).",
        "",
    ]


def _list(desk: Desk, ada: Visitor, at: At) -> list[str]:
    """Show the list of alarms when there are so many, a quarter of which fire."""
    with psycopg.connect(**outside_pool(), autocommit=True) as connection:
        (there,) = connection.execute("SELECT count(*) FROM alarms_alarm").fetchone() or (0,)
        connection.execute(_MANY, [max(0, ALARMS - there)])
        connection.execute("VACUUM ANALYZE alarms_alarm")
    threading.Event().wait(30)  # Until what follows from so many new ones is over: tallies, vacuum.
    cookies = "; ".join(f"{name}={value}" for name, value in ada.client.cookies.items())
    load.get(f"{desk.url}/alarms/", cookies, 5)
    taken = load.get(f"{desk.url}/alarms/", cookies, 100).taken
    return [
        "", f"The list of {max(there, ALARMS):,} alarms, 100 times: p50 {_ms(at(taken, 50))}, p95 "
        f"{_ms(at(taken, 95))} (target 50 ms).",
    ]  # fmt: skip


_MANY = """
INSERT INTO alarms_alarm (group_key, title, state, severity, first_at, told_at, resolved_at,
    times_told, channel, duties, runbook, description, firing_count, resolved_count, peak,
    truncated, incident)
SELECT '0 bench ' || n, 'Thing ' || n || ' was down', state, severity, began, began,
    CASE WHEN state = 'resolved' THEN began + interval '5 minutes' END, 1, '', '[]', '', '',
    CASE WHEN state = 'firing' THEN 1 ELSE 0 END, 1, severity, 0, ''
FROM generate_series(1, %s) AS n, LATERAL (
    SELECT CASE WHEN n %% 4 = 0 THEN 'firing' ELSE 'resolved' END AS state,
        CASE WHEN n %% 10 = 0 THEN 'high' ELSE 'low' END AS severity,
        now() - n * interval '1 minute' AS began
) AS made
"""


class _Background:
    """Posts low alerts at a steady rate while it lasts."""

    def __init__(self, webhook: str, rate: int) -> None:
        self._webhook, self._rate = webhook, rate
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *error: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        number, due = 7_000_000, time.perf_counter()
        while not self._stopping.is_set():
            load.post(self._webhook, body, range(number, number + 10), 2)
            number += 10
            due += 10 / self._rate
            self._stopping.wait(max(0, due - time.perf_counter()))


def _storm(desk: Desk, ada: Visitor, webhook: str, at: At) -> list[str]:
    """Let one service's alarms storm; see what becomes of the pages of others."""
    for name in ("stormy", *(f"other {n}" for n in range(SERVICES))):
        answer = ada.send("/people/", what="service", name=name, user_facing="yes")
        assert answer.is_success or answer.is_redirect, answer.text[-2000:]
    before, peak = _memory(desk)[1], 0
    begun: dict[str, float] = {}
    first, webhooks = 8_000_000, STORM // IN_EACH
    start = time.perf_counter()
    sender = threading.Thread(
        target=load.post,
        args=(
            webhook,
            lambda n: body(n, "critical", "stormy", IN_EACH),
            range(first, first + webhooks),
            8,
        ),
    )
    sender.start()
    for other in range(SERVICES):
        number = 9_000_000 + other
        begun[f"Page: Thing {number} is down"] = time.perf_counter()
        one = lambda n, service=f"other {other}": body(n, "critical", service)  # noqa: E731
        load.post(webhook, one, range(number, number + 1), 1)
        peak = max(peak, _memory(desk)[1])
        threading.Event().wait(1)
    sender.join()
    _all_worked_out()
    seconds = time.perf_counter() - start
    _, taken = _arrivals(desk, begun)
    return [
        f"A storm of {STORM:,} high alerts of one service, {IN_EACH} to a webhook, each webhook a "
        f"new alarm: all worked out in {seconds:.0f} s. {SERVICES} high alerts of other services "
        f"meanwhile: posting to mail server p50 {_ms(at(taken, 50))}, at most {_ms(max(taken))} "
        f"(target 2 s). Memory of the desk before, at most, after: {before}, {peak}, "
        f"{_memory(desk)[1]} MiB.",
    ]


def _memory(desk: Desk) -> tuple[int, int]:
    """Give how many processes of ours run, and their proportional set size in MiB."""
    found = {pid for part in ("serve", "web", "worker") for pid in desk.children(part)}
    total = 0
    for pid in found:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += int(re.findall(r"^Pss:\s+(\d+)", text, re.MULTILINE)[0])
    return len(found), total // 1024
