"""PNG: chunks with a check sum each. Source: https://www.w3.org/TR/png-3/."""

import struct
import zlib

from dutydesk.pictures.rules.octets import Broken, Octets

BEGINS = b"\x89PNG\r\n\x1a\n"
_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD"),
    *(b"pHYs", b"acTL", b"fcTL", b"fdAT"),
}
"""What it takes to show it. Texts, times, EXIF, and what programs put in for themselves go."""


def clean(data: bytes) -> tuple[int, int, bytes]:
    """Give width, height, and the picture without what isn't needed to show it. Raises Broken."""
    octets = Octets(data)
    kept, size, drawn, kind = [octets.expect(BEGINS)], None, False, b""
    while kind != b"IEND":
        length = octets.number(">I")
        kind, body = octets.take(4), octets.take(length)
        if octets.number(">I") != zlib.crc32(kind + body):
            raise Broken("a check sum in it is wrong")
        if (size is None) != (kind == b"IHDR"):
            raise Broken("its parts don't fit together")
        if kind == b"IHDR":
            size = _size(body)
        drawn = drawn or (kind == b"IDAT" and length > 0)
        if kind in _KEPT:
            kept.append(chunk(kind, body))
    if size is None or not drawn:
        raise Broken("there is no picture in it")
    return *size, b"".join(kept)


def chunk(kind: bytes, body: bytes) -> bytes:
    """Give a chunk with its length and check sum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _size(header: bytes) -> tuple[int, int]:
    if len(header) != 13:
        raise Broken("its parts don't fit together")
    width, height = struct.unpack(">II", header[:8])
    return width, height
