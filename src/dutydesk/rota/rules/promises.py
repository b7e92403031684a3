"""What rotas promise."""

from datetime import datetime, timedelta

from dutydesk.kernel.kinds import PromiseKind

SWAP = PromiseKind("rota.swap", "Somebody takes {name}'s {duty} time", clause="oncall.rota")

_LADDER = (
    *(timedelta(weeks=weeks) for weeks in (4, 3, 2, 1)),
    *(timedelta(days=days) for days in (3, 2, 1)),
    timedelta(hours=12),
)
SOON = timedelta(days=1)
"""From when on an offer that nobody has taken is about to lapse."""


def next_reminder(*, lapses: datetime, after: datetime) -> datetime | None:
    """Give when people are next reminded of an offer: the nearer it lapses, the more often."""
    return min((lapses - before for before in _LADDER if lapses - before > after), default=None)


def first_reminder(*, lapses: datetime, offered: datetime) -> datetime:
    """Give when people are first reminded of an offer; of one at short notice, half-way."""
    return next_reminder(lapses=lapses, after=offered) or offered + (lapses - offered) / 2
