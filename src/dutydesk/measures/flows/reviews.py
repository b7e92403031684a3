"""Postmortems and improvements, against the times that the process gives them."""

from collections.abc import Sequence
from datetime import datetime

from dutydesk.measures.flows import promise_rows, promise_things
from dutydesk.measures.flows.promise_things import DueImprovement, ReviewedIncident
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.distributions import Distribution, Dot, distribution
from dutydesk.measures.rules.figures import Figure, LeftOut
from dutydesk.measures.rules.values import write
from dutydesk.process.flows import process


def sessions(choice: PeriodChoice, found: Sequence[ReviewedIncident], at: datetime) -> Figure:
    """Say how many postmortem sessions were held in time. Clause postmortem.session."""
    days = process.in_force().postmortems.session_within_working_days
    before = promise_things.postmortems(choice.previous.period)
    judged = [one for one in found if one.in_time(at) is not None]
    held = sum(bool(one.in_time(at)) for one in judged)
    others = {
        "still to be held": [one for one in found if one.due_at and one.in_time(at) is None],
        "for which nobody owed a session": [one for one in found if one.due_at is None],
    }
    left = [
        LeftOut(
            reason, len(rows), promise_rows.postmortems(f"sessions-{n}", "Not counted", rows, at)
        )
        for n, (reason, rows) in enumerate(others.items())
        if rows
    ]
    return Figure(
        "sessions",
        "Postmortem sessions in time",
        held / len(judged) if judged else None,
        "share",
        f"of {len(judged)}: {held} in time, {len(judged) - held} late or not held",
        _in_time(before, at),
        better="higher",
        says=f"The process wants the session within {days} working days. A postmortem counts in "
        "the time in which its incident was resolved.",
        made_of=promise_rows.postmortems("sessions", "Postmortems", judged, at),
        left_out=tuple(left),
    )


def _in_time(found: Sequence[ReviewedIncident], at: datetime) -> float | None:
    judged = [one.in_time(at) for one in found if one.in_time(at) is not None]
    return sum(map(bool, judged)) / len(judged) if judged else None


def publications(choice: PeriodChoice, found: Sequence[ReviewedIncident], at: datetime) -> Figure:
    """Say how long it took from an incident's resolution until its postmortem was published."""
    now = _taken(found)
    before = _taken(promise_things.postmortems(choice.previous.period))
    published = [one for one in found if one.published_at is not None]
    waiting = [one for one in found if one.published_at is None]
    rows = promise_rows.postmortems("unpublished", "Not published", waiting, at)
    of = "of none"
    if now is not None:
        mean, p90 = write(now.mean, "elapsed"), write(now.p90, "elapsed")
        of = f"median of {now.count} of {len(found)}; mean {mean}, 90 % within {p90}"
    return Figure(
        "publications",
        "From resolution to postmortem",
        now.median if now else None,
        "elapsed",
        of,
        before.median if before else None,
        better="lower",
        says="From when the incident was resolved until its postmortem was first published, in "
        "elapsed time. The process names a time for the session, and none for publishing.",
        made_of=promise_rows.postmortems("publications", "Published postmortems", published, at),
        left_out=(LeftOut("not published yet", len(waiting), rows),) if waiting else (),
    )


def _taken(found: Sequence[ReviewedIncident]) -> Distribution | None:
    return distribution(Dot(one.resolved, one.taken) for one in found if one.taken is not None)


def improvements(choice: PeriodChoice, at: datetime) -> Figure:
    """Say how many improvements were done by their day. Clause postmortem.improvements."""
    found = promise_things.improvements(choice.period)
    before = promise_things.improvements(choice.previous.period)
    counted = [one for one in found if one.became(at) in _JUDGED]
    by = {word: sum(one.became(at) == word for one in found) for word in _JUDGED}
    left = []
    for word, reason in _OTHERS.items():
        rows = [one for one in found if one.became(at) == word]
        if rows:
            made_of = promise_rows.improvements(f"improvements-{word.split()[0]}", reason, rows, at)
            left.append(LeftOut(reason, len(rows), made_of))
    return Figure(
        "improvements",
        "Improvements done in time",
        _share(found, at),
        "share",
        f"of {len(counted)}: {by['in time']} in time, {by['late']} late, {by['overdue']} overdue",
        _share(before, at),
        better="higher",
        says="An improvement counts in the time in which it was due, as it stands now.",
        made_of=promise_rows.improvements("improvements", "Improvements", counted, at),
        left_out=tuple(left),
    )


_JUDGED = ("in time", "late", "overdue")
_OTHERS = {
    "open": "not due yet",
    "dropped": "dropped, for a reason",
    "without a day": "without a day by which they are due",
}


def _share(found: Sequence[DueImprovement], at: datetime) -> float | None:
    judged = [one.became(at) for one in found if one.became(at) in _JUDGED]
    return judged.count("in time") / len(judged) if judged else None
