"""The facts that items come with: alarms, requests, questions, incidents, promises, work."""

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from dutydesk.alarms.models import Alarm
from dutydesk.announcements.flows import work_days
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.desk.models import OVER, UNTAKEN, Question, Ticket
from dutydesk.incidents.models import REAL, Incident, IncidentLink
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.gatherers import FactLine, Gathered, Gatherer, GatherRequest
from dutydesk.kernel.periods import Period
from dutydesk.kernel.subjects import subject
from dutydesk.oncall.models import OPEN, Page, PageItem
from dutydesk.process.flows import process
from dutydesk.routines import words
from dutydesk.routines.models import Triage

MOST = 100
"""So many things are looked at one by one; beyond, they are only counted."""


def _about(kind: str) -> Concat:
    return Concat(Value(f"{kind}:"), Cast("pk", CharField()), output_field=CharField())


_TRIAGED = Exists(Triage.objects.filter(subject=OuterRef("thing"), triaged_at__isnull=False))
_PAGED = Exists(Page.objects.filter(subject=OuterRef("thing"), state__in=OPEN))
_BUNDLED = Exists(PageItem.objects.filter(subject=OuterRef("thing"), settled_at=None))
_ANSWERED = Exists(
    Page.objects.filter(subject=OuterRef("thing"), acknowledged_by__isnull=False)
) | Exists(PageItem.objects.filter(subject=OuterRef("thing"), page__acknowledged_by__isnull=False))
_OF_INCIDENT = Exists(IncidentLink.objects.filter(about=OuterRef("thing"), parted_at=None))
_LAST_WORD = JournalEntry.objects.filter(subject=OuterRef("thing")).order_by("-at", "-id")


def alarms(asked: GatherRequest) -> Gathered:
    """Give the alarms that fire or came since; left are those that nobody has looked at.

    Somebody has if they answered its page, silenced it, declared an incident, or said so. What was
    low and is over by itself asks for nothing.
    """
    came = Alarm.objects.filter(Q(first_at__gte=asked.since) | Q(state=Alarm.State.FIRING))
    came = came.annotate(thing=_about("alarm")).order_by("peak", "-first_at")
    theirs = Q(silence=None, incident="") & ~_ANSWERED & ~_OF_INCIDENT & ~_TRIAGED
    waits = Q(state=Alarm.State.FIRING) | Q(peak=Alarm.Severity.HIGH)
    left = came.filter(theirs & waits)
    count, all_ = left.count(), came.count()
    zone = process.in_force().zone
    waiting = left.annotate(chased=_PAGED | _BUNDLED).select_related("service")[:MOST]
    lines = [
        FactLine(
            one.about,
            words.alarm_line(one.title, one.severity, one.first_at, zone, asked.at),
            left=True,
            since=one.first_at,
            chased=one.chased,
        )
        for one in waiting
    ]
    seen = came.exclude(pk__in=left.values("pk"))[: max(MOST - len(lines), 0)]
    lines += [
        FactLine(
            one.about, words.seen_alarm_line(one.title, one.state, one.first_at, zone, asked.at)
        )
        for one in seen
    ]
    return Gathered(words.alarms(all_, count), tuple(lines), count)


def untaken() -> QuerySet[Ticket]:
    """Give the open requests on the board that nobody has taken, the oldest first."""
    free = Ticket.objects.filter(UNTAKEN)
    return free.annotate(thing=_about("ticket")).order_by("raised_at", "id")


def requests(asked: GatherRequest) -> Gathered:
    """Give the requests that nobody took; one that somebody looked at is in the backlog."""
    new = untaken().exclude(_TRIAGED)
    count = new.count()
    lines = [
        FactLine(
            one.about,
            words.request_line(one.called, one.title),
            left=True,
            since=one.raised_at,
            chased=False,
        )
        for one in new[:MOST]
    ]
    return Gathered(words.requests(count), tuple(lines), count)


def _taken() -> QuerySet[Ticket]:
    return Ticket.objects.filter(closed_at=None).exclude(UNTAKEN)


def backlog(asked: GatherRequest) -> Gathered:
    """Give the requests that somebody looked at and nobody took.

    They are left to be done only while nobody works on any request at all.
    """
    waits = untaken().filter(_TRIAGED)
    count, works = waits.count(), _taken().exists()
    lines = [FactLine(one.about, words.request_line(one.called, one.title)) for one in waits[:MOST]]
    return Gathered(words.backlog(count, works=works), tuple(lines), int(count > 0 and not works))


def work(asked: GatherRequest) -> Gathered:
    """Give the requests that somebody works on; left is what nothing was written of for long."""
    support, lines = process.in_force().clock("support"), []
    rows = _taken().select_related("engineer").annotate(thing=_about("ticket"))
    rows = rows.annotate(word=Coalesce(Subquery(_LAST_WORD.values("at")[:1]), "moved_at"))
    for one in rows.order_by("word", "id")[:MOST]:
        left = support.between(one.word, asked.at) >= asked.patience
        text = words.work_line(one.called, one.title, one.has_it, one.column)
        lines.append(FactLine(one.about, text, left=left, since=one.word, chased=False))
    count = sum(line.left for line in lines)
    return Gathered(words.work(len(lines), count), tuple(lines), count)


def questions(asked: GatherRequest) -> Gathered:
    """Give the questions that go on; left are those without an answer."""
    rows = Question.objects.exclude(state__in=OVER).select_related("post", "engineer")
    waiting = rows.filter(state=Question.State.OPEN).order_by("asked_at")
    count = waiting.count()
    lines = [
        FactLine(one.about, words.question_line(one.title, one.post.author), left=True)
        for one in waiting[:MOST]
    ]
    return Gathered(words.questions(rows.count(), count), tuple(lines), count)


def incidents(asked: GatherRequest) -> Gathered:
    """Give the incidents in progress; left are those that nobody leads, or that owe something."""
    running = Incident.objects.filter(REAL, state="open").select_related("lead")
    rows = list(running.order_by("priority", "-declared")[:MOST])
    owed = commitments.owed([one.about for one in rows])
    late = set(owed.filter(due_at__lt=asked.at).values_list("subject", flat=True))
    lines = [
        FactLine(
            one.about,
            words.incident_line(
                one.title, one.priority, one.lead.name if one.lead else "", late=one.about in late
            ),
            left=one.lead is None or one.about in late,
        )
        for one in rows
    ]
    lines.sort(key=lambda line: not line.left)
    count = sum(line.left for line in lines)
    return Gathered(words.incidents(len(lines), count), tuple(lines), count)


_SHOWN_OTHERWISE = (
    Q(kind__startswith="routine.")
    | Q(kind__startswith="question.")
    | Q(kind__startswith="handover.")
)


def promises(asked: GatherRequest) -> Gathered:
    """Give what people have promised until the next working day; it asks for nothing by itself."""
    open_ = commitments.owed().filter(due_at__lte=asked.until).exclude(_SHOWN_OTHERWISE)
    zone = process.in_force().zone
    rows: list[Commitment] = list(open_[:MOST])
    lines = [
        FactLine(one.subject, words.promise_line(one.text, one.owner, one.due_at, zone, asked.at))
        for one in rows
    ]
    return Gathered(words.promises(open_.count()), tuple(lines))


def planned(asked: GatherRequest) -> Gathered:
    """Give the planned work until the next working day; it asks for nothing by itself."""
    span, zone = Period(asked.at, max(asked.at, asked.until)), process.in_force().zone
    work_ = [*work_days.announced(span, asked.at), *work_days.to_come(span, asked.at)]
    lines = [
        FactLine(
            subject("series" if one.to_come else "announcement", one.number),
            words.planned_line(one.title, one.services, one.window, zone),
        )
        for one in sorted(work_, key=lambda one: one.window)[:MOST]
        if one.state in ("planned", "started")
    ]
    return Gathered(words.planned(len(lines)), tuple(lines))


GATHERERS = (
    Gatherer("alarms", alarms),
    Gatherer("requests", requests),
    Gatherer("backlog", backlog),
    Gatherer("work", work),
    Gatherer("questions", questions),
    Gatherer("incidents", incidents),
    Gatherer("commitments", promises),
    Gatherer("announcements", planned),
)
