"""Bodies that a sender packed are unpacked before they are kept, however it did that."""

import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from dutydesk.alarms.flows import keys
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import LARGEST_BODY
from dutydesk.inbox.models import Arrival
from testing.arrivals import AlertDoor, worked_out
from testing.load import alert
from testing.world import World

pytestmark = pytest.mark.django_db
EVENTS = "events/v2/enqueue"
EVENT = {
    "event_action": "trigger",
    "payload": {"summary": "disk is full", "source": "db1", "severity": "critical"},
}


@pytest.fixture
def key(world: World) -> str:
    return keys.make_key(name="Prometheus", by="Ada", at=world.at)


def firing() -> list[str]:
    found = Alarm.objects.filter(state="firing").order_by("title")
    return list(found.values_list("title", flat=True))


def bare(body: bytes) -> bytes:
    """Pack as many clients do that say “deflate”: without zlib's header."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def in_two(body: bytes) -> bytes:
    """Pack in two parts, one after the other, as gzip may."""
    return gzip.compress(body[:40]) + gzip.compress(body[40:])


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", in_two),
        ("Deflate", zlib.compress),
        ("deflate", bare),
    ],
)
def test_what_a_sender_packed_is_unpacked_up_to_the_limit(
    world: World, door: AlertDoor, key: str, name: str, pack: Callable[[bytes], bytes]
) -> None:
    packed = {"content-encoding": name}
    body = json.dumps(alert(1)).encode()
    assert door.post(f"alertmanager/{key}", pack(body), packed).status == 200
    assert (
        door.post(EVENTS, pack(json.dumps(EVENT | {"routing_key": key}).encode()), packed).status
        == 202
    )
    assert door.post(f"alertmanager/{key}", json.dumps(alert(2)).encode(), packed).status == 200
    worked_out(world.at)
    assert firing() == ["Thing 1 is down", "Thing 2 is down", "disk is full"]
    bomb = b'{"version": "4", "groupKey": "' + b"g" * 30_000_000
    assert door.post(f"alertmanager/{key}", pack(bomb), packed).status == 200
    kept = Arrival.objects.latest("id")
    assert (len(bytes(kept.body)), kept.note != "") == (LARGEST_BODY, True)


def test_the_whole_alerts_of_a_packed_body_that_breaks_off_are_taken_in(
    world: World, door: AlertDoor, key: str
) -> None:
    told = alert(1)
    told["alerts"] = [*told["alerts"], *alert(2)["alerts"]]
    body = json.dumps(told).encode()
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    begun = packer.compress(body[:-20]) + packer.flush(zlib.Z_SYNC_FLUSH)
    packed = {"content-encoding": "gzip"}
    assert door.post(f"alertmanager/{key}", begun, packed).status == 200
    assert "of a larger body" in Arrival.objects.get().note
    worked_out(world.at)
    assert Alarm.objects.filter(state="firing").count() == 1


class Fed:
    """Counts what all unpackers together are given and hand back; far too much is an error."""

    def __init__(self) -> None:
        self.bytes = 0
        self.make = zlib.decompressobj

    def __call__(self, header: int) -> "Part":
        return Part(self, self.make(header))

    def count(self, length: int) -> None:
        self.bytes += length
        assert self.bytes < 20 * LARGEST_BODY, "One body is copied again and again."


class Part:
    """One unpacker, as zlib has it."""

    def __init__(self, fed: Fed, real: Any) -> None:
        self._fed, self._real = fed, real

    def decompress(self, packed: bytes, longest: int) -> bytes:
        self._fed.count(len(packed))
        found: bytes = self._real.decompress(packed, longest)
        self._fed.count(len(found) + len(self.unused_data))
        return found

    @property
    def unused_data(self) -> bytes:
        return bytes(self._real.unused_data)

    @property
    def eof(self) -> bool:
        return bool(self._real.eof)


@pytest.mark.parametrize(
    "packed",
    [
        b"\x03\x00" * 1_000_000,
        gzip.compress(b"") * 100_000,
        zlib.compress(b"") * 250_000,
        gzip.compress(b"", 0)[:-8] * 100_000,
        b"\x00\x00\x00\xff\xff" * 400_000,
        b"x" * LARGEST_BODY,
    ],
    ids=["bare", "gzip", "deflate", "broken", "one part", "none"],
)
def test_a_body_of_a_million_empty_parts_costs_no_more_than_another(
    world: World, door: AlertDoor, key: str, packed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    fed = Fed()
    monkeypatch.setattr("dutydesk.alarms.api.intake.zlib.decompressobj", fed)
    for name in ("gzip", "deflate"):
        headers = {"content-encoding": name}
        assert door.post(EVENTS, packed, headers).status == 400
        assert door.post(f"alertmanager/{key}", packed, headers).status in (200, 400)
    assert fed.bytes > 0


def test_up_to_sixteen_parts_are_read_and_more_count_as_cut(
    world: World, door: AlertDoor, key: str
) -> None:
    body = json.dumps(alert(1)).encode()
    step = len(body) // 15 + 1
    parts = [gzip.compress(body[at : at + step]) for at in range(0, len(body), step)]
    parts += [gzip.compress(b"")] * (16 - len(parts))
    packed = {"content-encoding": "gzip"}
    assert door.post(f"alertmanager/{key}", b"".join(parts), packed).status == 200
    kept = Arrival.objects.get()
    assert (bytes(kept.body), kept.note) == (body, "")
    assert door.post(f"alertmanager/{key}", b"".join([*parts, parts[0]]), packed).status == 200
    kept = Arrival.objects.latest("id")
    assert (bytes(kept.body), "of a larger body" in kept.note) == (body, True)
