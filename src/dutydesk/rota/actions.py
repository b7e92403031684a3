"""What people do to swaps and cover, in any chat."""

from dutydesk.kernel.actions import Action, Done, NotYours, Press
from dutydesk.kernel.subjects import number_of
from dutydesk.rota.flows import cover_nominations, swaps


def _engineer(press: Press) -> int:
    if press.by.engineer is None:
        raise NotYours("Shifts are for engineers of the team.", "Ask one of them.")
    return press.by.engineer


def _take(press: Press) -> Done:
    swaps.take(swap=number_of(press.about, "swap"), engineer=_engineer(press), at=press.at)
    return Done("The time is yours. Thank you.")


def _take_back(press: Press) -> Done:
    swaps.take_back(swap=number_of(press.about, "swap"), engineer=_engineer(press), at=press.at)
    return Done("The offer is taken back.")


def _cover(press: Press) -> Done:
    number = number_of(press.about, "cover")
    says = cover_nominations.name(
        number=number, engineer=_engineer(press), at=press.at, by=press.by.name
    )
    return Done(says)


ACTIONS = (
    Action("rota.take", "engineer", _take),
    Action("rota.take-back", "engineer", _take_back),
    Action("rota.cover", "engineer", _cover),
)
