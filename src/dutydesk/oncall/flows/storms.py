"""Paging for many things at once, so that a storm of alarms is one message to a person."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Min, Q

from dutydesk.chat.flows import desk_posts
from dutydesk.database import rows
from dutydesk.kernel.subjects import subject
from dutydesk.oncall import words
from dutydesk.oncall.flows import (
    acknowledgement,
    bundle_news,
    escalation,
    next_calls,
    page_turns,
)
from dutydesk.oncall.flows.escalation import PageRequest
from dutydesk.oncall.models import OPEN, Page, PageItem
from dutydesk.oncall.rules.call_order import CallTally, Line, duties_of_all
from dutydesk.oncall.rules.page_state import PageState
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Duty

MOST_LISTED = 10
_PAGED_FOR = """
SELECT subject FROM oncall_page WHERE subject = ANY(%(abouts)s) AND NOT state = 'resolved'
UNION ALL
SELECT subject FROM oncall_pageitem WHERE subject = ANY(%(abouts)s) AND settled_at IS NULL
"""
_CAME = """
SELECT service_id, count(*) FROM oncall_page
WHERE aimed_at_id {aimed} AND raised_at > %(since)s AND NOT bundle
GROUP BY service_id
UNION ALL
SELECT item.service_id, count(*)
FROM oncall_pageitem AS item JOIN oncall_page AS page ON page.id = item.page_id
WHERE page.aimed_at_id {aimed} AND item.at > %(since)s
GROUP BY item.service_id
"""


@transaction.atomic(savepoint=False)
def page_all(*, wanted: Sequence[PageRequest], at: datetime) -> None:
    """Page for each: by a page of its own, or in a storm as one of a bundle.

    A storm is more alarms for one person within a minute than the process says; the first of each
    service keeps a page of its own. A bundle is of alarms that call the same duties, so that each
    goes on to whom its route says. What is paged for already is left as it is.
    """
    page_turns.take()  # What came for a person is counted by one at a time.
    open_already = paged_for([one.about for one in wanted])
    kinds = {(one.anyway, one.duties) for one in wanted}
    lines = {(any_, who): next_calls.line_at(anyway=any_, at=at, duties=who) for any_, who in kinds}
    reachable = next_calls.reachable_of(lines.values())
    tallies: dict[int | None, CallTally] = {}
    bundled: dict[tuple[int | None, tuple[Duty, ...]], list[PageRequest]] = {}
    alone: list[tuple[PageRequest, Line]] = []
    for one in wanted:
        if one.about in open_already:
            continue
        line = lines[one.anyway, one.duties]
        person = next((pk for pk in line[0] if pk in reachable), None)
        if person not in tallies:
            tallies[person] = _tally(person, at)
        if tallies[person].joins(one.service):
            bundled.setdefault((person, one.duties), []).append(one)
        else:
            alone.append((one, line))
    escalation.page_all(wanted=alone, at=at, reachable=reachable)
    for (person, duties), joining in bundled.items():
        _bundle(person, duties, joining, at)


def paged_for(abouts: Sequence[str]) -> set[str]:
    """Give those of the subjects that somebody is being paged for, alone or in a bundle."""
    if not abouts:
        return set()
    return {about for (about,) in rows.run(_PAGED_FOR, {"abouts": list(abouts)}).fetchall()}


def states_of(abouts: Sequence[str]) -> dict[str, PageState]:
    """Give how the open page about each of the subjects stands, alone or in a bundle.

    The pages stay as they are until this transaction ends. Subjects without one are left out.
    """
    if not abouts:
        return {}
    page_turns.take()
    bundled = PageItem.objects.filter(subject__in=abouts, settled_at=None)
    members = list(bundled.values_list("subject", "page_id"))
    wanted = Q(subject__in=abouts) | Q(pk__in={page for _, page in members})
    pages = Page.objects.select_for_update(of=("self",)).filter(wanted, state__in=OPEN)
    found = {page.pk: page for page in pages.order_by("pk")}
    own = {page.subject: page for page in found.values() if not page.bundle}
    joined = {about: found[page] for about, page in members if page in found}
    return {about: page.standing for about, page in (own | joined).items()}


def latest_pages(abouts: Sequence[str], *, only_open: bool = False) -> dict[str, Page]:
    """Give the last page about each subject, alone or in a bundle; two queries."""
    if not abouts:
        return {}
    pages = Page.objects.select_related("called", "acknowledged_by")
    own = pages.filter(subject__in=abouts).order_by("pk")
    items = PageItem.objects.filter(subject__in=abouts).order_by("page_id")
    items = items.select_related("page", "page__called", "page__acknowledged_by")
    if only_open:
        own, items = own.filter(state__in=OPEN), items.filter(settled_at=None)
    told = [*((page.subject, page) for page in own), *((one.subject, one.page) for one in items)]
    return dict(sorted(told, key=lambda pair: pair[1].pk))


def open_pages(abouts: Sequence[str]) -> dict[str, Page]:
    """Give the open page about each of the subjects that has one, alone or in a bundle."""
    return latest_pages(list(paged_for(abouts)), only_open=True)  # Of all that fires, few.


def among(pages: Iterable[Page], abouts: Sequence[str]) -> dict[str, Page]:
    """Give which of these open pages is about each of the subjects that one is about.

    One query if one of them is a bundle, else none.
    """
    known = {page.pk: page for page in pages}
    found = {page.subject: page for page in known.values()}
    if bundles := [page.pk for page in known.values() if page.bundle]:
        items = PageItem.objects.filter(page__in=bundles, subject__in=abouts, settled_at=None)
        found |= {about: known[page] for about, page in items.values_list("subject", "page_id")}
    return {about: found[about] for about in abouts if about in found}


def ending_with(abouts: Sequence[str]) -> dict[str, Page]:
    """Give the open page about each of these subjects that is over once all of them are.

    A bundle ends with the last of its alarms. Three queries.
    """
    pages = latest_pages(abouts, only_open=True)
    bundles = {page.pk for page in pages.values() if page.bundle}
    others = PageItem.objects.filter(page__in=bundles, settled_at=None).exclude(subject__in=abouts)
    stay = set(others.values_list("page", flat=True))
    return {about: page for about, page in pages.items() if page.pk not in stay}


@transaction.atomic(savepoint=False)
def follow_all(*, wanted: Sequence[PageRequest], at: datetime) -> None:
    """Let open pages say what these say now, and call whom these call, as `redirect` does each.

    What came new into a page that somebody has calls nobody any more once it is over.
    """
    if not wanted:
        return
    for one in wanted:
        escalation.follow(wanted=one, at=at)
    bundled = {one.about: one for one in wanted}
    members = list(PageItem.objects.filter(subject__in=list(bundled), settled_at=None))
    renamed = {one.page_id for one in members if _follows(one, bundled[one.subject])}
    rows.update(members, _FOLLOWING)
    bundles = Page.objects.filter(pk__in={member.page_id for member in members})
    for page in bundles.select_for_update(of=("self",)).order_by("pk"):
        _look_again(page, at, renamed=page.pk in renamed)


_FOLLOWING = ("title", "service_id", "duties", "since")


def _follows(member: PageItem, wanted: PageRequest) -> bool:
    """Let an alarm in a bundle be called as it is now; give whether that is another name."""
    before = (member.title, member.service_id)
    member.title, member.service_id = wanted.title, wanted.service
    member.duties, member.since = list(wanted.duties), wanted.since or member.since
    return before != (member.title, member.service_id)


@transaction.atomic(savepoint=False)
def call_again_all(*, abouts: Sequence[str], at: datetime) -> None:
    """Call whoever has the pages about these subjects again, since something new is wrong.

    Whoever has just taken a bundle is told first.
    """
    if not abouts:
        return
    bundled = PageItem.objects.filter(subject__in=abouts, settled_at=None).values("page")
    pages = Page.objects.select_for_update(of=("self",)).filter(
        Q(subject__in=abouts) | Q(pk__in=bundled), state=Page.State.ACKNOWLEDGED
    )
    for page in pages.order_by("pk"):
        if page.bundle:
            bundle_news.tell(page, at)
        else:
            escalation.call_again(page, at)


def _tally(person: int | None, at: datetime) -> CallTally:
    """Count what came for this person just before, a bundle's alarms too."""
    storm = process.in_force().on_call.storm
    tally = CallTally(storm.more_than)
    since = at - storm.within
    came = _CAME.format(aimed="IS NULL" if person is None else "= %(person)s")
    for service, count in rows.run(came, {"person": person, "since": since}).fetchall():
        tally.came(service, count)
    return tally


def _bundle(
    person: int | None, duties: Sequence[Duty], joining: Sequence[PageRequest], at: datetime
) -> None:
    """Put them in the person's open bundle for these duties, or begin one; say how many it holds.

    What nobody covers joins nothing but what waits too: who has the rest is off by now.
    """
    states = OPEN if person is not None else (Page.State.HELD,)
    found = Page.objects.select_for_update(of=("self",)).filter(
        aimed_at=person, duties=list(duties), bundle=True, state__in=states
    )
    page = found.first()
    begun = page is None
    if page is None:
        page = Page.objects.create(
            subject=f"bundle of {joining[0].about}",
            title=words.bundle_title(len(joining)),
            thread_key="",
            aimed_at_id=person,
            bundle=True,
            anyway=any(one.anyway for one in joining),
            duties=list(duties),
            raised_at=at,
        )
        page.subject = subject("page", page.pk)
        page.thread_key = f"bundle:{page.pk}"
    rows.insert([_item(page, one, at) for one in joining])
    show(page, at)
    page.save(update_fields=["subject", "thread_key", "title", "details"])
    if begun:
        escalation.begin_all([(page, next_calls.line_of(page, at))], at)
    else:
        _redirect(page, at)
        bundle_news.tell(page, at)


def _item(page: Page, wanted: PageRequest, at: datetime) -> PageItem:
    return PageItem(
        page=page,
        subject=wanted.about,
        title=wanted.title,
        service_id=wanted.service,
        at=at,
        since=at,
        duties=list(wanted.duties),
    )


def _look_again(page: Page, at: datetime, *, renamed: bool) -> None:
    """Let a bundle say and do what its alarms want by now. The bundle is locked."""
    if renamed:
        show(page, at)
        page.save(update_fields=["title", "details"])
    going_on = page.bundled.filter(settled_at=None)
    if page.news_at is not None and not going_on.filter(since__gte=page.news_at).exists():
        escalation.call_off(page, at)
    _redirect(page, at)


def _redirect(page: Page, at: datetime) -> None:
    """Let a bundle call at any hour while one of its alarms does, and by the duties of all of them.

    The bundle is locked.
    """
    any_hour = Count("pk", filter=Q(service__page_anyway=True))
    alike = page.bundled.filter(settled_at=None).values("duties").order_by()
    wishes = alike.annotate(first=Min("pk"), any_hour=any_hour).order_by("first")
    escalation.redirect(
        page,
        anyway=any(one["any_hour"] for one in wishes),
        duties=duties_of_all([one["duties"] for one in wishes], process.in_force().on_call.order),
        at=at,
    )


def show(page: Page, at: datetime) -> None:
    """Let the bundle say how many alarms it holds, how many go on, and of what, newest first."""
    counts = page.bundled.aggregate(all=Count("id"), over=Count("settled_at"))
    names = Service.objects.filter(pageitem__page=page).distinct().values_list("name", flat=True)
    still = counts["all"] - counts["over"]
    listed = bundle_news.kinds_of(page.bundled.filter(settled_at=None), MOST_LISTED)
    page.title = words.bundle_title(counts["all"], newest=listed[0][0] if listed else "")
    page.details = words.bundled(listed, still=still)
    message = words.bundle(
        title=page.title,
        still=still,
        services=tuple(names),
        more_than=process.in_force().on_call.storm.more_than,
    )
    channel = process.in_force().alarms.high_channel
    desk_posts.show(key=page.thread_key, channel=channel, message=message, at=at)


@transaction.atomic
def settle_all(*, abouts: Iterable[str], at: datetime, because: str) -> None:
    """End the pages about these subjects; a bundle ends with the last of its alarms."""
    wanted = list(abouts)
    page_turns.take()
    for one in Page.objects.filter(subject__in=wanted, state__in=OPEN).order_by("pk"):
        acknowledgement.settle(about=one.subject, at=at, because=because)
    bundled = PageItem.objects.filter(subject__in=wanted, settled_at=None)
    pages = set(bundled.values_list("page", flat=True))
    bundled.update(settled_at=at)
    bundles = Page.objects.select_for_update(of=("self",)).filter(pk__in=pages)
    for page in bundles.order_by("pk"):
        if page.bundled.filter(settled_at=None).exists():
            _look_again(page, at, renamed=True)
        else:
            show(page, at)
            page.save(update_fields=["title", "details"])
            acknowledgement.settle(about=page.subject, at=at, because=because)
