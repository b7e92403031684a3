"""Pictures of six by four points, as browsers and cameras make them."""

import base64
import struct
import zlib
from collections.abc import Callable

from dutydesk.pictures.rules import gif, jpeg, png, webp

_JPEG = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERX"
    "RTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2Nj"
    "Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAEAAYDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAA"
    "AAT/xAAfEAABAwMFAAAAAAAAAAAAAAAAAQIDERITIiNBUWH/xAAUAQEAAAAAAAAAAAAAAAAAAAAF/8QAFhEAAwAA"
    "AAAAAAAAAAAAAAAAAAIx/9oADAMBAAIRAxEAPwCeebNj2o47GIzQ2l1OV7X0ADKwJan/2Q=="
)
_WEBP = (
    "UklGRlIAAABXRUJQVlA4WAoAAAAAAAAABQAAAwAAVlA4IDQAAADwAQCdASoGAAQAAsBMJagCdLoAAwkG/ewA91D9"
    "vfQtPthCf6/G5TqTmYz/zN3s8q+pQAAA"
)
_LOSSLESS = "UklGRjQAAABXRUJQVlA4WAoAAAAAAAAABQAAAwAAVlA4TBYAAAAvBcAAAA/wO8SLdH+Gef6DB2MQ0f8w"

SECRET = b"51.5007 N 0.1246 W"


def png_of(width: int = 6, height: int = 4, *, hidden: bytes = b"") -> bytes:
    """Give a PNG that says it is so large; `hidden` stands in a text in it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\x00" + bytes([32, 96, 192]) * 6) * 4)
    texts = png.chunk(b"tEXt", b"Comment\x00" + hidden) if hidden else b""
    chunks = (png.chunk(b"IHDR", header), texts, png.chunk(b"IDAT", rows), png.chunk(b"IEND", b""))
    return png.BEGINS + b"".join(chunks)


def jpeg_of(*, hidden: bytes = b"", turned: int = 0) -> bytes:
    """Give a JPEG; `hidden` stands in its EXIF and behind its end. `turned`: which way up it is."""
    plain = base64.b64decode(_JPEG)
    if not hidden and not turned:
        return plain
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, turned or 1, 0)
    exif = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00" + entry + bytes(4) + hidden
    return plain[:2] + jpeg.segment(0xE1, exif) + jpeg.segment(0xFE, hidden) + plain[2:] + hidden


def webp_of(*, hidden: bytes = b"", lossless: bool = False) -> bytes:
    """Give a WebP; `hidden` stands in its EXIF."""
    plain = base64.b64decode(_LOSSLESS if lossless else _WEBP)
    whole = plain[8:] + (webp.chunk(b"EXIF", hidden) if hidden else b"")
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


def gif_of(*, hidden: bytes = b"") -> bytes:
    """Give a GIF that runs for ever; `hidden` stands in a comment."""
    comment = b"\x21\xfe" + bytes([len(hidden)]) + hidden + b"\x00" if hidden else b""
    loops = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
    head = (
        gif.BEGINS[1]
        + struct.pack("<HHBBB", 6, 4, 0x80, 0, 0)
        + bytes([32, 96, 192, 255, 255, 255])
    )
    image = b"\x2c" + struct.pack("<HHHHB", 0, 0, 6, 4, 0) + b"\x02\x03\x84\x8f\x05\x00"
    return head + loops + comment + b"\x21\xf9\x04\x00\x00\x00\x00\x00" + image + b"\x3b"


SAMPLES: dict[str, Callable[..., bytes]] = {
    "png": png_of,
    "jpeg": jpeg_of,
    "webp": webp_of,
    "gif": gif_of,
}
