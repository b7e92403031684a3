"""The door under `/alarms/in/`: what is sent is kept and answered, and worked out right after."""

import asyncio
import zlib
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import psycopg
from django.db import Error as DatabaseTrouble

from dutydesk.alarms.flows import keys
from dutydesk.alarms.flows.alert_arrivals import READERS
from dutydesk.alarms.rules import events
from dutydesk.alarms.rules.notifications import LARGEST_BODY
from dutydesk.alarms.rules.tellers import wrong_door
from dutydesk.alarms.rules.telling_place import DEDUP_KEY, source_of
from dutydesk.database import rows
from dutydesk.inbox.api.keeper import AILING, FULL, Keeper, NotKept
from dutydesk.inbox.api.refused import refusing
from dutydesk.kernel import bounds
from dutydesk.kernel.addresses import INTAKE, INTAKE_EVENTS
from dutydesk.kernel.arrivals import Arrived
from dutydesk.web.doors import JSON, PLAIN, Headers, Receive, Scope, Send, answer, read_start

TRUSTED = timedelta(seconds=1)
MOST_TRUSTED = 1_000
_AGAIN: Headers = ((b"retry-after", b"1"),)
_PACKED = (b"gzip", b"x-gzip", b"deflate")
_ANY_HEADER, _NO_HEADER = zlib.MAX_WBITS | 32, -zlib.MAX_WBITS
"""Lets zlib find out whether it is gzip or deflate, or read what many take for deflate."""
_MOST_PARTS, _SLICE = 16, 65_536
"""Of one packed body: any stranger can send a million parts with nothing in them."""
_KEPT_HEADERS = (b"user-agent", b"content-type")
_POSTS = ("POST", "PUT")
"""Grafana sends by either, as it is told."""
WRONG_KEY = b"This key opens nothing. Make one on the page Keys and use that.\n"


@dataclass(frozen=True, slots=True)
class OpenedKey:
    """An integration key that opened: its number and name. It is trusted until then."""

    number: int
    name: str
    until: datetime


@dataclass
class Keys:
    """Which keys open, each remembered for a moment."""

    now: Callable[[], datetime]
    _opened: dict[str, OpenedKey] = field(default_factory=dict)
    _looks: "dict[str, asyncio.Future[OpenedKey | None]]" = field(default_factory=dict)
    _threads: Executor = field(default_factory=lambda: ThreadPoolExecutor(1, "keys"))

    async def opened_by(self, token: str) -> OpenedKey | None:
        """Give the key behind a token; None if it opens nothing. Raises NotKept."""
        found = self._opened.get(token)
        if found is not None and found.until - TRUSTED <= self.now() < found.until:
            return found  # A clock that was set back makes no key that ended open again.
        return await asyncio.shield(self._looks.get(token) or self._begin_look(token))

    def _begin_look(self, token: str) -> "asyncio.Future[OpenedKey | None]":
        """Look a key up, once for all who ask meanwhile."""

        def done(look: "asyncio.Future[OpenedKey | None]") -> None:
            del self._looks[token]
            if not look.cancelled():
                look.exception()  # Perhaps nobody waits for it any more.

        loop = asyncio.get_running_loop()
        look = self._looks[token] = loop.run_in_executor(self._threads, self._look, token)
        look.add_done_callback(done)
        return look

    def _look(self, token: str) -> OpenedKey | None:
        at = self.now()
        self._opened.pop(token, None)
        if len(self._opened) > MOST_TRUSTED:
            self._opened.clear()
        try:
            key = keys.opened_by(token=token, at=at)
        except keys.WrongKey:
            return None
        except (DatabaseTrouble, psycopg.Error) as error:
            raise NotKept(AILING) from error
        finally:
            rows.give_back()
        found = self._opened[token] = OpenedKey(key.pk, key.name, at + TRUSTED)
        return found


@dataclass
class IntakeDoor:
    """Answers 200 (202 to events) once what came is kept; what follows from it is done right after.

    4xx for a key that opens nothing, or what isn't this door's at all; 503 when full or ailing,
    never 429 but to senders of events, since Alertmanager tries again after a 5xx only.
    Sources: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config,
    https://developer.pagerduty.com/docs/events-api-v2-overview,
    https://grafana.com/docs/grafana/latest/alerting/ (webhook notifier: its HTTP method).
    """

    now: Callable[[], datetime]
    keeper: Keeper = field(default_factory=Keeper)
    keys: Keys = field(init=False)

    def __post_init__(self) -> None:
        """Know no key yet."""
        self.keys = Keys(self.now)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; some senders put a slash at the end of what they post to."""
        path = scope["path"].rstrip("/ ")
        told = path == INTAKE_EVENTS
        door, _, token = path.removeprefix(INTAKE).partition("/")
        if not told and door not in READERS:
            return await self._turn_away(send, "alarms", 404, "No monitoring system posts here.")
        if scope["method"] not in _POSTS:
            says = "Post what the monitoring system sends."
            return await self._turn_away(send, "events" if told else door, 405, says)
        if told:
            return await self._event(scope, receive, send)
        try:
            status, line = await self._alerts(door, token, scope, receive)
        except NotKept as refusal:
            return await answer(send, 503, f"{refusal}\n".encode(), (*PLAIN, *_AGAIN))
        return await answer(send, status, line)

    async def _turn_away(self, send: Send, door: str, status: int, says: str) -> None:
        """Say why, and count it: nobody knows whose it is."""
        refusing(door, "")(status, says, self.now())
        allowed: Headers = ((b"allow", ", ".join(_POSTS).encode()),) if status == 405 else ()
        await answer(send, status, f"{says}\n".encode(), (*PLAIN, *allowed))

    async def _alerts(
        self, door: str, token: str, scope: Scope, receive: Receive
    ) -> tuple[int, bytes]:
        self._look_for_room()
        key = await self.keys.opened_by(token)
        if key is None:
            refusing(door, "")(403, WRONG_KEY.decode().strip(), self.now())
            return 403, WRONG_KEY
        body, note = await _body(scope, receive)
        if wrong := wrong_door(door, body):
            refusing(door, key.name)(400, wrong, self.now())
            return 400, f"{wrong}\n".encode()
        number = await self.keeper.keep(self._arrived(door, key, scope, body, note))
        return 200, f"Kept as arrival {number}.\n".encode()

    async def _event(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the vendor whose senders post here does, so that only the host changes."""
        header = dict(scope["headers"]).get(b"x-routing-key", b"").decode("latin-1")
        try:
            self._look_for_room()
            body, note = await _body(scope, receive)
            found = events.read_keys(bounds.storable_json(body), header)
            key = await self.keys.opened_by(found.routing_key)
            if key is None:
                refusing("events", "")(400, WRONG_KEY.decode().strip(), self.now())
                return await answer(send, 400, events.unknown_key(), JSON)
            body = events.without_key(body, found.routing_key)
            arrived = self._arrived("events", key, scope, body, note)
            if not found.named:
                arrived = replace(arrived, headers={**arrived.headers, DEDUP_KEY: found.dedup_key})
            await self.keeper.keep(arrived)
        except events.NotAnEvent as refusal:
            sender = await self._sender(events.key_in(body, header))
            refusing("events", sender)(400, "; ".join(refusal.errors), self.now())
            return await answer(send, 400, events.refused(refusal.errors), JSON)
        except NotKept:
            return await answer(send, 429, events.too_many(), (*JSON, *_AGAIN))
        return await answer(send, 202, events.accepted(found.dedup_key), JSON)

    async def _sender(self, token: str) -> str:
        """Name whoever sent what is refused; nobody if the key opens nothing, or can't be asked."""
        try:
            key = await self.keys.opened_by(token) if token else None
        except NotKept:
            return ""
        return key.name if key else ""

    def _look_for_room(self) -> None:
        """Ask to come again, before more is read, while too much waits."""
        if self.keeper.full:
            raise NotKept(FULL)

    def _arrived(self, door: str, key: OpenedKey, scope: Scope, body: bytes, note: str) -> Arrived:
        headers = {
            name.decode("latin-1"): value.decode("latin-1").replace("\x00", "")[:200]
            for name, value in scope["headers"]
            if name in _KEPT_HEADERS
        }
        return Arrived(
            door,
            source_of(key.number),
            body,
            self.now(),
            sender=key.name,
            headers=headers,
            note=note,
        )


async def _body(scope: Scope, receive: Receive) -> tuple[bytes, str]:
    """Give what was sent, unpacked, up to the limit, and what was cut of it."""
    read = await read_start(receive, LARGEST_BODY)
    if read is None:
        raise NotKept("Not all of it came. Send it again.")
    body, more = read
    if dict(scope["headers"]).get(b"content-encoding", b"").strip().lower() in _PACKED:
        body, cut = _unpacked(body)
        more = more or cut
    return body, f"The first {len(body):,} bytes of a larger body." if more else ""


def _unpacked(packed: bytes) -> tuple[bytes, bool]:
    """Give what was packed, up to the limit, and whether that is not all of it.

    What is not what it says that it is, is given as it came.
    """
    plain = packed.lstrip()[:1] in (b"{", b"[")  # As nothing begins that is packed JSON.
    for header in (_ANY_HEADER,) if plain else (_ANY_HEADER, _NO_HEADER):
        try:
            body, whole = _unpacked_parts(packed, header)
        except zlib.error:
            continue
        return body[:LARGEST_BODY], not whole or len(body) > LARGEST_BODY
    return packed, False


def _unpacked_parts(packed: bytes, header: int) -> tuple[bytes, bool]:
    """Unpack the first parts of those that follow one another, and say whether it is all of them.

    A slice at a time, since a part that ends gives a copy of all that it was given and didn't use.
    """
    body, at, parts, part = bytearray(), 0, 1, zlib.decompressobj(header)
    while at < len(packed) and len(body) <= LARGEST_BODY:
        if part.eof:
            if parts == _MOST_PARTS:
                return bytes(body), False
            parts, part = parts + 1, zlib.decompressobj(header)
        piece = packed[at : at + _SLICE]
        body += part.decompress(piece, LARGEST_BODY + 1 - len(body))
        at += len(piece) - len(part.unused_data)
    return bytes(body), part.eof or not packed
