"""Recurring work: setting it up, changing it from a day on, leaving one out, ending it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction

from dutydesk.announcements import words
from dutydesk.announcements.flows import announcements, broadcasts, corrections, occurrences
from dutydesk.announcements.flows.corrections import AnnouncementCorrection
from dutydesk.announcements.flows.events import SeriesStep
from dutydesk.announcements.flows.occurrences import Occurrence
from dutydesk.announcements.models import Announcement, AnnouncementSeries
from dutydesk.announcements.rules import recurrence
from dutydesk.announcements.rules import series as series_rules
from dutydesk.announcements.rules.broadcast import AnnouncementRefused
from dutydesk.announcements.rules.repeats import TWICE
from dutydesk.announcements.rules.series import SeriesDraft
from dutydesk.chat.flows import desk_posts
from dutydesk.chat.rules import without_notifiers
from dutydesk.database import rows
from dutydesk.journal.flows import seen as changes_seen
from dutydesk.kernel.actions import Person
from dutydesk.people.models import Service
from dutydesk.process.flows import process

_DAY = timedelta(days=1)


@transaction.atomic
@process.held()
def begin(*, draft: SeriesDraft, by: Person, at: datetime) -> AnnouncementSeries:
    """Set it up; each of its times is announced some days ahead. Clause announce.when.

    A form that is sent twice sets up one.
    """
    rows.lock([SeriesStep.kind])
    draft = _plain(draft)
    series_rules.check(draft, at, process.in_force().zone)
    lately = AnnouncementSeries.objects.filter(by=by.name, at__gt=at - TWICE, follows=None)
    for row in lately:
        if occurrences.draft_of(row) == draft:
            return row
    made = _store(draft, by, at)
    told = recurrence.told(made.pattern)
    occurrences.record(made, "begun", f"{by.name} set up “{made.title}”, {told}", at, by.name)
    occurrences.plan(made, at)
    return made


def _plain(draft: SeriesDraft) -> SeriesDraft:
    return replace(
        draft,
        title=" ".join(without_notifiers(draft.title).split())[:200],
        text=without_notifiers(draft.text).strip(),
        impact=without_notifiers(draft.impact).strip(),
        agreed_with=without_notifiers(draft.agreed_with).strip()[:300],
        services=tuple(Service.objects.filter(pk__in=draft.services).values_list("pk", flat=True)),
    )


def _store(
    draft: SeriesDraft, by: Person, at: datetime, follows: AnnouncementSeries | None = None
) -> AnnouncementSeries:
    made = AnnouncementSeries.objects.create(
        title=draft.title,
        text=draft.text,
        agreed_with=draft.agreed_with,
        impact=draft.impact,
        mute=draft.mute,
        repeats=draft.pattern.repeats,
        first_day=draft.pattern.first,
        starts=draft.pattern.starts,
        lasts=draft.pattern.lasts,
        updates=draft.updates,
        holidays=draft.holidays,
        until=draft.pattern.until,
        follows=follows,
        by=by.name,
        at=at,
    )
    made.services.set(draft.services)
    return made


@transaction.atomic
@process.held()
def change(
    *,
    series: int,
    draft: SeriesDraft,
    reason: str,
    by: Person,
    at: datetime,
    seen: int | None = None,
) -> AnnouncementSeries:
    """Let it be otherwise from the draft's first day on; give what it is from then.

    What is announced already for then is put right, or called off where it no longer comes; what
    was moved by itself stays where it was moved to. What was left out or called off stays so.
    """
    found = _locked(series, seen)
    draft, reason = _plain(draft), _reason(reason)
    series_rules.check(draft, at, process.in_force().zone)
    first = draft.pattern.first
    later = _store(draft, by, at, follows=found)
    later.skipped = _settled(found, first)
    later.save(update_fields=["skipped"])
    announced = _announced_from(found, first)
    _stop(found, first, at)
    for row in announced:
        _carry_over(row, found, later, reason, by, at)
    told = recurrence.told(later.pattern)
    text = f"{by.name} changed “{later.title}” from {words.on_day(first)} on: {told}. {reason}"
    for each in (found, later):
        occurrences.record(each, "changed", text, at, by.name)
    occurrences.plan(later, at)
    return later


def _carry_over(
    row: Announcement,
    was: AnnouncementSeries,
    later: AnnouncementSeries,
    reason: str,
    by: Person,
    at: datetime,
) -> None:
    """Let what was announced of a day be what it is from now on."""
    day, zone = row.occurrence, process.in_force().zone
    if day is None or not recurrence.days(later.pattern, day, day):
        announcements.cancel(announcement=row.pk, text=reason, by=by, at=at)
        return
    moved = row.window != recurrence.window(was.pattern, day, zone)
    window = recurrence.window(later.pattern, day, zone)
    one = series_rules.one(occurrences.draft_of(later), window, zone)
    due = tuple(each.due_at for each in broadcasts.open_promises(row))
    what = AnnouncementCorrection(
        title=one.title,
        text=one.text,
        services=one.services,
        impact=one.impact,
        agreed_with=one.agreed_with,
        window=row.window if moved else one.window,
        updates=due if moved else one.updates,
        reason=reason,
    )
    if corrections.differs(row, what):
        corrections.correct(announcement=row.pk, what=what, by=by, at=at)
    Announcement.objects.filter(pk=row.pk).update(series=later)


@transaction.atomic
@process.held()
def end(
    *,
    series: int,
    since: date,
    reason: str,
    call_off: bool,
    by: Person,
    at: datetime,
    seen: int | None = None,
) -> AnnouncementSeries:
    """Let there be none from that day on; `call_off` those that are announced already for then."""
    found, reason = _locked(series, seen), _reason(reason)
    announced = _announced_from(found, since)
    _stop(found, since, at)
    for row in announced if call_off else ():
        announcements.cancel(announcement=row.pk, text=reason, by=by, at=at)
    text = f"{by.name} ended it: none from {words.on_day(since)} on. {reason}"
    occurrences.record(found, "ended", text, at, by.name)
    return found


@transaction.atomic
@process.held()
def skip(*, series: int, day: date, reason: str, by: Person, at: datetime) -> AnnouncementSeries:
    """Leave out the time of one day that is not announced yet."""
    found = _locked(series, None)
    one = _to_announce(found, day, at)
    occurrences.leave_out(found, one.day)
    text = f"{by.name} left out {words.on_day(day)}: {_reason(reason)}"
    occurrences.record(found, "skipped", text, at, by.name)
    occurrences.plan(found, at)
    return found


@transaction.atomic
@process.held()
def announce_now(*, series: int, day: date, by: Person, at: datetime) -> Announcement:
    """Announce the time of one day before that is due, so that it can be moved or corrected."""
    found = _locked(series, None)
    made = occurrences.announce(found, _to_announce(found, day, at), at)
    occurrences.record(
        found, "announced", f"{by.name} announced {words.on_day(day)} already", at, by.name
    )
    occurrences.plan(found, at)
    return made


def _locked(number: int, seen: int | None) -> AnnouncementSeries:
    """Give one that goes on, locked until the flow is done; refused if something changed since."""
    found = AnnouncementSeries.objects.select_for_update(of=("self",)).get(pk=number)
    changes_seen.check(found.about, [SeriesStep.kind], seen)
    if found.look_at is None:
        raise AnnouncementRefused("This has come to its end.", "Set up a new one.")
    return found


def _to_announce(found: AnnouncementSeries, day: date, at: datetime) -> Occurrence:
    for one in occurrences.upcoming(found, at):
        if one.day == day and one.to_announce and one.window.start > at:
            return one
    raise AnnouncementRefused(
        "That day has none that is still to be announced.", "Look at the announcement itself."
    )


def _announced_from(found: AnnouncementSeries, first: date) -> list[Announcement]:
    planned = found.announcements.filter(state=Announcement.State.PLANNED)
    return list(planned.filter(occurrence__gte=first).order_by("occurrence"))


def _settled(found: AnnouncementSeries, first: date) -> list[str]:
    """Give the days that are not to be announced again: left out, called off, or begun already.

    What could not be announced is none of them: as it is now, maybe it can.
    """
    had = found.announcements.filter(occurrence__gte=first)
    days = had.exclude(state=Announcement.State.PLANNED).values_list("occurrence", flat=True)
    failed = desk_posts.places([occurrences.failure(found, day) for day in found.skipped])
    left_out = (day for day in found.skipped if occurrences.failure(found, day) not in failed)
    return sorted({*left_out, *(day.isoformat() for day in days if day)})


def _stop(found: AnnouncementSeries, since: date, at: datetime) -> None:
    found.until = min(since - _DAY, found.until or date.max)
    found.save(update_fields=["until"])
    occurrences.plan(found, at)


def _reason(text: str) -> str:
    said = without_notifiers(text).strip()
    if not said:
        raise AnnouncementRefused("Nobody is told why.", "Write a sentence.")
    return said
