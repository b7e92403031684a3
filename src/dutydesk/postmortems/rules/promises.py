"""The promise of a group session, and by when it is held."""

from datetime import datetime

from dutydesk.kernel.kinds import PromiseKind
from dutydesk.process.rules.model import Process

SESSION = PromiseKind(
    "postmortem.session",
    "Hold the postmortem session about “{title}”",
    clause="postmortem.session",
    action="postmortem.session",
    label="The session was held",
)


def session_due(process: Process, resolved: datetime) -> datetime:
    """Give the end of the last working day on which the session is in time.

    A day counts if the working clock is open on it at all. Clause postmortem.session.
    """
    days = process.postmortems.session_within_working_days
    return process.clock("working").days_after(resolved, days)


IMPROVEMENT = PromiseKind(
    "improvement.do",
    "Improve: {title}",
    clause="postmortem.improvements",
    action="improvement.done",
    label="It is done",
)


def improvement_due(process: Process, priority: str, at: datetime) -> datetime:
    """Give by when an improvement of that priority is due, unless somebody says otherwise."""
    due = process.postmortems.improvements
    return at + (due.high_due if priority == "high" else due.other_due)
