"""When an alarm is to be looked at again: as a doubt or a rest ends, or after its incident."""

from collections.abc import Iterable
from datetime import datetime

from dutydesk.alarms import words
from dutydesk.alarms.flows.groups import AlertGroup
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.promises import AGAIN, DOUBT
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.rules import Promise
from dutydesk.kernel.kinds import PromiseKind


def watch(groups: Iterable[AlertGroup], *, at: datetime) -> None:
    """Look at alarms again when a doubt about one of their alerts, or its rest, is over."""
    for group in groups:
        until = group.unsettled_until
        if group.alarm is not None and until is not None:
            _look(DOUBT, group.alarm, words.unsettled(title=group.alarm.title), until, at)


def page_again(alarm: Alarm, *, until: datetime, at: datetime) -> None:
    """Look again at an alarm that still fires, now that its incident is resolved."""
    _look(AGAIN, alarm, words.pages_again(title=alarm.title), until, at)


def _look(kind: PromiseKind, alarm: Alarm, text: str, until: datetime, at: datetime) -> None:
    """Promise it; nobody owes it, so that it stands in nobody's list."""
    commitments.promise(
        kind=kind, subject=alarm.about, owner="", text=text, times=Promise(until), at=at
    )
