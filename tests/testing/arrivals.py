"""The inbox in a test: what is kept is worked out when the test says so, in its own thread."""

from datetime import datetime

from dutydesk.inbox.flows.work import ARRIVALS
from dutydesk.inbox.models import Arrival


def worked_out(at: datetime) -> None:
    """Work out what is due, as workers do: together what may be, then one by one."""
    while ARRIVALS.together(lambda: at):
        continue
    for number in (
        Arrival.objects.filter(due_at__lte=at).order_by("pk").values_list("pk", flat=True)
    ):
        ARRIVALS.run(number, lambda: at)
