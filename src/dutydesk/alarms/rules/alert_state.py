"""What the desk believes of one alert, from one telling to the next.

Peers of one Alertmanager tell what each of them knows: late, twice, with other beginnings. An
alert's `startsAt` is merged to the earliest told, so it may move back while it fires; one that
timed out and is back keeps its beginning. So the order of tellings alone decides nothing.
Source: https://github.com/prometheus/alertmanager/blob/main/types/types.go (Alert.Merge).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dutydesk.alarms.rules.notifications import NotifiedAlert


@dataclass(frozen=True, slots=True)
class AlertState:
    """One alert as it is believed to be.

    `starts_at` and `latest_start`: the earliest and the latest beginning told of this firing.
    `ends_at`: of its last end. `doubt_until`: it was told over, and then firing as before, which a
    peer may have said that did not know; from then on it fires, unless it is told over again.
    `began`: this telling began a firing. `restarted`: it has another beginning, without an end.
    """

    firing: bool
    starts_at: datetime
    latest_start: datetime
    ends_at: datetime | None
    told_at: datetime
    doubt_until: datetime | None = None
    began: bool = False
    restarted: bool = False


def next_state(
    known: AlertState | None,
    told: NotifiedAlert,
    *,
    at: datetime,
    peer_lag: timedelta,
    ordered: bool,
) -> AlertState:
    """Give what is believed once `told` has come at `at`.

    `peer_lag`: for so long after an end a peer may still tell of the same firing.
    """
    if known is None:
        starts, ends = told.starts_at or at, None if told.firing else told.ends_at or at
        return AlertState(told.firing, starts, starts, ends, at, began=told.firing)
    if not told.firing:
        return _told_over(known, told.starts_at or at, told.ends_at or at, at, ordered)
    if known.firing:
        return _told_again(known, told.starts_at or known.latest_start, at, peer_lag)
    return _told_back(known, told.starts_at or at, at, peer_lag, ordered)


def _told_over(
    known: AlertState, starts: datetime, ends: datetime, at: datetime, ordered: bool
) -> AlertState:
    """End it, unless this is the late end of an earlier firing."""
    plain = replace(known, told_at=at, began=False, restarted=False)
    if not known.firing:
        return replace(plain, ends_at=max(ends, known.ends_at or ends), doubt_until=None)
    earlier = starts < known.latest_start and ends <= known.latest_start
    if earlier and not ordered:
        return plain
    return replace(plain, firing=False, ends_at=ends)


def _told_again(
    known: AlertState, starts: datetime, at: datetime, peer_lag: timedelta
) -> AlertState:
    """Take it for the same firing, unless it began so much later that an end was not told."""
    if starts > known.latest_start + peer_lag:
        began = replace(known, starts_at=starts, latest_start=starts, told_at=at)
        return replace(began, began=False, restarted=True)
    return replace(
        known,
        starts_at=min(known.starts_at, starts),
        latest_start=max(known.latest_start, starts),
        told_at=at,
        began=False,
        restarted=False,
    )


def _told_back(
    known: AlertState, starts: datetime, at: datetime, peer_lag: timedelta, ordered: bool
) -> AlertState:
    """Believe that it fires if it began after its end; else when no peer can be so late.

    Its earlier end, told once more, ends nothing then.
    """
    over_at = known.ends_at or known.told_at
    if ordered or (starts > known.latest_start and starts >= over_at):
        return AlertState(True, starts, starts, None, at, began=True)
    until = known.doubt_until or known.told_at + peer_lag
    if at >= until:
        return AlertState(True, starts, max(starts, over_at), None, at, began=True)
    return replace(known, told_at=at, doubt_until=until, began=False, restarted=False)
