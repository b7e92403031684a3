"""What an item of a routine about handing over comes with: the handover of that time of the day."""

from datetime import datetime, timedelta

from dutydesk.handovers.flows import overview, posts, steps
from dutydesk.handovers.models import Handover
from dutydesk.handovers.words import post_words
from dutydesk.kernel.gatherers import FactLine, Gathered, Gatherer, GatherRequest
from dutydesk.process.rules.handovers import HandoverTime

_NEAR = timedelta(hours=1)
_OF_THE_DAY: tuple[HandoverTime, ...] = ("start of day", "end of day")


def gather(asked: GatherRequest) -> Gathered:
    """Give the handover that falls into the routine's time; left while it asks for something.

    Clauses support.day-start, support.day-end.
    """
    for kind in _OF_THE_DAY:
        found = overview.of_day(kind, asked.at)
        if found is not None and asked.comes - _NEAR <= found.due_at <= asked.due + _NEAR:
            return _told(found, asked.at)
    return Gathered(post_words.NONE_TO_TAKE)


def _told(found: Handover, at: datetime) -> Gathered:
    waits = found.state == Handover.State.GIVEN or steps.asks(found)
    says = post_words.standing(posts.from_to(found), found.get_state_display())
    line = FactLine(found.about, posts.title(found), left=waits, since=found.due_at)
    return Gathered(says, (line,), int(waits))


GATHERER = Gatherer("handover", gather)
