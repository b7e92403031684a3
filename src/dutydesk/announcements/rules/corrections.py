"""What is different in an announcement that is put right, and who has to hear of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from dutydesk.announcements.rules import broadcast
from dutydesk.announcements.rules.broadcast import AnnouncementRefused
from dutydesk.kernel.periods import Period

MATTERS = frozenset({"services", "window", "updates"})
"""What people arrange themselves by: a change of it is told, not only rewritten."""


@dataclass(frozen=True, slots=True)
class AnnouncementFacts:
    """What an announcement says. `services` are names in order; `updates` those still promised."""

    title: str
    text: str
    services: tuple[str, ...]
    window: Period | None
    updates: tuple[datetime, ...]
    impact: str
    agreed_with: str


@dataclass(frozen=True, slots=True)
class Rewording:
    """One thing that is said otherwise than before: `what` names the field of its facts."""

    what: str
    was: Any
    now: Any


def differences(was: AnnouncementFacts, now: AnnouncementFacts) -> Sequence[Rewording]:
    """Give what is different, in the order in which it is told."""
    pairs = [
        (one.name, getattr(was, one.name), getattr(now, one.name))
        for one in fields(AnnouncementFacts)
    ]
    return [Rewording(name, old, new) for name, old, new in pairs if old != new]


def of_import(different: Collection[Rewording]) -> Sequence[Rewording]:
    """Give what everybody who was told has to hear of."""
    return [one for one in different if one.what in MATTERS]


def matters(different: Collection[Rewording]) -> bool:
    """Say whether everybody who was told has to hear of it."""
    return bool(of_import(different))


def check(
    was: AnnouncementFacts, now: AnnouncementFacts, at: datetime, *, goes_on: bool, begun: bool
) -> None:
    """Refuse what an announcement can't say, or what can't be changed any more."""
    broadcast.check_words(now.title, now.text)
    if now.window is not None and not now.services:
        raise AnnouncementRefused(
            "The work touches no service.", "Choose the services that it is about."
        )
    if (was.window, was.updates) == (now.window, now.updates):
        return
    if not goes_on:
        raise AnnouncementRefused("Its times are past.", "Correct what it says, or its services.")
    if now.window != was.window:
        _check_window(was.window, now.window, at, begun=begun)
    _check_updates(was, now, at)


def _check_window(was: Period | None, now: Period | None, at: datetime, *, begun: bool) -> None:
    if was is None or now is None:
        raise AnnouncementRefused(
            "News stays news, and work stays work.", "Call it off, and announce it anew."
        )
    if begun and now.start != was.start:
        raise AnnouncementRefused("It has begun already.", "Correct only its end.")
    broadcast.check_window(now, at)


def _check_updates(was: AnnouncementFacts, now: AnnouncementFacts, at: datetime) -> None:
    if was.updates and not now.updates:
        raise AnnouncementRefused(
            "Nobody is told when they hear next.", "Promise at least one update."
        )
    broadcast.check_updates([one for one in now.updates if one not in was.updates], at)
