"""Asking an address on the web once, and looking at the answer."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class WebCheck:
    """What is asked, and which answer is right: its status, and a text that it has if not empty.

    Without any `status`, 200 to 299 are right. `seconds`: how long all of it may take.
    """

    url: str
    seconds: float
    status: tuple[int, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class CheckAnswer:
    """How it went: up or down, or None if the desk may not ask there. `said`: why it isn't up."""

    up: bool | None
    said: str = ""


class WebChecker(Protocol):
    """Asks. May be called in any thread."""

    def ask(self, check: WebCheck) -> CheckAnswer:
        """Ask once. No redirect is followed: it is an answer like any other."""
