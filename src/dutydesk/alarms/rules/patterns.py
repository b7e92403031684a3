"""Regular expressions that Alertmanager and this desk read alike, and that can't run away.

Alertmanager's are RE2, anchored at both ends, told nothing of a repeat within a repeat:
https://github.com/google/re2/wiki/Syntax. Python's know more and can take for ever; so only what
both read alike is taken, and no group that repeats or chooses may itself be repeated.
"""

import re
from functools import lru_cache

from dutydesk.kernel.refusals import Refused

LONGEST = 500
_MOST_REPEATS = 6
_TOKEN = re.compile(
    r"""(?P<escape>\\.) | (?P<set>\[\^?\]?(?:\\.|[^\]\\])*\]) | (?P<open>\((?:\?:)?) | (?P<close>\))
      | (?P<or>\|) | (?P<repeat>[*+?]\??|\{\d+(?:,\d*)?\}\??) | (?P<plain>[^\\()[\]{}|*+?])""",
    re.VERBOSE | re.DOTALL,
)
_CASELESS = "(?i)"
_ESCAPES = frozenset("dDwWsSbBtnrfv")


class NotAPattern(Refused):
    """The regular expression is none that both Alertmanager and the desk can read."""


def _refuse(text: str, why: str) -> NotAPattern:
    return NotAPattern(
        f"“{text}” can't be used as a regular expression: {why}.",
        "Write it simpler, such as “api-.*|web”; it has to match the whole value.",
    )


@lru_cache(maxsize=4096)
def compiled(text: str) -> re.Pattern[str]:
    """Give the pattern to be matched against the whole of a value, or refuse it."""
    _check(text)
    try:
        return re.compile(text, re.ASCII)
    except (re.error, OverflowError) as error:
        raise _refuse(text, str(error)) from error


def _check(text: str) -> None:
    if len(text) > LONGEST:
        raise _refuse(text[:40] + "…", f"it is longer than {LONGEST} characters")
    at = len(_CASELESS) if text.startswith(_CASELESS) else 0
    reader = _Reader(text)
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise _refuse(text, f"“{text[at : at + 3]}” stands where it can't be read")
        reader.take(found.lastgroup, found[0])
        at = found.end()


class _Reader:
    """Walks over a pattern, and knows whether what it has just passed repeats or chooses."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.groups = [False]  # For each open group: whether something in it repeats or chooses.
        self.busy = False  # The same of the group that was closed just now.
        self.last = ""
        self.repeats = 0

    def take(self, kind: str, token: str) -> None:
        if kind == "repeat":
            self._repeat(token)
        busy = False
        if kind == "or":
            self.groups[-1] = True
            self.repeats = 0 if len(self.groups) == 1 else self.repeats
        elif kind == "open":
            self.groups.append(False)
        elif kind == "close":
            busy = self._close()
        else:
            _check_token(self.text, kind, token)
        self.busy, self.last = busy, kind

    def _repeat(self, token: str) -> None:
        if self.last in ("", "open", "or"):
            raise _refuse(self.text, f"“{token}” repeats nothing")
        if self.last == "repeat" or (self.busy and token not in ("?", "??")):
            raise _refuse(self.text, "it repeats what repeats or chooses already")
        self.groups[-1] = True
        self.repeats += token[0] != "?"
        if self.repeats > _MOST_REPEATS:
            raise _refuse(self.text, f"it repeats more than {_MOST_REPEATS} times in a row")

    def _close(self) -> bool:
        if len(self.groups) == 1:
            raise _refuse(self.text, "a parenthesis is closed that was never opened")
        busy = self.groups.pop()
        self.groups[-1] |= busy
        return busy


def _check_token(text: str, kind: str, token: str) -> None:
    """Refuse what the two read differently: back references, classes by name, nested sets."""
    if kind == "escape" and token[1].isalnum() and token[1] not in _ESCAPES:
        raise _refuse(text, f"“{token}” is not known to both")
    if kind == "set" and (
        "[" in token[1:] or re.search(r"&&|\|\||~~|--|\\[^dDwWsStnrfv\W]", token)
    ):
        raise _refuse(text, f"“{token}” is read differently by others")
