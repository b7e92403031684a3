"""What alerts do, while a pair of Alertmanagers tells a desk of it: one script for each alert."""

import random
import signal
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from testing.alertmanagers import Heard, Peer, Prometheus, now

# As long after an end as a peer may be late here; see `alertmanagers.CLUSTER`.
LAG = timedelta(seconds=8)
# In seconds: for an alert, and for what waits until all alerts are ready.
PATIENCE = (120.0, 300.0)
OPENING = "the stage being open"
ONCE, PERHAPS, NEVER = frozenset({1}), frozenset({0, 1}), frozenset({0})
GROUPINGS = (
    *(("history", "severity"), ("history", "alertname")),
    ("history", "severity", "alertname"),
)
Waiting = tuple[str, Callable[[], bool]]
Script = Iterator[Waiting]


class Believed(Protocol):
    """What a desk believes, and whom it called for."""

    def fires(self, name: str) -> bool: ...
    def doubts(self, name: str) -> bool: ...
    def calls(self, name: str) -> Sequence[datetime]: ...


@dataclass
class Spell:
    """One firing: when it began, when it was over, and how often somebody may be called for it."""

    kind: str
    began: datetime
    starts: datetime
    allowed: frozenset[int]
    over: datetime | None = None


@dataclass
class Stage:
    """Where histories are played: who posts, who tells, what was heard, and who believes it.

    `closed`: nothing may end, since Alertmanagers are about to lose what they told. `busy`: the
    alerts that something happens to which such a loss would hide. `away`: a peer is, or is about
    to be, and would lose a silence that only it knows; `silencing`: the alerts that have one.
    """

    seed: int
    peers: Sequence[Peer]
    prometheus: Prometheus
    desk: Believed
    heard: list[Heard] = field(default_factory=list, repr=False)
    closed: bool = False
    busy: set[str] = field(default_factory=set)
    away: bool = False
    silencing: set[str] = field(default_factory=set)

    def running(self) -> list[Peer]:
        return [peer for peer in self.peers if peer.runs]

    def chance(self, name: str) -> random.Random:
        """Give one's own chance: what each does by it does not depend on who is faster."""
        return random.Random(f"{self.seed} {name}")


def pause(seconds: float) -> Script:
    until = time.monotonic() + seconds
    yield "a pause", lambda: time.monotonic() >= until


class History:
    """One alert's: it fires, is over, comes back, times out, is silenced, all by chance."""

    def __init__(self, stage: Stage, group: str, name: str, severity: str) -> None:
        self.stage, self.chance, self.name = stage, stage.chance(name), name
        self.labels = {
            "alertname": name,
            "history": group,
            "severity": severity,
            "service": "Clusters",
        }
        self.high = severity == "critical"
        self.spells: list[Spell] = []

    @property
    def open(self) -> bool:
        return bool(self.spells) and self.spells[-1].over is None

    def script(self) -> Script:
        yield from pause(self.chance.uniform(0, 4))
        for number in range(self.chance.randint(2, 3)):
            if number:
                yield from self._gap()
            kinds = [self._fires, self._fires, self._flickers, self._silenced]
            back = [self._returns] * 4 + [self._returns_briefly]
            yield from self.chance.choice(kinds + back if self.spells else kinds)()
        if self.chance.random() < 0.3:
            yield from self._gap()
            yield from self._begin("stays", ONCE)

    def _gap(self) -> Script:
        """Wait less than a peer may be late, or longer, so that nothing is sent meanwhile."""
        longer = LAG.total_seconds() + 1
        shortest, longest = self.chance.choice([(1, 3), (1, 3), (longer, longer + 2)])
        yield from pause(self.chance.uniform(shortest, longest))

    def _fires(self) -> Script:
        yield from self._begin("fires", ONCE)
        yield from self._hold()
        yield from self._end()

    def _returns(self) -> Script:
        """Fire again with the beginning of before, long enough to be believed."""
        yield from self._begin("returns", ONCE, self.spells[-1].starts)
        yield from self._hold()
        yield from self._end()

    def _flickers(self) -> Script:
        yield from self._flicker("flickers", None)

    def _returns_briefly(self) -> Script:
        yield from self._flicker("returns briefly", self.spells[-1].starts)

    def _flicker(self, kind: str, starts: datetime | None) -> Script:
        """Fire for less than `group_interval`, which need not be told, nor believed if it is back.

        No peer is so late that it would tell of it only when the next has begun.
        """
        yield from self._enter()
        self._see(kind, PERHAPS, starts)
        yield from pause(self.chance.uniform(0.1, 1))
        self._see_end()
        yield from pause(LAG.total_seconds())
        yield from self._leave()

    def _silenced(self) -> Script:
        """Fire while Alertmanager is silent of it; be over then, or be heard of late."""
        yield from self._enter()
        silence = yield from self._silence()
        yield (
            "a silence everywhere",
            lambda: all(silence in peer.silences() for peer in self.stage.peers),
        )
        lifted = self.chance.random() < 0.5
        spell = self._see("is silenced", ONCE if lifted else NEVER, None)
        yield from pause(self.chance.uniform(1, 3))
        if not lifted:
            self._see_end()
            yield from self._unseen()
        yield from self._lift(silence)
        if lifted:
            yield "being heard of", lambda: self._is_known(spell)
        yield from self._leave()
        if lifted:
            yield from self._hold()
            yield from self._end()

    def _silence(self) -> Generator[Waiting, None, str]:
        """Be silenced at one peer, of which the other hears; give the silence."""
        yield "all peers being there", lambda: not self.stage.away
        self.stage.silencing.add(self.name)
        return self.stage.peers[0].silence(self.name)

    def _lift(self, silence: str) -> Script:
        self.stage.peers[0].lift(silence)
        yield (
            "no silence anywhere",
            lambda: all(silence not in peer.silences() for peer in self.stage.peers),
        )
        self.stage.silencing.discard(self.name)

    def _begin(self, kind: str, allowed: frozenset[int], starts: datetime | None = None) -> Script:
        spell = self._see(kind, allowed, starts)
        yield f"{kind}: being known", lambda: self._is_known(spell)

    def _hold(self) -> Script:
        """Go on firing; a silence of it for a time changes nothing."""
        yield from pause(self.chance.uniform(0, 3))
        if self.chance.random() < 0.2:
            yield from self._enter()
            silence = yield from self._silence()
            yield from pause(self.chance.uniform(1, 2))
            yield from self._lift(silence)
            # Over before each of its groups is looked at again, its end might never be told.
            yield from pause(self.chance.uniform(3, 4))
            self.stage.busy.discard(self.name)

    def _end(self) -> Script:
        """Be over, said so or not posted any more."""
        yield from self._enter()
        if self.chance.random() < 0.5:
            self._see_end()
        else:
            seconds = self.chance.uniform(0.7, 2)
            self.spells[-1].over = over = now() + timedelta(seconds=seconds)
            self._post(over, lasts=seconds)
        yield from self._leave()

    def _enter(self) -> Script:
        yield OPENING, lambda: not self.stage.closed
        self.stage.busy.add(self.name)

    def _leave(self) -> Script:
        yield from self._unseen()
        yield (
            f"{self.spells[-1].kind}: being over",
            lambda: self.open or not self.stage.desk.fires(self.name),
        )
        self.stage.busy.discard(self.name)

    def _unseen(self) -> Script:
        """Wait until no Alertmanager knows it any more, if it is over."""
        yield (
            "being over at Alertmanager",
            lambda: self.open or not any(self.name in p.firing() for p in self.stage.running()),
        )

    def _is_known(self, spell: Spell) -> bool:
        desk = self.stage.desk
        called = not self.high or any(at >= spell.began for at in desk.calls(self.name))
        return called and desk.fires(self.name)

    def _see(self, kind: str, allowed: frozenset[int], starts: datetime | None) -> Spell:
        at = now()
        self.spells.append(Spell(kind, at, starts or at, allowed if self.high else NEVER))
        self._post(None, lasts=float("inf"))
        return self.spells[-1]

    def _see_end(self) -> None:
        self.spells[-1].over = over = now()
        self._post(over, lasts=20)

    def _post(self, ends: datetime | None, *, lasts: float) -> None:
        alert: dict[str, Any] = {
            "labels": self.labels,
            "annotations": {"summary": f"{self.name} is wrong"},
            "startsAt": self.spells[-1].starts.isoformat(),
        }
        if ends is not None:
            alert["endsAt"] = ends.isoformat()
        later = [self.chance.uniform(0, 0.6) for _ in self.stage.peers]
        self.stage.prometheus.see(alert, later=later, lasts=lasts)


@dataclass
class Trouble:
    """What happens to the pair meanwhile: a peer is away for a time, and groups get other keys."""

    stage: Stage
    histories: Sequence[History]

    def __post_init__(self) -> None:
        self.chance = self.stage.chance("trouble")

    def script(self) -> Script:
        one, other = self.chance.sample(GROUPINGS, 2)
        troubles = [
            self._restart(self.chance.choice(self.stage.peers)),
            self._regroup([self.chance.choice(self.stage.peers)], one),
            self._regroup(self.stage.peers, other),
        ]
        self.chance.shuffle(troubles)
        for trouble in troubles:
            yield from pause(self.chance.uniform(4, 9))
            yield from trouble

    def _restart(self, peer: Peer) -> Script:
        self.stage.away = True
        yield "no silence that would be lost", lambda: not self.stage.silencing
        peer.stop(self.chance.choice([signal.SIGTERM, signal.SIGKILL]))
        yield from pause(self.chance.uniform(0.5, 3))
        (other,) = self.stage.running()
        peer.start(other)
        yield "a peer's return", peer.settled
        self.stage.away = False

    def _regroup(self, peers: Sequence[Peer], by: Sequence[str]) -> Script:
        """Give groups other keys; an end before the first telling under a new one is lost."""
        self.stage.closed = True
        yield "nothing being about to end", lambda: not self.stage.busy
        since = len(self.stage.heard)
        for peer in peers:
            peer.configure(by)
            peer.reload()

        def told() -> bool:
            fire = {one.name for one in self.histories if one.open}
            heard = [one for one in self.stage.heard[since:] if one.labels() == set(by)]
            return fire <= {name for one in heard for name, firing in one.alerts() if firing}

        yield "what fires being told of under new keys", told
        self.stage.closed = False
