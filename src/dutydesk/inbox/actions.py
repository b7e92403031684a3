"""What people do to what came in and could not be worked out."""

from dutydesk.inbox.flows import arrivals
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult
from dutydesk.kernel.subjects import number_of


def _retry(press: ActionRequest) -> ActionResult:
    tried = arrivals.retry(arrival=number_of(press.about, "arrival"), at=press.at, by=press.by.name)
    return ActionResult("It is tried again now.", tried.about)


ACTIONS = (Action("arrival.retry", "engineer", _retry),)
