"""What the record holds of a time, and of the time ahead, as facts that a draft is made of."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from dutydesk.commitments.models import Commitment
from dutydesk.handovers.flows import alarm_facts, present_facts
from dutydesk.handovers.flows.stamps import stamp
from dutydesk.handovers.rules.facts import RecordedFact, fact, told_in, worked
from dutydesk.handovers.words import line_words
from dutydesk.incidents.models import REAL, Incident
from dutydesk.incidents.rules.promises import LIMIT
from dutydesk.kernel.periods import Period
from dutydesk.oncall.models import Call, Page


def facts(*, when: str, told: Period, ahead: Period, at: datetime) -> list[RecordedFact]:
    """Give what a handover of that kind tells of what happened in `told`, and of what is `ahead`.

    A few queries for each part, however much happened.
    """
    pages = list(_pages(told))
    found = [
        *_told_pages(pages),
        *_people(told, pages),
        *alarm_facts.facts(when=when, told=told, paged={page.subject for page in pages}),
        *present_facts.facts(when=when, told=told, ahead=ahead, at=at),
    ]
    return told_in(when, found)


def _pages(told: Period) -> Iterator[Page]:
    """Give the pages of a time, and those of before that are open; no rehearsals."""
    open_then = Q(settled_at=None) | Q(settled_at__gte=told.start)
    rows = Page.objects.filter(open_then, only=None, raised_at__lt=told.end)
    related = rows.select_related("acknowledged_by").prefetch_related("calls__engineer")
    yield from related.order_by("raised_at", "pk")[: alarm_facts.MOST_READ]


def _told_pages(pages: list[Page]) -> Iterator[RecordedFact]:
    for page in pages:
        raised = stamp(page.raised_at)
        if page.state == Page.State.HELD:
            text = line_words.held(title=page.title, raised=raised, until=stamp(page.held_until))
            yield fact(f"held:{page.about}", page.about, page.title, text, page.raised_at)
            continue
        who, first = page.acknowledged_by, page.first_acknowledged_at
        text = line_words.page(
            title=page.title,
            raised=raised,
            called=list(
                dict.fromkeys(one.engineer.name for one in page.calls.all() if not one.skipped)
            ),
            had=who.name if who else "",
            after=first - page.raised_at if first else None,
            last=first != page.acknowledged_at,
            over=stamp(page.settled_at),
        )
        yield fact(f"pages:{page.about}", page.about, page.title, text, page.raised_at)


def _people(told: Period, pages: list[Page]) -> Iterator[RecordedFact]:
    """Give who was called how often, and how long they had pages and worked on incidents."""
    calls = Call.objects.filter(
        at__gte=told.start, at__lt=told.end, skipped=False, page__only=None
    ).select_related("engineer", "page")
    times: Counter[str] = Counter()
    had: dict[str, list[Period]] = defaultdict(list)
    about: dict[str, tuple[str, datetime]] = {}
    for call in calls:
        times[call.engineer.name] += 1
        about[call.engineer.name] = (call.page.about, call.at)
    for page in pages:
        if page.acknowledged_by and page.acknowledged_at:
            end = max(page.acknowledged_at, page.settled_at or told.end)
            had[page.acknowledged_by.name].append(Period(page.acknowledged_at, end))
            about.setdefault(page.acknowledged_by.name, (page.about, page.acknowledged_at))
    incidents = _work(told, about)
    for name in sorted(about):
        text = line_words.person(
            name=name,
            times=times[name],
            pages=worked(had[name], told),
            incidents=worked(incidents.get(name, ()), told),
        )
        yield fact(f"people:{name}", about[name][0], name, text, about[name][1])


def _work(told: Period, about: dict[str, tuple[str, datetime]]) -> dict[str, list[Period]]:
    """Give when on call worked on incidents, by name; `about` gets whom it did not have yet."""
    limits = Commitment.objects.filter(kind=LIMIT, made_at__lt=told.end)
    rows = limits.filter(Q(settled_at=None) | Q(settled_at__gte=told.start))
    spans = {one.subject: Period(one.made_at, one.settled_at or told.end) for one in rows}
    numbers = [int(name.partition(":")[2]) for name in spans]
    found: dict[str, list[Period]] = defaultdict(list)
    workers = Incident.objects.filter(REAL, pk__in=numbers).exclude(worker=None)
    for incident in workers.select_related("worker"):
        name = incident.worker.name if incident.worker else ""
        span = spans[incident.about]
        found[name].append(span)
        about.setdefault(name, (incident.about, span.start))
    return found
