"""What people do to the handbook."""

from dutydesk.handbook.flows import pulls
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult
from dutydesk.kernel.subjects import number_of


def _read(press: ActionRequest) -> ActionResult:
    found = pulls.look_again(repository=number_of(press.about, "repository"), at=press.at)
    return ActionResult(f"{found.name} is looked at within half a minute.")


ACTIONS = (Action("repository.read", "engineer", _read),)
