"""What is known of an incident when somebody is told of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class IncidentNews:
    """An incident as it is told, by whomever: one that is there, or that would be declared.

    `criteria` are the texts of those that apply. `since` is when users began to notice, as far as
    it is known, and `until` when they no longer did. `exercise`: it is practised.
    """

    title: str
    high: bool
    user_impact: bool
    services: tuple[str, ...]
    criteria: tuple[str, ...]
    since: datetime | None
    until: datetime | None = None
    lead: str = ""
    by: str = ""
    exercise: bool = False
