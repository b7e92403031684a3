"""What people do to checklists, in any chat and on the web."""

from dutydesk.kernel.actions import Action, ActionRequest, ActionResult
from dutydesk.kernel.subjects import number_of
from dutydesk.routines.flows import checklists, presses, waiting_things


def _done(press: ActionRequest) -> ActionResult:
    item = presses.done(item=number_of(press.about, "checklist-item"), by=press.by, at=press.at)
    return ActionResult(f"Done: {item.text}.")


def _undo(press: ActionRequest) -> ActionResult:
    item = presses.undo(item=number_of(press.about, "checklist-item"), by=press.by, at=press.at)
    return ActionResult(f"To be done again: {item.text}.")


def _triage(press: ActionRequest) -> ActionResult:
    title = waiting_things.triage(about=press.about, by=press.by, at=press.at)
    checklists.look_now(at=press.at)
    return ActionResult(f"Noted that you have looked at {title}.")


def _show(press: ActionRequest) -> ActionResult:
    return ActionResult("", press.about)


ACTIONS = (
    Action("routine.done", "engineer", _done),
    Action("routine.undo", "engineer", _undo),
    Action("routine.triage", "engineer", _triage),
    Action("routine.show", "anyone", _show),
)
