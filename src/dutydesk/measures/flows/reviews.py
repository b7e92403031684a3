"""Postmortems and improvements, against the times that the process gives them."""

from datetime import datetime

from dutydesk.measures.flows import promise_rows, review_counts
from dutydesk.measures.flows.review_counts import Improved, Session
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.distributions import described
from dutydesk.measures.rules.figures import Figure, LeftOut
from dutydesk.process.flows import process

_HELD: tuple[Session, ...] = ("in time", "late")
_JUDGED: tuple[Improved, ...] = ("in time", "late", "overdue")
_OTHERS: dict[Improved, str] = {
    "open": "not due yet",
    "dropped": "dropped, for a reason",
    "no day": "without a day by which they are due",
}


def sessions(choice: PeriodChoice, found: dict[str, int], at: datetime) -> Figure:
    """Say how many postmortem sessions were held in time. Clause postmortem.session."""
    days = process.in_force().postmortems.session_within_working_days
    before = review_counts.sessions(choice.previous.period, at)
    span, judged = choice.period, found["in time"] + found["late"]

    def left(became: Session, reason: str) -> LeftOut:
        title, count = promise_rows.SESSIONS[became].capitalize(), found[became]
        name = f"sessions-{became.replace(' ', '-')}"
        rows = promise_rows.postmortems(name, title, span, at, count, (became,))
        return LeftOut(reason, count, rows)

    left_out = (
        left("waiting", "still to be held"),
        left("not owed", "for which nobody owed a session"),
    )
    return Figure(
        "sessions",
        "Postmortem sessions in time",
        _share(found, _HELD),
        "share",
        f"of {judged}: {found['in time']} in time, {found['late']} late or not held",
        _share(before, _HELD),
        better="higher",
        says=f"The process wants the session within {days} working days. A postmortem counts in "
        "the time in which its incident was resolved.",
        made_of=promise_rows.postmortems("sessions", "Postmortems", span, at, judged, _HELD),
        left_out=tuple(one for one in left_out if one.count),
    )


def _share(found: dict[str, int], judged: tuple[str, ...]) -> float | None:
    count = sum(found[word] for word in judged)
    return found["in time"] / count if count else None


def publications(choice: PeriodChoice, found: dict[str, int], at: datetime) -> Figure:
    """Say how long it took from an incident's resolution until its postmortem was published."""
    span, whole = choice.period, sum(found.values())
    now = review_counts.publishing(span, at)
    before = review_counts.publishing(choice.previous.period, at)
    known = now.count if now else 0
    rows = promise_rows.postmortems(
        "unpublished", "Not published", span, at, whole - known, published=False
    )
    of = described(now, whole, "elapsed")
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
        made_of=promise_rows.postmortems(
            "publications", "Published postmortems", span, at, known, published=True
        ),
        left_out=(LeftOut("not published yet", whole - known, rows),) if whole > known else (),
    )


def improvements(choice: PeriodChoice, at: datetime) -> Figure:
    """Say how many improvements were done by their day. Clause postmortem.improvements."""
    span = choice.period
    found = review_counts.improvements(span, at)
    before = review_counts.improvements(choice.previous.period, at)
    judged = sum(found[word] for word in _JUDGED)
    left = [
        LeftOut(
            reason,
            found[word],
            promise_rows.improvements(
                f"improvements-{word.replace(' ', '-')}", reason, span, at, (word,), found[word]
            ),
        )
        for word, reason in _OTHERS.items()
        if found[word]
    ]
    return Figure(
        "improvements",
        "Improvements done in time",
        _share(found, _JUDGED),
        "share",
        f"of {judged}: {found['in time']} in time, {found['late']} late, "
        f"{found['overdue']} overdue",
        _share(before, _JUDGED),
        better="higher",
        says="An improvement counts in the time in which it was due, as it stands now.",
        made_of=promise_rows.improvements(
            "improvements", "Improvements", span, at, _JUDGED, judged
        ),
        left_out=tuple(left),
    )
