"""Regular expressions that people write: RE2's, which is what Alertmanager and Prometheus read.

One is matched in a time that grows with the text alone, whatever is written in it, so none can
hold the desk up. Syntax: https://github.com/google/re2/wiki/Syntax.
"""

from functools import lru_cache

import re2

from dutydesk.kernel.refusals import Refused

LONGEST = 500
_MEMORY = 1_000_000  # Bytes, for each; what needs more is refused, or matched more slowly.
_KEPT = 2_000
_ONE_BYTE = r"\C"  # Known to RE2 alone, not to Alertmanager: https://pkg.go.dev/regexp/syntax.


class NotAPattern(Refused):
    """The text is no regular expression that the desk and Alertmanager can read."""


class Pattern:
    """A regular expression, matched against the whole of a value as Alertmanager does."""

    __slots__ = ("_whole",)

    def __init__(self, text: str) -> None:
        """Read it; raises what RE2 raises."""
        options = re2.Options()
        options.max_mem, options.log_errors, options.never_capture = _MEMORY, False, True
        self._whole = re2.compile(text.encode(), options)

    def fits(self, value: str) -> bool:
        """Say whether it matches the whole value."""
        return self._whole.fullmatch(value.encode("utf-8", "replace")) is not None


@lru_cache(maxsize=_KEPT)
def pattern(text: str) -> Pattern:
    """Give the regular expression that a text is, or refuse it with what can't be read in it."""
    if len(text) > LONGEST:
        raise _refused(text[:40] + "…", f"it is longer than {LONGEST} characters")
    if _ONE_BYTE in text.replace(r"\\", ""):
        raise _refused(text, f"it knows no “{_ONE_BYTE}”")
    try:
        return Pattern(text)
    except re2.error as error:
        why = error.args[0]
        raise _refused(text, why.decode("utf-8", "replace")) from error
    except UnicodeEncodeError as error:
        raise _refused(ascii(text), "it holds a character that is none") from error


def why_not(text: str) -> str:
    """Say why a text is no regular expression; nothing if it is one."""
    try:
        pattern(text)
    except NotAPattern as refusal:
        return str(refusal)
    return ""


def _refused(text: str, why: str) -> NotAPattern:
    return NotAPattern(
        f"“{text}” can't be used as a regular expression: {why}.",
        "Write it as Alertmanager takes it (RE2, without back references and look-around), such "
        "as “api-.*|web”; it has to match the whole value.",
    )
