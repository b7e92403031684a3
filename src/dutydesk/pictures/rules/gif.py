"""GIF: blocks. Source: https://www.w3.org/Graphics/GIF/spec-gif89a.txt."""

import struct

from dutydesk.pictures.rules.octets import Broken, Octets

BEGINS = (b"GIF87a", b"GIF89a")
_IMAGE, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPS = (b"\x0bNETSCAPE2.0", b"\x0bANIMEXTS1.0")


def clean(data: bytes) -> tuple[int, int, bytes]:
    """Give width, height, and the picture without what isn't needed to show it. Raises Broken.

    Comments go, and what programs put in for themselves; how often it runs stays.
    """
    octets = Octets(data)
    head = octets.take(13)
    width, height, packed = struct.unpack("<HHB", head[6:11])
    kept, drawn = [head, _colours(octets, packed)], False
    while (kind := octets.number("B")) != _END:
        if kind == _IMAGE:
            kept += [b"\x2c", *_image(octets, width, height)]
            drawn = True
        elif kind == _EXTENSION:
            label, begins, blocks = octets.number("B"), octets.at, _blocks(octets)
            loops = octets.data[begins : begins + 12] in _LOOPS
            if label == _CONTROL or (label == _APPLICATION and loops):
                kept.append(bytes([_EXTENSION, label]) + blocks)
        else:
            raise Broken("its parts don't fit together")
    if not drawn:
        raise Broken("there is no picture in it")
    return width, height, b"".join([*kept, b"\x3b"])


def _colours(octets: Octets, packed: int) -> bytes:
    return octets.take(3 << ((packed & 7) + 1)) if packed & 0x80 else b""


def _image(octets: Octets, width: int, height: int) -> list[bytes]:
    descriptor = octets.take(9)
    left, top, wide, high, packed = struct.unpack("<HHHHB", descriptor)
    if left + wide > width or top + high > height:
        raise Broken("a part of it is larger than the whole")
    return [descriptor, _colours(octets, packed), octets.take(1), _blocks(octets)]


def _blocks(octets: Octets) -> bytes:
    begins = octets.at
    while length := octets.number("B"):
        octets.take(length)
    return octets.data[begins : octets.at]
