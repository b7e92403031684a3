"""Measures how soon Slack's events are acknowledged, and how soon they are taken, at 50 a second.

Run alone: `python bench/slack.py`.
"""

import hashlib
import hmac
import json
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
if TYPE_CHECKING:
    from testing.whole_desk import Desk

A_SECOND, SECONDS, TARGET = 50, 30, 0.3
SECRET, TEAM, CHANNELS, PEOPLE = "only-for-the-bench", "T024BE7LD", 10, 50
At = Callable[[list[float], int], float]


def _body(number: int, ts: float) -> bytes:
    message = {
        "type": "message", "channel_type": "channel", "team": TEAM, "ts": f"{ts:.6f}",
        "channel": f"C{number % CHANNELS}", "user": f"U{number % PEOPLE}",
        "text": f"Event {number}: visits can't be booked since this morning.",
    }  # fmt: skip
    return json.dumps(
        {
            "type": "event_callback", "team_id": TEAM, "event_id": f"Ev{number:08}",
            "authorizations": [{"team_id": TEAM, "user_id": "U0BOT", "is_bot": True}],
            "event": message,
        }
    ).encode()  # fmt: skip


def _signed(body: bytes) -> dict[str, str]:
    stamp = str(int(time.time()))
    made = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={made.hexdigest()}",
    }


def measure(at: At) -> list[str]:
    """Give the lines of the report, from a desk of its own beside a double of Slack."""
    from doubles.slack_workspace import TOKEN, Workspace, user
    from testing.machine import eventually
    from testing.visitors import first_account
    from testing.whole_desk import Desk

    users = [user(f"U{n}", f"User {n}", f"user{n}@example.org") for n in range(PEOPLE)]
    channels = {
        f"C{n}": {"id": f"C{n}", "name": f"channel-{n}", "is_member": True} for n in range(CHANNELS)
    }
    there = Workspace({one["id"]: one for one in users}, channels)
    desk = Desk(
        fresh=True,
        DUTYDESK_SLACK_BOT_TOKEN=TOKEN,
        DUTYDESK_SLACK_SIGNING_SECRET=SECRET,
        DUTYDESK_SLACK_API_URL=there.url,
    )
    try:
        ada = first_account(desk)
        taken = _send(desk)
        last = f"Event {A_SECOND * SECONDS - 1}:"
        begun = time.perf_counter()
        number = (A_SECOND * SECONDS - 1) % CHANNELS

        def there_now() -> bool:
            listed = ada.see("/channels/")
            place = listed.split(f"#channel-{number}<")[0].rpartition('href="')[2].split('"')[0]
            return last in ada.see(place)

        eventually(there_now, 120)
        behind = time.perf_counter() - begun
    finally:
        desk.close()
        there.close()
    p99 = at(taken, 99)
    missed = "" if p99 < TARGET else " (**missed**)"
    return [
        "## Slack", "",
        f"{A_SECOND} events a second for {SECONDS} s in {CHANNELS} channels, each checked, kept "
        f"and answered: p50 {at(taken, 50) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms"
        f"{missed}, at most {max(taken) * 1000:.0f} ms; target: p99 under {TARGET * 1000:.0f} ms. "
        f"The last of them stood in its channel {behind:.1f} s after it was answered.", "",
    ]  # fmt: skip


def _send(desk: "Desk") -> list[float]:
    """Post each event when it is due, however long others take; give how long each took."""
    pause, begun = threading.Event(), time.perf_counter()
    with httpx.Client(timeout=10) as client, ThreadPoolExecutor(A_SECOND) as pool:

        def post(number: int) -> float:
            body = _body(number, time.time())
            start = time.perf_counter()
            answer = client.post(f"{desk.url}/slack/events", content=body, headers=_signed(body))
            assert answer.status_code == 200, answer.status_code
            return time.perf_counter() - start

        sent = []
        for number in range(A_SECOND * SECONDS):
            pause.wait(max(begun + number / A_SECOND - time.perf_counter(), 0))
            sent.append(pool.submit(post, number))
        return [one.result() for one in sent]


if __name__ == "__main__":

    def _at(values: list[float], percent: int) -> float:
        return sorted(values)[len(values) * percent // 100]

    sys.stdout.write("\n".join(measure(_at)))
