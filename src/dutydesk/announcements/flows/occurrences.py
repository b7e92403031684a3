"""The times of recurring work: which are to come, and announcing each when that is due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from dutydesk.announcements import words
from dutydesk.announcements.flows import announcements, announcers, broadcasts, overlaps
from dutydesk.announcements.flows.events import SeriesStep
from dutydesk.announcements.models import Announcement, AnnouncementSeries
from dutydesk.announcements.rules import recurrence
from dutydesk.announcements.rules import series as series_rules
from dutydesk.announcements.rules.broadcast import AnnouncementRefused
from dutydesk.announcements.rules.series import SeriesDraft
from dutydesk.chat.flows import desk_posts
from dutydesk.database import rows
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.process.flows import process

# Asked every few seconds.
_DUE = """
SELECT id FROM announcements_announcementseries WHERE look_at <= %s ORDER BY look_at, id
"""
_AHEAD = timedelta(days=400)  # Whatever is left out, the next time is within that.


@dataclass(frozen=True)
class Occurrence:
    """One time of recurring work. `holiday` names the public holiday that it is on."""

    day: date
    window: Period
    holiday: str
    announcement: Announcement | None
    skipped: bool

    @property
    def to_announce(self) -> bool:
        """Say whether it is still to be announced."""
        return self.announcement is None and not self.skipped


def zone() -> ZoneInfo:
    """Give the zone on whose clocks it comes."""
    return process.in_force().zone


def coming(series: AnnouncementSeries, first: date, last: date) -> Iterator[Occurrence]:
    """Give its times on the days from `first` to `last`, in order."""
    current = process.in_force()
    made = {row.occurrence: row for row in series.announcements.filter(occurrence__gte=first)}
    for day in recurrence.days(series.pattern, first, last):
        holiday = current.calendar.holidays(day.year).get(day, "")
        skipped = day.isoformat() in series.skipped or (
            bool(holiday) and series.holidays == series.Holidays.SKIP
        )
        window = recurrence.window(series.pattern, day, current.zone)
        yield Occurrence(day, window, holiday, made.get(day), skipped and day not in made)


def upcoming(series: AnnouncementSeries, at: datetime) -> Iterator[Occurrence]:
    """Give its times that are not over at `at`, for a year and a month, in order."""
    today = at.astimezone(process.in_force().zone).date()
    found = coming(series, today - timedelta(days=1), today + _AHEAD)
    return (one for one in found if one.window.end > at)


def due_at(one: Occurrence) -> datetime:
    """Give when a time is to be announced."""
    current = process.in_force()
    return series_rules.announce_at(
        one.window, ahead=current.announcements.series_ahead, working=current.clock("working")
    )


def plan(series: AnnouncementSeries, at: datetime) -> None:
    """Keep when the next of its times is to be announced; the caller holds the row."""
    following = next((one for one in upcoming(series, at) if one.to_announce), None)
    series.look_at = due_at(following) if following else None
    series.save(update_fields=["look_at"])


def look_after(*, at: datetime) -> bool:
    """Announce the times that are due; give whether there were any. Cheap when there are none."""
    numbers = [number for (number,) in rows.run(_DUE, [at]).fetchall()]
    for number in numbers:
        _announce_due(number, at)
    return bool(numbers)


@transaction.atomic
@process.held()
def _announce_due(number: int, at: datetime) -> None:
    free = AnnouncementSeries.objects.select_for_update(of=("self",), skip_locked=True)
    series = free.filter(pk=number, look_at__lte=at).first()
    if series is None or series.look_at is None:
        return
    first, last = (each.astimezone(zone()).date() for each in (series.look_at, at + _AHEAD))
    for one in coming(series, first, last):
        if due_at(one) > at and one.to_announce:
            break
        if one.to_announce:
            _announce_or_say(series, one, at)
    plan(series, at)


def _announce_or_say(series: AnnouncementSeries, one: Occurrence, at: datetime) -> None:
    """Announce a time, or leave it out and tell the team why it could not be."""
    try:
        if one.window.start <= at:
            raise AnnouncementRefused("Nobody looked after it in time.", "Announce it by hand.")
        announce(series, one, at)
    except Refused as refusal:
        leave_out(series, one.day)
        text = words.not_announced(title=series.title, day=one.day, why=str(refusal))
        record(series, "failed", text, at)
        current = process.in_force()
        desk_posts.say(
            key=failure(series, one.day.isoformat()),
            channel=current.team.channel,
            message=words.series_failed(
                about=series.about, text=text, mention=current.team.mention
            ),
            at=at,
        )


def failure(series: AnnouncementSeries, day: str) -> str:
    """Give the key of the post that says why the time of that day could not be announced."""
    return f"{series.about}:failed:{day}"


def announce(series: AnnouncementSeries, one: Occurrence, at: datetime) -> Announcement:
    """Announce one time, and point out to the team what it runs into."""
    draft = series_rules.one(draft_of(series), one.window, process.in_force().zone)
    by = Person(0, announcers.name_of(series), "")
    made = announcements.announce(draft=draft, by=by, at=at, of=(series, one.day))
    said = overlaps.pointed_out(one.window, broadcasts.services_of(made), besides=made.pk)
    if said:
        desk_posts.say(
            key=f"{made.about}:worth-a-look",
            channel=process.in_force().team.channel,
            message=words.worth_a_look(about=made.about, title=made.title, said=said),
            at=at,
        )
    return made


def leave_out(series: AnnouncementSeries, day: date) -> None:
    """Don't announce the time of that day; the caller holds the row."""
    series.skipped = sorted({*series.skipped, day.isoformat()})
    series.save(update_fields=["skipped"])


def draft_of(series: AnnouncementSeries) -> SeriesDraft:
    """Give what each time of it says."""
    return SeriesDraft(
        title=series.title,
        text=series.text,
        services=tuple(series.services.values_list("pk", flat=True)),
        pattern=series.pattern,
        updates=series.updates,
        agreed_with=series.agreed_with,
        impact=series.impact,
        mute=series.mute,
        holidays=series.holidays,
    )


def record(
    series: AnnouncementSeries, what: str, text: str, at: datetime, by: str = "the desk"
) -> None:
    """Write down what became of it."""
    journal.record(
        event=SeriesStep(series.pk, what),
        subject=series.about,
        text=text,
        at=at,
        actor=by,
        clause="announce.when",
    )
