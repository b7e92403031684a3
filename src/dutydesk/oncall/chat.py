"""What people do to a page, in any chat."""

from dutydesk.kernel.actions import Action, Done, NotYours, Press
from dutydesk.kernel.subjects import number_of
from dutydesk.oncall.flows import paging


def _acknowledge(press: Press) -> Done:
    if press.by.engineer is None:
        raise NotYours("Pages are for engineers of the team.", "Ask one of them to take it.")
    page = paging.acknowledge(
        page=number_of(press.about, "page"), engineer=press.by.engineer, at=press.at
    )
    return Done(f"You have it: {page.title}.", page.subject)


ACTIONS = (Action("page.acknowledge", "engineer", _acknowledge),)
