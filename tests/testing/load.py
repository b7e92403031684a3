"""High alerts that keep coming while things are killed, and what is known of each."""

import random
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx


def alert(number: int, severity: str = "critical", *, firing: bool = True) -> dict[str, Any]:
    return {
        "version": "4",
        "groupKey": f"group {number}",
        "alerts": [
            {
                "status": "firing" if firing else "resolved",
                "labels": {"alertname": f"Alert{number}", "severity": severity},
                "annotations": {"summary": f"Thing {number} is down"},
                "startsAt": "2026-11-24T10:00:00Z",
                "endsAt": "0001-01-01T00:00:00Z" if firing else "2026-11-24T10:00:00Z",
                "fingerprint": f"{number:016x}",
            }
        ],
    }


@dataclass
class Load:
    """Posts a new alert every so often, as a sender that never tries again would.

    `stored`: answered with 200, so owed; `unknown`: the answer never came, so perhaps stored;
    `refused`: answered with anything else, so the sender knows that it must try again. `ending`:
    what is still to be told as over, one with each new alert, until that is stored;
    `over`: all of those so far.
    """

    address: str
    chance: random.Random
    pause: float = 0.15
    stored: set[int] = field(default_factory=set)
    unknown: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    ending: deque[int] = field(default_factory=deque)
    over: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._number = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(30)

    def _run(self) -> None:
        with httpx.Client(timeout=60) as client:
            while not self._stopping.wait(self.chance.uniform(0, 2 * self.pause)):
                self._number += 1
                self._post(client, self._number)
                if self.ending:
                    self._end(client, self.ending.popleft())

    def end(self, numbers: set[int]) -> None:
        """Tell that these are over, as far as that wasn't begun."""
        new = numbers - self.over
        self.over |= new
        self.ending.extend(sorted(new))

    def _end(self, client: httpx.Client, number: int) -> None:
        with suppress(httpx.HTTPError):
            if client.post(self.address, json=alert(number, firing=False)).status_code == 200:
                return
        self.ending.append(number)

    def _post(self, client: httpx.Client, number: int) -> None:
        try:
            answer = client.post(self.address, json=alert(number))
        except (httpx.ConnectError, httpx.ConnectTimeout):
            self.refused.add(number)
        except httpx.HTTPError:
            self.unknown.add(number)
        else:
            (self.stored if answer.status_code == 200 else self.refused).add(number)
