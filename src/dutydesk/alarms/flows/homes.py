"""Which alarm an alert belongs to, whatever group it is told under.

Alertmanager's group keys are made from its settings: a reload that groups otherwise tells of what
fires under other keys, and a route that continues tells of it under several. An alert that fires
stays in the alarm that it is in, so that nobody is called for it twice, as does one that flaps and
is quiet just now; and one that is told of again soon after its end, as it was before, takes its
alarm up again.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dutydesk.alarms.rules.alert_state import AlertState, next_state
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.database import rows

_NEWEST = """
SELECT given.place, given.fingerprint, newest.*
FROM unnest(%s::int[], %s::text[], %s::boolean[], %s::text[])
    AS given (place, family, whole, fingerprint)
CROSS JOIN LATERAL (
    SELECT alarm.id, alarm.group_key, alert.rests_until, alert.begun, alert.firing, alert.starts_at,
        alert.latest_start, alert.ends_at, alert.told_at, alert.doubt_until
    FROM alarms_alert AS alert JOIN alarms_alarm AS alarm ON alarm.id = alert.alarm_id
    WHERE alert.fingerprint = given.fingerprint AND CASE WHEN given.whole
        THEN alarm.group_key = given.family ELSE starts_with(alarm.group_key, given.family) END
    ORDER BY alert.firing DESC, alert.told_at DESC, alert.alarm_id DESC LIMIT 1
) AS newest
WHERE newest.firing OR newest.doubt_until IS NOT NULL OR newest.rests_until IS NOT NULL
    OR newest.told_at > %s
"""

# The alarm is asked for one alert at a time: joined, a database that knows nothing yet of how many
# alarms there are would read them all.
_BEGUN = """
SELECT given.place, given.fingerprint, newest.begun
FROM unnest(%s::int[], %s::text[], %s::text[]) AS given (place, group_key, fingerprint)
CROSS JOIN LATERAL (
    SELECT alert.begun, alert.told_at
    FROM alarms_alert AS alert
    WHERE alert.fingerprint = given.fingerprint AND given.group_key = (
        SELECT alarm.group_key FROM alarms_alarm AS alarm WHERE alarm.id = alert.alarm_id
    )
    ORDER BY alert.alarm_id DESC LIMIT 1
) AS newest
WHERE newest.told_at > %s
"""

# A telling is hardly later than this; an end that comes once more must end nothing else.
REMEMBERED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class AlertHome:
    """The alarm in which an alert fires, or was told of last, and what is believed of it there.

    `rests_until`: it flaps, and goes on there until then. `begun`: when it began lately.
    """

    alarm: int
    group_key: str
    rests_until: datetime | None
    begun: list[str]
    state: AlertState


@dataclass(frozen=True, slots=True)
class AlarmPart:
    """What one telling says of one alarm.

    `past`: where alerts of it were before they ended, by fingerprint. `begins`: something fires
    that did not.
    """

    told: Notification
    past: Mapping[str, AlertHome]
    begins: bool


def parcels_of(
    told: Collection[Notification], *, at: datetime, peer_lag: timedelta
) -> list[list[AlarmPart]]:
    """Give for each telling what it says of which alarm; one query. The senders are locked."""
    found = _homes(told, at - REMEMBERED)
    return [_parcels(one, found.get(place, {}), at, peer_lag) for place, one in enumerate(told)]


def _parcels(
    told: Notification, homes: Mapping[str, AlertHome], at: datetime, peer_lag: timedelta
) -> list[AlarmPart]:
    """Part a telling by the alarms that have its alerts; the others stay in its own group."""
    parts: dict[str, list[NotifiedAlert]] = {}
    begins: set[str] = set()
    for alert in told.alerts:
        home = homes.get(alert.fingerprint)
        kept = home is not None and _keeps(home, alert, at, peer_lag)
        key = home.group_key if home is not None and kept else told.group_key
        parts.setdefault(key, []).append(alert)
        if alert.firing and not kept:
            begins.add(key)
    whole = list(parts) == [told.group_key]
    return [
        AlarmPart(
            told if whole else replace(told, group_key=key, alerts=tuple(alerts)),
            {
                alert.fingerprint: homes[alert.fingerprint]
                for alert in alerts
                if alert.fingerprint in homes and not homes[alert.fingerprint].state.firing
            },
            key in begins,
        )
        for key, alerts in parts.items()
    ]


def _homes(told: Iterable[Notification], since: datetime) -> dict[int, dict[str, AlertHome]]:
    """Give for the place of each telling where its alerts are, by fingerprint."""
    wanted = [
        (place, one.group_key if one.family is None else one.family, one.family is None, name)
        for place, one in enumerate(told)
        if not one.ordered
        for name in {alert.fingerprint for alert in one.alerts}
    ]
    if not wanted:
        return {}
    columns = [list(column) for column in zip(*wanted, strict=True)]
    found: dict[int, dict[str, AlertHome]] = {}
    for place, name, alarm, key, rests, begun, *state in rows.run(
        _NEWEST, [*columns, since]
    ).fetchall():
        home = AlertHome(alarm, key, rests, json.loads(begun), AlertState(*state))
        found.setdefault(place, {})[name] = home
    return found


def still_in(alarm: int, told: Notification, *, at: datetime) -> Notification:
    """Leave out what another alarm knows better of by now, of whatever group; one query."""
    found = _homes([told], at - REMEMBERED).get(0, {}) if told.alerts else {}
    mine = {name for name, home in found.items() if home.alarm == alarm}
    return replace(told, alerts=tuple(one for one in told.alerts if one.fingerprint in mine))


def beginnings_of(told: Iterable[Notification], since: datetime) -> dict[str, dict[str, list[str]]]:
    """Give when what these tell of as firing began lately in the last alarm of its group.

    By group key and fingerprint; one query. What was not told of since `since` is left out.
    """
    wanted = [
        (place, one.group_key, alert.fingerprint)
        for place, one in enumerate(told)
        for alert in one.alerts
        if alert.firing
    ]
    if not wanted:
        return {}
    columns = [list(column) for column in zip(*wanted, strict=True)]
    keys = {place: key for place, key, _ in wanted}
    found: dict[str, dict[str, list[str]]] = {}
    for place, name, begun in rows.run(_BEGUN, [*columns, since]).fetchall():
        found.setdefault(keys[place], {})[name] = json.loads(begun)
    return found


def _keeps(home: AlertHome, alert: NotifiedAlert, at: datetime, peer_lag: timedelta) -> bool:
    """Say whether what is told of an alert belongs to the alarm that it was in."""
    rests = home.rests_until is not None and home.rests_until > at
    if home.state.firing or rests:
        return True
    state = next_state(home.state, alert, at=at, peer_lag=peer_lag, ordered=False)
    return not state.firing and (home.state.doubt_until or state.doubt_until) is not None
