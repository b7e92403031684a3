"""Alarms that begin, stored in one statement while nothing stands in the way.

Most of what a storm brings is new and low: nothing is known of it, nobody is paged. Then all that
follows is known beforehand, and travels to the database as one call, which looks whether that is
so, and stores everything or nothing. What is not so plain goes the careful way in `receiving`.
"""

from collections import deque
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from functools import partial

from django.db import transaction

from dutydesk import rows
from dutydesk.alarms.flows import quieting, showing
from dutydesk.alarms.flows.cases import Case, happened, routed_by, tell
from dutydesk.alarms.flows.quieting import Quiet
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.routing import is_high
from dutydesk.alarms.rules.told import Notification
from dutydesk.chat.flows import mirroring
from dutydesk.chat.flows import saying as chat
from dutydesk.journal import flows as journal
from dutydesk.people import flows as people
from dutydesk.process import flows as process
from dutydesk.process.rules.model import Alarms

_OPEN = (
    "SELECT alarms_open(%s, %s::bigint[], %s::timestamptz[], %s::jsonb, %s::jsonb, %s::jsonb,"
    " %s::jsonb, %s::int)"
)


def open_all(*, told: Sequence[Notification], at: datetime) -> list[Alarm | None] | None:
    """Store what was told, each as a new alarm, in one transaction; None if it isn't that plain.

    Then nothing was stored.
    """
    if len({one.group_key for one in told}) < len(told):
        return None
    if not all(one.alerts and all(alert.firing for alert in one.alerts) for one in told):
        return None
    rules = process.in_force().alarms
    quiet, signs = quieting.remembered(at=at)
    cases = _cases(told, quiet, rules, at)
    alarms = [case.alarm for case in cases if case.alarm]
    pages = any(case.decided.pages or case.decided.ends_page for case in cases)
    entries = journal.entries([one for case in cases for one in happened(case, quiet, at)], at=at)
    if pages or entries is None:
        _give_back(alarms)
        return None
    posts = [showing.shown(alarm, quiet, rules, at) for alarm in alarms]
    values = [
        at,
        *signs,
        rows.dump(alarms),
        rows.dump([alert for case in cases for alert in case.new.values()]),
        chat.dump(posts),
        rows.dump(entries),
        len(alarms),
    ]
    # The call is a transaction by itself; a chat outside is owed the posts in the same one.
    with transaction.atomic() if mirroring.chat() else nullcontext():
        (more,) = rows.run(_OPEN, values).fetchone() or (None,)
        if more is not None:
            mirroring.owe([post.key for post in posts], at=at)
    if more is None:
        _give_back(alarms)
        return None
    _numbers.extend(more)
    return [case.alarm for case in cases]


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


def _cases(told: Sequence[Notification], quiet: Quiet, rules: Alarms, at: datetime) -> list[Case]:
    """Give the cases of new alarms, decided."""
    routed = [routed_by(one, rules) for one in told]
    names = {name for each in routed for one in each for name in one.service_names}
    services = people.services_named(names)()
    cases = [Case() for _ in told]
    for case, one, each in zip(cases, told, routed, strict=True):
        alarm = tell(case, one, each, number, services, at)
        if alarm is not None:
            case.decided = quieting.decide(
                alarm=alarm,
                firing=[alert.labels for alert in case.known.values()],
                quiet=quiet,
                high=partial(is_high, rules),
                wanted=case.rose,
                paged=False,
            )
    return cases
