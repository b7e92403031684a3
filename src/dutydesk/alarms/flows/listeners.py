"""Whether the desk listens for pings: what it could not hear is not missing.

Every web process notes now and then that it listens. Where nobody noted it for a while, be it that
the desk was ended, frozen, or without its database, that time counts for no heartbeat.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from dutydesk.alarms.models import Heartbeat, Listening
from dutydesk.alarms.rules.promises import HEARTBEAT
from dutydesk.commitments.flows import commitments
from dutydesk.kernel.checks import Check
from dutydesk.kernel.subjects import subject

EVERY = timedelta(seconds=10)
SILENT = timedelta(seconds=30)
"""After so long without a note nobody listens."""
_ROW = 1


@transaction.atomic
def note(*, at: datetime, real: datetime) -> timedelta:
    """Note that pings are heard now; give for how long none was, by which each is due later.

    `real`: the machine's time, since a rehearsal's clock jumps while somebody listens.
    """
    Listening.objects.get_or_create(pk=_ROW, defaults={"at": at, "real": real})
    found = Listening.objects.select_for_update().get(pk=_ROW)
    deaf = real - found.real
    if deaf <= SILENT:
        deaf = timedelta()
    else:
        _move_on(deaf, heard=found.at + SILENT)
    found.at, found.real = max(at, found.at), max(real, found.real)
    found.save(update_fields=["at", "real"])
    return deaf


def _move_on(by: timedelta, *, heard: datetime) -> None:
    """Give each so much longer, but for those that pinged since somebody listens again."""
    waiting = Heartbeat.objects.filter(due_at__isnull=False)
    waiting = waiting.exclude(last_seen__gt=heard)
    waiting.update(due_at=F("due_at") + by)
    due = {subject("heartbeat", pk): due for pk, due in waiting.values_list("pk", "due_at") if due}
    commitments.postpone_all(kind=HEARTBEAT, due=due)


def listens(*, at: datetime) -> bool:
    """Say whether a ping would be heard at `at`; where nobody ever noted it, it counts as heard."""
    return not Listening.objects.filter(pk=_ROW, at__lt=at - SILENT).exists()


def health(at: datetime) -> Iterable[Check]:
    """Say whether a ping that stays away would be an alarm, where any is expected.

    A worker whose clock is far ahead of the web's takes it that nobody listens.
    """
    if not Heartbeat.objects.filter(due_at__isnull=False).exists():
        return
    if listens(at=at):
        yield Check("heartbeats", True, "pings are heard", vital=False)
        return
    says = f"No web process noted for {int(SILENT.total_seconds())} s that it hears pings, so none "
    remedy = "See to `dutydesk web`, and that the clocks of the desk's machines agree."
    yield Check("heartbeats", False, f"{says}that stays away is an alarm.", remedy, vital=False)
