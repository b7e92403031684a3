"""What stands behind the figures about promises: each promise, gathering, list and handover."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import get_args

from dutydesk.handovers.models import Handover
from dutydesk.kernel.periods import Period
from dutydesk.kernel.subjects import screen_of, subject
from dutydesk.measures.flows import promise_counts, promise_things, review_counts
from dutydesk.measures.flows.review_counts import Improved, Session
from dutydesk.measures.rules.day_spans import parts_back
from dutydesk.measures.rules.promise_outcomes import Gathered
from dutydesk.measures.rules.tables import FigureColumn, FigureLine, FigureTable
from dutydesk.routines.models import Checklist

DUE = FigureColumn("due_at", "Was due", "moment")
SETTLED = FigureColumn("settled_at", "Settled", "moment")
BECAME = FigureColumn("became", "What became of it")


def words_of(kind: str) -> str:
    """Give a kind of promise in words: “incident: update”."""
    return kind.replace(".", ": ").replace("-", " ")


def promises(name: str, title: str, span: Period, states: Sequence[str], count: int) -> FigureTable:
    """Give people's promises that ended so, the last first."""
    columns = (
        FigureColumn("promise", "Promise"),
        FigureColumn("kind", "Kind"),
        FigureColumn("owner", "Owed by"),
        DUE,
        SETTLED,
        BECAME,
    )

    def read() -> Iterator[FigureLine]:
        parts = parts_back(span)
        for one in (row for p in parts for row in promise_counts.rows(p, states).iterator(500)):
            cells = (one.text, words_of(one.kind), one.owner, one.due_at, one.settled_at, one.state)
            yield FigureLine(cells, screen_of(one.subject))

    return FigureTable(name, title, columns, read, count, "No promise ended so in this time.")


def overdue(span: Period, at: datetime, count: int) -> FigureTable:
    """Give the promises that are open, though their time is past, the oldest first."""
    columns = (FigureColumn("promise", "Promise"), FigureColumn("owner", "Owed by"), DUE)

    def read() -> Iterator[FigureLine]:
        for one in promise_counts.overdue_rows(span, at).iterator(500):
            yield FigureLine((one.text, one.owner, one.due_at), screen_of(one.subject))

    return FigureTable("overdue", "Overdue now", columns, read, count)


WORDS: dict[Gathered, str] = {
    "held": "held in time",
    "late": "held late",
    "skipped": "left out, by saying so",
    "missed": "missed",
    "due": "due now",
    "over": "no longer needed",
    "practised": "of an exercise or a mistake",
}


def gatherings(
    name: str, title: str, span: Period, at: datetime, became: Sequence[Gathered], count: int
) -> FigureTable:
    """Give the gatherings that became one of these."""

    def read() -> Iterator[FigureLine]:
        for one in promise_things.gathering_rows(span, at, became):
            cells = (one.title, one.due_at, one.settled_at, WORDS[one.became])
            yield FigureLine(cells, screen_of(subject("incident", one.incident)))

    columns = (FigureColumn("incident", "Incident"), DUE, SETTLED, BECAME)
    return FigureTable(name, title, columns, read, count, "No gathering was owed in this time.")


def checklists(span: Period, count: int) -> FigureTable:
    """Give the checklists whose day is over, the last first."""
    columns = (
        FigureColumn("checklist", "Checklist"),
        FigureColumn("day", "Day", "day"),
        FigureColumn("people", "Whose turn"),
        DUE,
        FigureColumn("done_at", "Done", "moment"),
        BECAME,
    )

    def read() -> Iterator[FigureLine]:
        found = Checklist.objects.filter(
            comes_at__gte=span.start, comes_at__lt=span.end, closed_at__isnull=False
        )
        for one in found.order_by("-comes_at", "-id").iterator(500):
            became = "left undone" if one.left_undone else ("late" if one.late else "in time")
            cells = (one.title, one.day, ", ".join(one.people), one.due_at, one.done_at, became)
            yield FigureLine(cells, screen_of(one.about))

    return FigureTable(
        "checklists", "Checklists", columns, read, count, "No checklist in this time."
    )


def handovers(
    name: str, title: str, span: Period, at: datetime, states: Sequence[str], count: int
) -> FigureTable:
    """Give the handovers that stand so, the last first, and how soon each was accepted."""
    columns = (
        FigureColumn("handover", "Handover"),
        DUE,
        FigureColumn("given_at", "Given", "moment"),
        FigureColumn("accepted_at", "Accepted", "moment"),
        FigureColumn("taken", "From giving to accepting", "elapsed"),
        BECAME,
    )

    def read() -> Iterator[FigureLine]:
        found = Handover.objects.filter(due_at__gte=span.start, due_at__lt=min(span.end, at))
        for one in found.filter(state__in=states).order_by("-due_at", "-id").iterator(500):
            soon = one.accepted_at - one.given_at if one.accepted_at and one.given_at else None
            state = one.get_state_display().lower()
            cells = (one.get_kind_display(), one.due_at, one.given_at, one.accepted_at, soon, state)
            yield FigureLine(cells, screen_of(one.about))

    return FigureTable(name, title, columns, read, count, "No handover in this time.")


SESSIONS: dict[Session, str] = {
    "in time": "in time",
    "late": "too late, or not held",
    "waiting": "still to be held",
    "not owed": "nobody owed it",
}


def postmortems(
    name: str,
    title: str,
    span: Period,
    at: datetime,
    count: int,
    became: Sequence[Session] = get_args(Session),
    published: bool | None = None,
) -> FigureTable:
    """Give postmortems: by when the session was due and when it was, and when it was published."""
    columns = (
        FigureColumn("incident", "Incident"),
        FigureColumn("resolved", "Resolved", "moment"),
        FigureColumn("session_due", "Session due", "moment"),
        FigureColumn("session_at", "Session held", "moment"),
        FigureColumn("session", "Session"),
        FigureColumn("published_at", "Published", "moment"),
        FigureColumn("taken", "From resolution to publication", "elapsed"),
    )

    def read() -> Iterator[FigureLine]:
        for one in review_counts.postmortems(span, at, became, published):
            taken = one.published_at - one.resolved if one.published_at else None
            times = (one.resolved, one.due_at, one.session_at)
            cells = (one.title, *times, SESSIONS[one.became], one.published_at, taken)
            yield FigureLine(cells, screen_of(subject("postmortem", one.postmortem)))

    return FigureTable(name, title, columns, read, count, "No such postmortem in this time.")


def improvements(
    name: str, title: str, span: Period, at: datetime, became: Sequence[Improved], count: int
) -> FigureTable:
    """Give improvements: whose they are, by when, and what became of them."""
    columns = (
        FigureColumn("improvement", "Improvement"),
        FigureColumn("owner", "Owner"),
        DUE,
        SETTLED,
        BECAME,
    )

    def read() -> Iterator[FigureLine]:
        for one in review_counts.improvement_rows(span, at, became):
            cells = (one.title, one.owner, one.due_at, one.settled_at, one.became)
            yield FigureLine(cells, screen_of(subject("improvement", one.improvement)))

    return FigureTable(name, title, columns, read, count, "No improvement was due in this time.")
