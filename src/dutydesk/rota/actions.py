"""What people do to swaps and cover, in any chat."""

from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, NotYours
from dutydesk.kernel.subjects import number_of
from dutydesk.rota.flows import cover_nominations, swaps


def _engineer(press: ActionRequest) -> int:
    if press.by.engineer is None:
        raise NotYours("Shifts are for engineers of the team.", "Ask one of them.")
    return press.by.engineer


def _take(press: ActionRequest) -> ActionResult:
    swaps.take(swap=number_of(press.about, "swap"), engineer=_engineer(press), at=press.at)
    return ActionResult("The time is yours. Thank you.")


def _take_back(press: ActionRequest) -> ActionResult:
    swaps.take_back(swap=number_of(press.about, "swap"), engineer=_engineer(press), at=press.at)
    return ActionResult("The offer is taken back.")


def _cover(press: ActionRequest) -> ActionResult:
    number = number_of(press.about, "cover")
    says = cover_nominations.take(
        number=number, engineer=_engineer(press), at=press.at, by=press.by.name
    )
    return ActionResult(says)


ACTIONS = (
    Action("rota.take", "engineer", _take),
    Action("rota.take-back", "engineer", _take_back),
    Action("rota.cover", "engineer", _cover),
)
