"""Ending an alarm by hand: its sender says no more of it."""

from datetime import datetime

from django.db import transaction

from dutydesk.alarms.flows import ingestion
from dutydesk.alarms.flows.events import AlarmEndedByHand
from dutydesk.alarms.flows.groups import AlertGroup, end_all
from dutydesk.alarms.models import Alarm
from dutydesk.journal.flows import journal
from dutydesk.kernel.refusals import Refused


class NotOver(Refused):
    """The alarm can't be ended by hand so."""


@transaction.atomic
def end_by_hand(*, alarm: int, reason: str, by: str, at: datetime) -> Alarm:
    """End a firing alarm, its alerts and its page, since somebody saw that it is over.

    If its sender tells of it as firing after all, it fires again.
    """
    found = Alarm.objects.filter(pk=alarm).first()
    if found is None:
        raise NotOver("That alarm isn't there.", "Look at the list of alarms.")

    def over(group: AlertGroup) -> None:
        end_all(group, at)

    if not ingestion.reconsider(alarms=[alarm], at=at, change=over):
        raise NotOver("That alarm is over already.", "There is nothing to do.")
    text = f"{by} says that it is over: {reason}"
    event = AlarmEndedByHand(alarm, by)
    journal.record(event=event, subject=found.about, text=text, at=at, actor=by)
    found.refresh_from_db()
    return found
