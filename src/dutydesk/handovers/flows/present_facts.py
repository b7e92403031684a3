"""How things stand when something is handed over: incidents, planned work, what is owed and quiet.

And what is asked.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from dutydesk.alarms.flows import silences
from dutydesk.announcements.models import Announcement
from dutydesk.commitments.models import Commitment
from dutydesk.desk.models import OVER, Question
from dutydesk.handovers.flows.stamps import stamp
from dutydesk.handovers.rules.facts import RecordedFact, fact
from dutydesk.handovers.words import line_words
from dutydesk.incidents.flows import duty_handovers, owners
from dutydesk.incidents.models import REAL, Incident, Maintenance
from dutydesk.kernel.moments import span
from dutydesk.kernel.periods import Period
from dutydesk.process.flows import process
from dutydesk.process.rules.handovers import END_OF_DAY, TURN_CHANGE

ASKED = 10
"""So many questions are worth knowing, those that nobody has first."""


def facts(*, when: str, told: Period, ahead: Period, at: datetime) -> Iterator[RecordedFact]:
    """Give how things stand at the end of `told`; only what a handover of that kind tells."""
    yield from _incidents(when, told)
    yield from promises(at=max(at, told.end))
    if when == TURN_CHANGE:
        yield from _silences(told.end)
        return
    yield from _maintenance()
    if when == END_OF_DAY:
        yield from _work(ahead)
        yield from _questions()


def _incidents(when: str, told: Period) -> Iterator[RecordedFact]:
    """Give the incidents in progress, high ones first; but for an evening those of the time too."""
    mine = Q(state=Incident.State.OPEN)
    if when != END_OF_DAY:
        mine |= Q(state=Incident.State.RESOLVED, resolved__gte=told.start)
    rows = Incident.objects.filter(REAL, mine, declared__lt=told.end, imported_key=None)
    ordered = rows.select_related("lead").prefetch_related("services")
    for one in ordered.order_by("state", "priority", "declared"):
        text = line_words.incident(
            title=one.title,
            priority=one.priority,
            state="in progress" if one.resolved is None else f"resolved {stamp(one.resolved)}",
            lead=one.lead.name if one.lead else "nobody",
            plan=one.plan,
            services=[service.name for service in one.services.all()],
        )
        yield fact(f"incidents:{one.about}", one.about, one.title, text, one.declared or told.start)


def promises(*, at: datetime) -> Iterator[RecordedFact]:
    """Give what a duty owes, and who owes it at that moment."""
    for one in owners.named(duty_handovers.handed_on(), at=at):
        owed = one.promise
        text = line_words.promise(text=owed.text, due=stamp(owed.due_at), by=one.by)
        yield fact(promise_key(owed), owed.subject, owed.text, text, owed.due_at)


def promise_key(owed: Commitment) -> str:
    """Give the key of a promise's line; one that takes the place of another has the same."""
    return f"promises:{owed.kind}:{owed.subject}"


def _silences(at: datetime) -> Iterator[RecordedFact]:
    for one in silences.kept(at=at)[0]:
        text = line_words.silence(title=one.title, until=stamp(one.spell.end), reason=one.reason)
        yield fact(f"silences:{one.about}", one.about, one.title, text, one.starts_at)


def _maintenance() -> Iterator[RecordedFact]:
    for one in Maintenance.objects.filter(off_at=None).select_related("service"):
        text = line_words.maintenance(
            service=one.service.name,
            since=stamp(one.on_at),
            until=stamp(one.until),
            reason=one.reason,
        )
        yield fact(f"maintenance:{one.about}", one.about, one.service.name, text, one.on_at)


def _work(ahead: Period) -> Iterator[RecordedFact]:
    """Give the planned work that goes on in the time ahead, and news that promises more."""
    going_on = Q(starts_at=None) | Q(starts_at__lt=ahead.end)
    rows = Announcement.objects.filter(going_on, state__in=["planned", "started"])
    zone = process.in_force().zone
    for one in rows.prefetch_related("services").order_by("starts_at", "pk"):
        text = line_words.work(
            title=one.title,
            window=span(one.window, zone) if one.window else "",
            services=[service.name for service in one.services.all()],
            state=one.get_state_display().lower(),
        )
        yield fact(f"work:{one.about}", one.about, one.title, text, one.starts_at or one.at)


def _questions() -> Iterator[RecordedFact]:
    """Give the questions that are not over, those that nobody has first."""
    still = Question.objects.exclude(state__in=OVER).select_related("post", "engineer")
    for one in still.order_by(Coalesce("engineer__active", Value(False)), "asked_at")[:ASKED]:
        text = line_words.question(
            title=one.title,
            asked=stamp(one.asked_at),
            has_it=one.has_it,
        )
        yield fact(f"questions:{one.about}", one.about, one.title, text, one.asked_at)
