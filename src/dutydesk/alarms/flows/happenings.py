"""What the journal says of a group of alerts that was taken in."""

from collections.abc import Iterable
from datetime import datetime

from dutydesk.alarms.flows import active_silences
from dutydesk.alarms.flows.active_silences import ActiveSilences
from dutydesk.alarms.flows.events import AlarmFlapped, AlarmRaised, AlarmResolved, AlarmWorsened
from dutydesk.alarms.flows.groups import AlertGroup
from dutydesk.alarms.models import Alarm
from dutydesk.journal.flows.journal import Happening
from dutydesk.kernel.bounds import cut

MOST_NAMED = 5


def happened(group: AlertGroup, quiet: ActiveSilences, at: datetime) -> Iterable[Happening]:
    """Give what the journal says of it."""
    alarm = group.alarm
    if alarm is None:
        return
    if group.raised:
        event = AlarmRaised(alarm.pk, alarm.severity)
        text = f"Alarm: {alarm.title}"
        yield Happening(event, alarm.about, text, "monitoring", "support.during")
    if group.turned and not group.over:
        yield active_silences.happened(alarm=alarm, quiet=quiet, at=at)
    if group.flaps:
        text = f"It flaps: it began or got worse {alarm.flapped} times"
        yield Happening(AlarmFlapped(alarm.pk), alarm.about, text, "monitoring")
    if group.need.deed == "tell the lead":
        yield _worsened(group, alarm)
    if group.ends:
        text = f"Alarm over: {alarm.title}"
        yield Happening(AlarmResolved(alarm.pk), alarm.about, text, "monitoring")


def _worsened(group: AlertGroup, alarm: Alarm) -> Happening:
    called = (alert.title for alert, one in group.ranked if one.name in group.need.called)
    titles = list(dict.fromkeys(called))
    more = f" and {len(titles) - MOST_NAMED} more" if len(titles) > MOST_NAMED else ""
    listed = cut("; ".join(titles[:MOST_NAMED]), 900) + more
    event = AlarmWorsened(alarm.pk, alarm.incident, listed)
    return Happening(event, alarm.about, f"New, while {alarm.incident} has it: {listed}")
