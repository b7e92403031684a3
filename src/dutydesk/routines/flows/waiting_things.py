"""What waits through the day and nobody looks at: pointed at once, until somebody has looked."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from dutydesk.alarms.models import Alarm
from dutydesk.database import notifications, rows
from dutydesk.desk.models import Ticket
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.gatherers import FactLine, Gathered
from dutydesk.process.flows import process
from dutydesk.routines import words
from dutydesk.routines.flows import checklist_posts, events
from dutydesk.routines.flows.events import RoutineRefused, ThingTriaged
from dutydesk.routines.flows.turns import RoutineTurn
from dutydesk.routines.models import Checklist, Triage
from dutydesk.routines.rules.promises import BY_WORD

TRIAGED = ("alarms", "requests")
"""The facts whose things somebody can say they looked at."""


def point_out(
    found: Checklist, facts: Sequence[tuple[str, Gathered]], turn: RoutineTurn, at: datetime
) -> None:
    """Tell those whose turn it is of what has waited too long, once each. Clause support.during.

    What somebody is asked about otherwise, as a page is, is left to that.
    """
    late = {line.about: (name, line) for name, line in _late(found, facts, at)}
    keys = rows.insert_new_all([Triage(subject=about, pointed_at=at) for about in late])
    new = Triage.objects.filter(pk__in=keys).order_by("pk").values_list("subject", flat=True)
    things = [
        words.Waiting(
            about, late[about][1].text, checklist_posts.link_to(about), late[about][0] in TRIAGED
        )
        for about in new
    ]
    if not things:
        return
    message = words.waiting(
        who=checklist_posts.whose(found, turn, at),
        length=write_duration(found.patience),
        things=things,
    )
    checklist_posts.reply(found, message, turn, key=f"waits:{at.isoformat()}", at=at)
    for one in things:
        events.record(
            events.WaitingPointedOut,
            found,
            f"Nobody looked for {write_duration(found.patience)}: {one.text}",
            at,
            item=one.about,
            clause=BY_WORD[found.kind].clause,
        )


def _late(
    found: Checklist, facts: Iterable[tuple[str, Gathered]], at: datetime
) -> Iterable[tuple[str, FactLine]]:
    support = process.in_force().clock("support")
    for name, gathered in facts:
        for line in gathered.lines:
            waits = line.left and not line.chased and line.since is not None
            if waits and line.since and support.between(line.since, at) >= found.patience:
                yield name, line


@transaction.atomic
def triage(*, about: str, by: Person, at: datetime) -> str:
    """Say that one has looked at an alarm or a request, and give its name. Clause support.during.

    A request that nobody takes is then in the backlog. Raises RoutineRefused.
    """
    title = _open_thing(about)
    row, _ = Triage.objects.select_for_update().get_or_create(subject=about)
    if row.triaged_at is not None:
        raise RoutineRefused(
            f"{row.triaged_by} has looked at it already.", "There is nothing more to say."
        )
    row.triaged_at, row.triaged_by = at, by.name
    row.save(update_fields=["triaged_at", "triaged_by"])
    journal.record(
        event=ThingTriaged(about, by.name),
        subject=about,
        text=f"{by.name} has looked at it",
        at=at,
        actor=by.name,
        clause="support.during",
    )
    notifications.notify("board")
    return title


def _open_thing(about: str) -> str:
    kind, _, number = about.partition(":")
    if kind == "alarm":
        return Alarm.objects.get(pk=int(number)).title
    if kind == "ticket":
        return Ticket.objects.get(pk=int(number)).title
    raise RoutineRefused("Only alarms and requests are looked at so.", "Open it instead.")
