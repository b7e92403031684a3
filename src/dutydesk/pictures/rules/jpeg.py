"""JPEG: segments behind markers. Sources: ITU-T T.81, annex B; JFIF 1.02; EXIF 2.32."""

import re
import struct

from dutydesk.pictures.rules.octets import Broken, Octets

BEGINS = b"\xff\xd8\xff"
_START, _END, _SCAN, _JFIF, _EXIF, _ADOBE = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xEE
_ALONE = {0x01, *range(0xD0, 0xD8)}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_DRAWN = {*range(0xC0, 0xD0), _SCAN, 0xDB, 0xDD}
# What ends a scan: any marker but those that restart it, and bytes that only look like one.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_ORIENTATION = 0x0112


def clean(data: bytes) -> tuple[int, int, bytes]:
    """Give width, height, and the picture without what isn't needed to show it. Raises Broken.

    Which way up it is stays, and counts for the width; what stands behind its end goes.
    """
    octets = Octets(data)
    octets.expect(b"\xff\xd8")
    kept: list[bytes] = []
    size, turned, drawn = None, 1, False
    while (marker := _marker(octets)) != _END:
        if marker in _ALONE:
            continue
        body = octets.take(max(octets.number(">H") - 2, 0))
        if marker in _FRAMES:
            size = _size(body)
        if marker == _EXIF:
            turned = _turned(body) or turned
        kept += _kept(marker, body)
        if marker == _SCAN:
            kept.append(_scan(octets))
            drawn = True
    if size is None or not drawn:
        raise Broken("there is no picture in it")
    width, height = size if turned < 5 else size[::-1]
    return width, height, b"".join([b"\xff\xd8", *_exif(turned), *kept, b"\xff\xd9"])


def _marker(octets: Octets) -> int:
    octets.expect(b"\xff")
    while (found := octets.number("B")) == 0xFF:
        continue
    return found


def _kept(marker: int, body: bytes) -> list[bytes]:
    """Give a segment, if it is needed; of JFIF's without the small picture that may be in it."""
    if marker == _JFIF and body.startswith(b"JFIF\x00") and len(body) >= 14:
        return [segment(marker, body[:12] + b"\x00\x00")]
    if marker in _DRAWN or (marker == _ADOBE and body.startswith(b"Adobe")):
        return [segment(marker, body)]
    return []


def segment(marker: int, body: bytes) -> bytes:
    """Give a segment with its marker and length."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def _scan(octets: Octets) -> bytes:
    found = _MARKER.search(octets.data, octets.at)
    if found is None:
        raise Broken("it is cut short")
    return octets.take(found.start() - octets.at)


def _size(frame: bytes) -> tuple[int, int]:
    if len(frame) < 6:
        raise Broken("its parts don't fit together")
    height, width = struct.unpack(">HH", frame[1:5])
    return width, height


def _turned(body: bytes) -> int:
    """Give which way up it is, from 1 to 8; 0 if this doesn't say."""
    if not body.startswith(b"Exif\x00\x00"):
        return 0
    octets = Octets(body[6:])
    try:
        order = {b"II": "<", b"MM": ">"}[octets.take(2)]
        octets.number(order + "H")
        octets.at = octets.number(order + "I")
        for _ in range(octets.number(order + "H")):
            tag, kind, count, value, _rest = struct.unpack(order + "HHIHH", octets.take(12))
            if (tag, kind, count) == (_ORIENTATION, 3, 1):
                return value if 1 <= value <= 8 else 0
    except (Broken, KeyError):
        return 0
    return 0


def _exif(turned: int) -> list[bytes]:
    """Say which way up it is, and nothing else; nothing at all if it stands upright."""
    if turned == 1:
        return []
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, turned, 0)
    return [segment(_EXIF, b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01" + entry + bytes(4))]
