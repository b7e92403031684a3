"""WebP: chunks in a RIFF file. Source: RFC 9649."""

import struct

from dutydesk.pictures.rules.octets import Broken, Octets

BEGINS = b"RIFF"
_WHOLE = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"}
_OF_A_FRAME = {b"VP8 ", b"VP8L", b"ALPH"}
_ANIMATED_OR_CLEAR = 0x02 | 0x10


def clean(data: bytes) -> tuple[int, int, bytes]:
    """Give width, height, and the picture without what isn't needed to show it. Raises Broken.

    Colour profiles, EXIF and XMP go, and what stands behind its end.
    """
    octets = Octets(data)
    octets.expect(BEGINS)
    inner = Octets(octets.take(octets.number("<I")))
    inner.expect(b"WEBP")
    kept, size, drawn = [], None, False
    while inner.more:
        kind, body = _chunk(inner)
        if kind not in _WHOLE:
            continue
        size = size or _size(kind, body)
        drawn = drawn or kind in (b"VP8 ", b"VP8L", b"ANMF")
        kept.append(chunk(kind, _cleaned(kind, body)))
    if size is None or not drawn:
        raise Broken("there is no picture in it")
    whole = b"WEBP" + b"".join(kept)
    return *size, BEGINS + struct.pack("<I", len(whole)) + whole


def _chunk(octets: Octets) -> tuple[bytes, bytes]:
    kind, length = octets.take(4), octets.number("<I")
    body = octets.take(length)
    if length % 2 and octets.more:
        octets.take(1)
    return kind, body


def chunk(kind: bytes, body: bytes) -> bytes:
    """Give a chunk with its length, padded to an even one."""
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def _cleaned(kind: bytes, body: bytes) -> bytes:
    octets = Octets(body)
    if kind == b"VP8X":
        return bytes([octets.number("B") & _ANIMATED_OR_CLEAR]) + body[1:]
    if kind != b"ANMF":
        return body
    kept = [octets.take(16)]
    while octets.more:
        inner, part = _chunk(octets)
        if inner in _OF_A_FRAME:
            kept.append(chunk(inner, part))
    return b"".join(kept)


def _size(kind: bytes, body: bytes) -> tuple[int, int] | None:
    octets = Octets(body)
    if kind == b"VP8X":
        octets.take(4)
        width, height = (int.from_bytes(octets.take(3), "little") + 1 for _ in range(2))
        return width, height
    if kind == b"VP8 ":
        octets.take(3)
        octets.expect(b"\x9d\x01\x2a")
        return octets.number("<H") & 0x3FFF, octets.number("<H") & 0x3FFF
    if kind == b"VP8L":
        octets.expect(b"\x2f")
        bits = octets.number("<I")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None
