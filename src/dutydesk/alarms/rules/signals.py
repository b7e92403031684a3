"""What a job says with a ping: that it is done, begins, failed, or just something to note."""

from dataclasses import dataclass
from typing import Literal

from dutydesk.kernel.refusals import Refused

LARGEST_WORD = 10_000
"""Bytes of what is sent along with a ping that are kept."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What a ping says, by the end of its address; `exit_code` if it says one."""

    kind: Literal["success", "start", "fail", "log"]
    exit_code: int | None = None

    @property
    def failure(self) -> str:
        """Say how the job failed; empty unless it did."""
        if self.kind != "fail":
            return ""
        if self.exit_code is None:
            return "It said that it failed."
        return f"It ended with exit status {self.exit_code}."


SUCCESS = Signal("success")
_NAMED = {"": SUCCESS, "start": Signal("start"), "fail": Signal("fail"), "log": Signal("log")}


def read_signal(text: str) -> Signal:
    """Read the end of a ping's address: nothing, `start`, `fail`, `log`, or an exit status.

    Raises Refused. Source: https://healthchecks.io/docs/http_api/, whose addresses end so.
    """
    if text in _NAMED:
        return _NAMED[text]
    if text.isascii() and text.isdecimal() and len(text) <= 3 and int(text) <= 255:
        code = int(text)
        return Signal("fail" if code else "success", code)
    raise Refused(
        "A heartbeat's address doesn't end so.",
        "Add nothing, /start, /fail, /log, or the exit status, 0 to 255.",
    )


def word_of(body: bytes) -> str:
    """Give what was sent along, as text that can be stored: its end, where errors are said."""
    return body[-LARGEST_WORD:].decode("utf-8", "replace").replace("\x00", "\ufffd").strip()
