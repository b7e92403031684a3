"""Which files are pictures that the desk takes, how large they may be, and what of them is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from dutydesk.kernel.refusals import Refused
from dutydesk.pictures.rules import gif, jpeg, png, webp
from dutydesk.pictures.rules.octets import Broken

MOST = 4
"""How many belong to one thing that somebody writes."""
LARGEST = 5_000_000
"""How many bytes one has at most."""
LONGEST_SIDE, MOST_POINTS = 16_000, 50_000_000
LONGEST_DESCRIPTION = 500
TYPES = {"png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}

_Clean = Callable[[bytes], tuple[int, int, bytes]]
_CLEAN: dict[str, _Clean] = {
    "png": png.clean,
    "jpeg": jpeg.clean,
    "gif": gif.clean,
    "webp": webp.clean,
}
_TAKEN = "Choose a PNG, JPEG, GIF or WebP."


class PictureRefused(Refused):
    """The picture can't be taken."""


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A picture with nothing in it but what it takes to show it. Its size is in points."""

    kind: str
    width: int
    height: int
    data: bytes

    @property
    def digest(self) -> str:
        """Name what is in it."""
        return sha256(self.data).hexdigest()


def read(data: bytes, *, name: str) -> CleanPicture:
    """Read a picture by its bytes, whatever `name` says that it is. Raises PictureRefused.

    It isn't decoded: no more is read of it than where its parts begin and end.
    """
    called = f"“{name[:80]}”" if name.strip() else "The picture"
    if not data:
        raise PictureRefused(f"{called} is empty.", "Save it again, and choose it then.")
    if len(data) > LARGEST:
        size = f"{called} has {len(data) / 1e6:.1f} MB; {LARGEST // 10**6} MB is the most."
        raise PictureRefused(size, "Make it smaller, or cut out what matters.")
    kind = kind_of(data)
    if not kind:
        raise PictureRefused(f"{called} is {_other(data)}.", _TAKEN)
    try:
        width, height, cleaned = _CLEAN[kind](data)
    except Broken as error:
        raise PictureRefused(
            f"{called} is broken: {error}.", "Save it again, and choose it then."
        ) from error
    if not width or not height:
        raise PictureRefused(f"{called} has no size.", "Save it again, and choose it then.")
    if max(width, height) > LONGEST_SIDE or width * height > MOST_POINTS:
        raise PictureRefused(
            f"{called} has {width} by {height} points, which is more than a browser shows well.",
            f"Make it smaller: {LONGEST_SIDE} on a side is the most, and {MOST_POINTS // 10**6} "
            "million in all.",
        )
    return CleanPicture(kind, width, height, cleaned)


def kind_of(data: bytes) -> str:
    """Give which kind of picture a file begins as; empty for any other."""
    if data.startswith(png.BEGINS):
        return "png"
    if data.startswith(jpeg.BEGINS):
        return "jpeg"
    if data.startswith(gif.BEGINS):
        return "gif"
    return "webp" if data.startswith(webp.BEGINS) and data[8:12] == b"WEBP" else ""


def _other(data: bytes) -> str:
    """Say what a file is that isn't taken, as far as that is seen."""
    begins = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in begins:
        return "an SVG, in which programs can hide"
    if data[4:8] == b"ftyp":
        return "a picture or film that browsers don't all show"
    known = {b"%pdf": "a PDF", b"bm": "a BMP", b"ii*\x00": "a TIFF", b"mm\x00*": "a TIFF"}
    return next((says for start, says in known.items() if begins.startswith(start)), "no picture")
