"""Alarms that begin, stored in one statement while nothing stands in the way.

Most of what a storm brings is new and low: nothing is known of it, nobody is paged. Then all that
follows is known beforehand, and travels to the database as one call, which looks whether that is
so, and stores everything or nothing. What is not so plain goes the careful way in `receiving`.
"""

from collections import deque
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime

from django.db import transaction

from dutydesk.alarms.flows import active_silences, alarm_posts
from dutydesk.alarms.flows.active_silences import ActiveSilences
from dutydesk.alarms.flows.groups import (
    AlertGroup,
    Intake,
    decide,
    happened,
    ingest,
    service_names,
)
from dutydesk.alarms.flows.homes import REMEMBERED
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import Notification
from dutydesk.chat.flows import desk_posts, post_mirror
from dutydesk.database import rows
from dutydesk.journal.flows import journal
from dutydesk.people.flows import people
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Alarms

_OPEN = (
    "SELECT alarms_open(%s, %s, %s::bigint[], %s::timestamptz[], %s::jsonb, %s::jsonb, %s::jsonb,"
    " %s::jsonb, %s::int)"
)


def open_all(*, told: Sequence[Notification], at: datetime) -> list[Alarm | None] | None:
    """Store what was told, each as a new alarm, in one transaction; None if it isn't that plain.

    Then nothing was stored. `told`: no group twice, nor an alert in two, as in a part of `apart`.
    """
    if not all(one.alerts and all(alert.firing for alert in one.alerts) for one in told):
        return None
    rules = process.in_force().alarms
    quiet, signs = active_silences.remembered(at=at)
    groups = _groups(told, quiet, rules, at)
    alarms = [group.alarm for group in groups if group.alarm]
    pages = any(group.need.deed != "nothing" for group in groups)
    entries = journal.entries(
        [one for group in groups for one in happened(group, quiet, at)], at=at
    )
    if pages or entries is None:
        _give_back(alarms)
        return None
    posts = [alarm_posts.shown(alarm, quiet, rules, at) for alarm in alarms]
    values = [
        at,
        REMEMBERED,
        *signs,
        rows.dump(alarms),
        rows.dump([alert for group in groups for alert in group.new.values()]),
        desk_posts.dump(posts),
        rows.dump(entries),
        len(alarms),
    ]
    # The call is a transaction by itself; a chat outside is owed the posts in the same one.
    with transaction.atomic() if post_mirror.chat() else nullcontext():
        (more,) = rows.run(_OPEN, values).fetchone() or (None,)
        if more is not None:
            post_mirror.owe([post.key for post in posts], at=at)
    if more is None:
        _give_back(alarms)
        return None
    _numbers.extend(more)
    return [group.alarm for group in groups]


# Numbers for the next alarms, lowest first; as many as the last call needed come with its answer.
_numbers: deque[int] = deque()


def number() -> int:
    """Give the number of a new alarm."""
    while True:
        try:
            return _numbers.popleft()
        except IndexError:
            reserve(1)


def reserve(count: int) -> None:
    """Let so many numbers be at hand."""
    if len(_numbers) < count:
        asked = rows.keys_for(Alarm, count - len(_numbers))
        _numbers.extend(found for (found,) in asked.fetchall())


def _give_back(alarms: Sequence[Alarm]) -> None:
    _numbers.extendleft(alarm.pk for alarm in reversed(alarms))


def _groups(
    told: Sequence[Notification], quiet: ActiveSilences, rules: Alarms, at: datetime
) -> list[AlertGroup]:
    """Give the groups of new alarms, decided."""
    names = {name for one in told for name in service_names(one, rules)}
    intake = Intake(rules, people.services_named(names)(), at)
    groups = [AlertGroup() for _ in told]
    for group, one in zip(groups, told, strict=True):
        ingest(group, one, intake, number)
        decide(group, quiet, rules, "none")
    return groups
