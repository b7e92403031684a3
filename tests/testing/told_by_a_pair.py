"""Two real Alertmanagers that tell a whole desk of the same alerts, whatever happens to them."""

import signal
from collections.abc import Sequence
from pathlib import Path

import httpx
import psycopg

from testing.alertmanagers import Peer, gossiping, see
from testing.lost import frozen
from testing.machine import eventually
from testing.visitors import Visitor
from testing.whole_desk import Desk

ALERTS = ("DiskFull", "NodeDown", "QueueStuck", "CertificateEnds")


def told_by_a_pair(desk: Desk, ada: Visitor, folder: Path, webhook: str, called: str) -> None:
    """Let two Alertmanagers gossip, and each be posted every alert: nobody is called twice.

    Meanwhile nothing can be kept for a while, and one of the two loses all that it told. `called`:
    the address of whoever is on call; nothing fires before, and nothing after.
    """

    def fires(*names: str, on: Sequence[Peer], firing: bool = True) -> None:
        alerts = [see(name, firing=firing, severity="critical") for name in names]
        for peer in on:
            httpx.post(f"{peer.url}/api/v2/alerts", json=alerts, timeout=60).raise_for_status()

    def calls(name: str) -> int:
        pages = [m.subject for m in desk.postbox.to(called) if m.subject.startswith("Page")]
        return sum(name in subject for subject in pages)

    before = _counted(desk)
    with gossiping(folder, ["alertname"], webhook) as both:
        one, _ = both
        fires(ALERTS[0], on=both)
        eventually(lambda: calls(ALERTS[0]))
        with frozen(desk):
            fires(*ALERTS[1:], on=both)
            eventually(lambda: all(peer.failures() for peer in both))
        eventually(lambda: all(calls(name) for name in ALERTS))
        one.stop(signal.SIGKILL)
        one.start(Peer(folder / "nobody", webhook))  # It gossips with nobody now.
        fires(*ALERTS, on=both)
        eventually(lambda: one.told() >= len(ALERTS))
        desk.forward("1 minute")
        fires(*ALERTS, on=both, firing=False)
        eventually(lambda: one.told() >= 2 * len(ALERTS))
        eventually(lambda: "Nothing fires" in ada.see("/"))
    after = _counted(desk)
    assert [n - had for n, had in zip(after, before, strict=True)] == [len(ALERTS)] * 3 + [0]


def _counted(desk: Desk) -> tuple[int, ...]:
    """Give how many alarms, pages, and pages that called there are, and calls that came twice.

    On a slow machine a page may rightly call the next person, or again, since nobody answers.
    """
    address = (desk.home / "database-url").read_text().strip()
    counts = (
        "(SELECT count(*) FROM alarms_alarm)",
        "(SELECT count(*) FROM oncall_page)",
        "(SELECT count(DISTINCT page_id) FROM oncall_call)",
        "(SELECT count(*) - count(DISTINCT (page_id, engineer_id, round)) FROM oncall_call)",
    )
    with psycopg.connect(address) as database:
        return tuple(database.execute(f"SELECT {', '.join(counts)}").fetchone() or ())
