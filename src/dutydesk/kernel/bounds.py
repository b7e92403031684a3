"""How much of anything the desk takes from people and machines, and how it is read.

Whatever is typed, sent or put into a file comes through here before anything is done with it: a
number fits the database, a time lies on a calendar that is sure, a text can be stored and said.
"""

import json
import re
from datetime import datetime
from unicodedata import category

from dutydesk.kernel.refusals import Refused

LARGEST = 2**63 - 1  # What PostgreSQL's bigint holds.
YEARS = range(1970, 2200)  # No calendar is sure before, nor after.
LONGEST_LINE = 1_000
LONGEST_TEXT = 100_000
LONGEST_FILE = 1_000_000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL, and halves of characters.
_UNKNOWN = "\N{REPLACEMENT CHARACTER}".encode()
_WIDE = (b"\xff\xfe", b"\xfe\xff")  # Marks of the order of bytes in UTF-16, and UTF-32.
_UNSEEN = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
_WITHOUT_INK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # Letters, as Unicode has it.
# In JSON: a pair of halves is a character, NUL and a half alone are none. What is one stands behind
# an even run of backslashes, which are themselves; what is replaced is so without a call for each.
_HALF = rb"u[dD][%s][0-9a-fA-F]{2}"
_FIRST, _SECOND = _HALF % b"89abAB", _HALF % b"c-fC-F"
_EVEN = rb"(?<!\\)(?:\\\\)"
_NO_FIRST = re.compile(rb"(%b*+)\\(?:u0000|%b(?!\\%b))" % (_EVEN, _FIRST, _SECOND))
_NO_SECOND = re.compile(rb"(%b++%b|%b*+(?<!\\%b))\\%b" % (_EVEN, _FIRST, _EVEN, _FIRST, _SECOND))


class OutOfBounds(Refused):
    """Something is larger, longer or stranger than the desk takes."""


class NoYear(ValueError):
    """A time is of a year that nobody can mean here."""


def number(text: str, *, most: int = LARGEST) -> int | None:
    """Read a whole number from 0 to `most` in plain digits; None if it is anything else."""
    digits = text.strip()
    if len(digits) > len(str(LARGEST)) or not (digits.isascii() and digits.isdecimal()):
        return None
    found = int(digits)
    return found if found <= most else None


def local_time(text: str) -> datetime:
    """Read an ISO 8601 time, with an offset or without; ValueError if it is none, or no year."""
    found = datetime.fromisoformat(text.strip()[:LONGEST_LINE])
    if found.year not in YEARS:
        raise NoYear(f"{found.year} is no year that the desk knows of.")
    return found


def check_text(text: str, *, longest: int = LONGEST_TEXT, what: str = "The text") -> None:
    """Refuse a text that is too long, or that no database and no chat takes."""
    if len(text) > longest:
        raise OutOfBounds(
            f"{what} has {len(text)} characters; {longest} is the most.", "Make it shorter."
        )
    if _UNSTORABLE.search(text):
        raise OutOfBounds(f"{what} holds a character that can't be stored.", "Type it anew.")


def is_blank(text: str) -> bool:
    """Say whether nobody sees anything of the text: spaces, and characters without width or ink."""
    return all(one.isspace() or one in _WITHOUT_INK or category(one) == "Cf" for one in text)


def cut(text: str, longest: int) -> str:
    """Give a text, or as much of it as fits, with a sign where it was cut."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def is_line(text: str) -> bool:
    """Say whether the text is of one line, with nothing in it that can't be seen or stored."""
    return _UNSEEN.search(text) is None


def in_utf8(body: bytes) -> bytes:
    """Give JSON that came in UTF-16 or UTF-32 in UTF-8, without a mark of byte order.

    What is neither is given as it is.
    """
    if body[:2] in _WIDE or b"\x00" in body[:4]:
        encoding = json.detect_encoding(body)
        if encoding.startswith(("utf-16", "utf-32")):
            return body.decode(encoding, "replace").removeprefix("\ufeff").encode()
    return body.removeprefix(b"\xef\xbb\xbf")


def storable_json(body: bytes) -> bytes:
    """Give a JSON body as UTF-8 that can be stored whole, whatever its sender made of its texts.

    UTF-16 and UTF-32 are read as what they are. A mark of byte order is left out; bytes that are
    no UTF-8, NUL and halves of characters are U+FFFD.
    """
    body = in_utf8(body).replace(b"\x00", _UNKNOWN)
    try:
        body.decode()
    except UnicodeDecodeError:
        body = body.decode(errors="replace").encode()
    if b"\\u" not in body:
        return body
    return _replaced(_NO_SECOND, _replaced(_NO_FIRST, body))


def _replaced(pattern: re.Pattern[bytes], body: bytes) -> bytes:
    """Let what a pattern finds be U+FFFD, behind what it keeps of it."""
    parts = pattern.split(body)
    parts[1::2] = [kept + b"\\ufffd" for kept in parts[1::2]]
    return b"".join(parts)
