"""The routines of a process as its document tells them."""

from collections.abc import Iterator

from dutydesk.kernel.durations import write_duration
from dutydesk.process.rules.model import Process
from dutydesk.process.rules.routines import END, START, Routine, RoutineItem

_WHO = {
    "support": "at least one of those on support will",
    "on call": "whoever is on call will",
    "whole team": "all of those on support will",
}
_FACTS = {
    "alarms": "the alarms",
    "requests": "the requests that nobody took",
    "work": "the requests that somebody works on",
    "backlog": "the requests that wait in the backlog",
    "questions": "the questions without an answer",
    "handover": "the handover",
    "incidents": "the incidents in progress",
    "commitments": "what is promised",
    "announcements": "the planned work",
}


def told(process: Process) -> Iterator[str]:
    """Give each routine with its items, as lines of a chapter."""
    for routine in process.day_routines:
        yield f"{routine.title}. {_when(routine)} {_WHO[routine.who]}:"
        yield from (f"• {_item(item)}" for item in routine.items)


def _when(routine: Routine) -> str:
    length = write_duration(routine.within)
    if routine.standing:
        return f"In support hours, so that nothing waits for more than {length} of them,"
    if routine.at == START:
        return f"Within {length} from the start of the working hours on"
    if routine.at == END:
        return f"In the last {length} of the working hours"
    return f"On working days within {length} from {routine.at} on"


def _item(item: RoutineItem) -> str:
    if not item.gathers:
        return item.text
    *others, last = (_FACTS[name] for name in item.gathers)
    shown = f"{', '.join(others)} and {last}" if others else last
    done = "; done once nothing of that is left" if item.done_when == "facts" else ""
    return f"{item.text} (shown with it: {shown}{done})"
