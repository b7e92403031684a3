"""A pair of real Alertmanagers, somebody who posts alerts to both, and who hears what they tell."""

import json
import queue
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from testing.machine import AT_MOST, eventually, free_port, needs

RESENT = 1.0
CONFIG = """
global: {{resolve_timeout: 1h}}
route: {{receiver: desk, group_by: [{by}], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
receivers: [{{name: desk, webhook_configs: [{{url: "{url}"}}]}}]
"""
# A peer waits half a second for the other to tell first, and, begun anew, 2 seconds at most to
# settle: it tells what it knew that long ago.
CLUSTER = (
    *("--cluster.peer-timeout=500ms", "--cluster.gossip-interval=20ms"),
    *("--cluster.pushpull-interval=2s", "--cluster.settle-timeout=2s"),
    *("--cluster.reconnect-interval=1s", "--cluster.probe-interval=500ms"),
)


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 -- Alertmanager keeps the machine's time


@dataclass(frozen=True)
class Heard:
    """One telling, and when it came."""

    at: datetime
    body: bytes

    def alerts(self) -> Iterator[tuple[str, bool]]:
        """Give the name of each alert that is told of, and whether it is said to fire."""
        for one in json.loads(self.body)["alerts"]:
            yield one["labels"]["alertname"], one["status"] == "firing"

    def labels(self) -> set[str]:
        """Give the labels that the telling is grouped by."""
        return set(json.loads(self.body)["groupLabels"])


class Receiver:
    """Keeps what is posted to it, in the order in which it came."""

    def __init__(self) -> None:
        self._heard: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        self._turn = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.keep(body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Be quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()

    def keep(self, body: bytes) -> None:
        """Keep one telling as what came now."""
        with self._turn:
            self._heard.put(Heard(now(), body))

    def take(self) -> tuple[list[Heard], datetime]:
        """Give what has come since the last time, and a moment before which no more will come."""
        with self._turn:
            until, heard = now(), []
            while not self._heard.empty():
                heard.append(self._heard.get())
        return heard, until

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Peer:
    """One Alertmanager of the pair. It has other ports each time that it is started."""

    def __init__(self, folder: Path, webhook: str) -> None:
        folder.mkdir()
        self.folder, self.webhook = folder, webhook
        self.process: subprocess.Popen[bytes] | None = None
        self.url = self.gossip = ""

    @property
    def runs(self) -> bool:
        return self.process is not None

    def configure(self, by: Sequence[str]) -> None:
        text = CONFIG.format(by=", ".join(by), url=self.webhook)
        (self.folder / "config.yml").write_text(text)

    def start(self, other: "Peer") -> None:
        """Start it beside the other; twice more if somebody else took its ports."""
        for _ in range(3):
            web, self.gossip = (f"127.0.0.1:{free_port()}" for _ in range(2))
            self.url, self.process = f"http://{web}", self._start(web, other)
            eventually(self._stands)
            if self.process.poll() is None:
                return
        raise AssertionError((self.folder / "log").read_text()[-2000:])

    def _stands(self) -> bool:
        """Say whether it answers, or has ended instead."""
        ended = self.process is None or self.process.poll() is not None
        return ended or httpx.get(f"{self.url}/-/ready").status_code == 200

    def _start(self, web: str, other: "Peer") -> subprocess.Popen[bytes]:
        beside = [f"--cluster.peer={other.gossip}"] if other.runs else []
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [
                    needs("prometheus-alertmanager"),
                    f"--config.file={self.folder / 'config.yml'}",
                    f"--storage.path={self.folder}",
                    f"--web.listen-address={web}",
                    f"--cluster.listen-address={self.gossip}",
                    *CLUSTER,
                    *beside,
                ],
                stdout=log,
                stderr=log,
            )

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.send_signal(how)
            process.wait(AT_MOST)

    def settled(self) -> bool:
        """Say whether it knows the other and tells."""
        cluster = self._get("status")["cluster"]
        return cluster["status"] == "ready" and len(cluster["peers"]) == 2

    def reload(self) -> None:
        httpx.post(f"{self.url}/-/reload", timeout=AT_MOST).raise_for_status()

    def firing(self) -> set[str]:
        return {one["labels"]["alertname"] for one in self._get("alerts")}

    def silences(self) -> set[str]:
        """Give the numbers of the silences that hold."""
        return {one["id"] for one in self._get("silences") if one["status"]["state"] == "active"}

    def silence(self, name: str) -> str:
        """Silence an alert for an hour; give the silence's number."""
        body = {
            "matchers": [{"name": "alertname", "value": name, "isRegex": False, "isEqual": True}],
            "startsAt": now().isoformat(),
            "endsAt": (now() + timedelta(hours=1)).isoformat(),
            "createdBy": "Ben",
            "comment": "We repair it",
        }
        answer = httpx.post(f"{self.url}/api/v2/silences", json=body, timeout=AT_MOST)
        return str(answer.raise_for_status().json()["silenceID"])

    def lift(self, silence: str) -> None:
        httpx.delete(f"{self.url}/api/v2/silence/{silence}", timeout=AT_MOST).raise_for_status()

    def told(self) -> int:
        """Give how many tellings were taken from it."""
        return self._count("requests_total") - self.failures()

    def failures(self) -> int:
        """Give how many were not taken, and are told again."""
        return self._count("requests_failed_total")

    def _count(self, what: str) -> int:
        found = httpx.get(f"{self.url}/metrics", timeout=AT_MOST).raise_for_status().text
        line = rf'^alertmanager_notification_{what}{{integration="webhook"}} (\S+)$'
        return int(float(re.findall(line, found, re.MULTILINE)[0]))

    def _get(self, what: str) -> Any:
        return httpx.get(f"{self.url}/api/v2/{what}", timeout=AT_MOST).raise_for_status().json()


@dataclass
class Seen:
    """What Prometheus sees of one alert: it posts it until `until`, to each peer when it is due."""

    alert: dict[str, Any]
    until: float
    due: list[float]


@dataclass
class Prometheus:
    """Posts what it sees to both peers, again and again, as Prometheus does."""

    peers: Sequence[Peer]
    _seen: dict[str, Seen] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _over: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        self._threads = [
            threading.Thread(target=self._run, args=(number,)) for number in range(len(self.peers))
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def see(self, alert: dict[str, Any], *, later: Sequence[float], lasts: float) -> None:
        """Post an alert from now on for so long, to each peer that much later."""
        at = time.monotonic()
        seen = Seen(alert, at + lasts, [at + each for each in later])
        with self._turn:
            self._seen[alert["labels"]["alertname"]] = seen

    def _run(self, number: int) -> None:
        while not self._over.wait(0.05):
            at = time.monotonic()
            with self._turn:
                due = [one for one in self._seen.values() if one.due[number] <= at <= one.until]
            if due and self._post(self.peers[number], [one.alert for one in due]):
                for one in due:
                    one.due[number] = at + RESENT

    def _post(self, peer: Peer, alerts: Sequence[dict[str, Any]]) -> bool:
        """Post, and give whether it was taken; one that is away gets it when it is back."""
        if not peer.runs:
            return False
        try:
            return httpx.post(f"{peer.url}/api/v2/alerts", json=alerts, timeout=AT_MOST).is_success
        except httpx.HTTPError:
            return False


@contextmanager
def gossiping(folder: Path, by: Sequence[str], webhook: str) -> Iterator[Sequence[Peer]]:
    """Give two peers that know one another and post what they tell to that address."""
    folder.mkdir(exist_ok=True)
    peers = [Peer(folder / name, webhook) for name in ("one", "two")]
    try:
        for peer, other in (peers, reversed(peers)):
            peer.configure(by)
            peer.start(other)
        eventually(lambda: all(peer.settled() for peer in peers))
        yield peers
    finally:
        for peer in peers:
            peer.stop()


@contextmanager
def a_pair(folder: Path, by: Sequence[str]) -> Iterator[tuple[Sequence[Peer], Receiver]]:
    """Give such a pair, and a receiver of what it tells."""
    receiver = Receiver()
    try:
        with gossiping(folder, by, receiver.url) as peers:
            yield peers, receiver
    finally:
        receiver.close()


def see(name: str, *, firing: bool = True, **labels: str) -> dict[str, Any]:
    """Give what Prometheus posts of an alert."""
    alert: dict[str, Any] = {
        "labels": {"alertname": name, **labels},
        "annotations": {"summary": f"{name} is failing"},
        "startsAt": (now() - timedelta(minutes=1)).isoformat(),
    }
    return alert if firing else {**alert, "endsAt": now().isoformat()}


class Alertmanager:
    """Debian's Prometheus Alertmanager, posting to the desk."""

    def __init__(self, folder: Path, webhook: str) -> None:
        binary = needs("prometheus-alertmanager")
        self.url = f"http://127.0.0.1:{free_port()}"
        folder.mkdir(exist_ok=True)
        (folder / "config.yml").write_text(
            "route:\n  receiver: desk\n  group_by: [alertname]\n  group_wait: 0s\n"
            "  group_interval: 1s\n  repeat_interval: 1h\n"
            f"receivers:\n- name: desk\n  webhook_configs:\n  - url: {webhook}\n"
        )
        self.process = subprocess.Popen(
            [
                binary,
                f"--config.file={folder / 'config.yml'}",
                f"--storage.path={folder}",
                f"--web.listen-address={self.url.removeprefix('http://')}",
                "--cluster.listen-address=",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        eventually(lambda: httpx.get(f"{self.url}/-/ready").status_code == 200)

    def tell(self, name: str, *, firing: bool = True, **labels: str) -> None:
        alert = see(name, firing=firing, **labels)
        answer = httpx.post(f"{self.url}/api/v2/alerts", json=[alert])
        assert answer.status_code == 200, answer.text

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)
