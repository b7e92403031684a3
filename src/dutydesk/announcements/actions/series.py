"""Setting up work that comes again and again, changing and ending it, in any chat."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import islice

from dutydesk.announcements import words
from dutydesk.announcements.actions.inputs import services_field, services_of
from dutydesk.announcements.flows import occurrences, series
from dutydesk.announcements.flows.events import SeriesStep
from dutydesk.announcements.flows.occurrences import Occurrence
from dutydesk.announcements.models import AnnouncementSeries
from dutydesk.announcements.rules import recurrence
from dutydesk.announcements.rules.broadcast import AnnouncementRefused
from dutydesk.announcements.rules.recurrence import Recurrence
from dutydesk.announcements.rules.series import SeriesDraft
from dutydesk.incidents.actions.inputs import seen_of
from dutydesk.journal.flows import seen as changes_seen
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, Person
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.subjects import number_of
from dutydesk.process.flows import process

_SHOWN = 10


def _found(about: str) -> AnnouncementSeries:
    found = AnnouncementSeries.objects.filter(pk=number_of(about, "series")).first()
    if found is None:
        raise ValueError(f"“{about}” names no recurring work.")
    return found


def _note() -> str:
    ahead = write_duration(process.in_force().announcements.series_ahead)
    return f"Each time is announced by itself, {ahead} ahead, and can be moved or called off alone."


def _begin_form(about: str, by: Person, at: datetime) -> Form:
    return Form(
        title="Work that comes again and again",
        submit="Set it up",
        note=_note(),
        fields=(*_what(None), *_when(None, at), *_rest(None)),
    )


def _change_form(about: str, by: Person, at: datetime) -> Form:
    found = _found(about)
    return Form(
        title=f"Change: {found.title}",
        submit="Change it from that day on",
        note=f"{_note()} What is announced already for then is put right, or called off.",
        fields=(*_what(found), *_when(found, at), *_rest(found), _why(), _seen(about)),
    )


def _what(found: AnnouncementSeries | None) -> Sequence[Field]:
    chosen = tuple(str(one.pk) for one in found.services.all()) if found else ()
    title, text = (found.title, found.text) if found else ("", "")
    return (
        Field("title", "What is announced?", value=title, longest=200),
        Field("text", "What is done, and why?", "long", value=text),
        services_field(chosen),
    )


def _when(found: AnnouncementSeries | None, at: datetime) -> Sequence[Field]:
    one = _next(found, at) if found else None
    starts, ends = (one.window.start, one.window.end) if one else (None, None)
    zone = occurrences.zone()
    first = "From which one on, and when does it start?" if found else "When does the first start?"
    until = found.until.isoformat() if found and found.until else ""
    return (
        Field("starts", first, "time", value=starts or ""),
        Field("ends", "When is that one over?", "time", value=ends or ""),
        Field(
            "repeats",
            "When does it come again?",
            "choice",
            options=tuple(AnnouncementSeries.Repeats.choices),
            value=found.repeats if found else "",
        ),
        Field(
            "until",
            "Until which day?",
            required=False,
            hint=f"Such as 2027-12-31 ({zone} days). Left out, until somebody ends it.",
            value=until,
            longest=10,
        ),
        Field(
            "updates",
            "When do people hear how it goes?",
            hint=f"Times of day, such as 07:30, 08:00, in {zone} time. Each is a promise.",
            value=found.updates if found else "",
            longest=300,
        ),
        Field(
            "holidays",
            "What if it is on a public holiday?",
            "choice",
            options=tuple(AnnouncementSeries.Holidays.choices),
            value=found.holidays if found else "tell",
        ),
    )


def _rest(found: AnnouncementSeries | None) -> Sequence[Field]:
    impact, agreed, mute = (found.impact, found.agreed_with, found.mute) if found else ("", "", 0)
    quiet = "Keep the services' alarms quiet meanwhile"
    return (
        Field("impact", "What should people expect?", "long", False, value=impact),
        Field("agreed", "Agreed with whom?", required=False, value=agreed, longest=300),
        Field("mute", quiet, "flag", required=False, value="yes" if mute else ""),
    )


def _next(found: AnnouncementSeries, at: datetime) -> Occurrence | None:
    coming = occurrences.upcoming(found, at)
    return next((one for one in coming if one.window.start > at and not one.skipped), None)


def _why() -> Field:
    return Field("reason", "Why?", "long", longest=1_000)


def _seen(about: str) -> Field:
    latest = changes_seen.latest(about, [SeriesStep.kind])
    return Field("seen", "As it was seen", "hidden", False, value=str(latest))


def _draft(press: ActionRequest) -> SeriesDraft:
    answers, zone = press.answers, occurrences.zone()
    starts, ends = (
        answers.moment(name).astimezone(zone).replace(tzinfo=None) for name in ("starts", "ends")
    )
    return SeriesDraft(
        title=answers.text("title"),
        text=answers.text("text"),
        services=services_of(press),
        pattern=Recurrence(
            repeats=answers.text("repeats"),
            first=starts.date(),
            until=_until(answers.text("until")),
            starts=starts.time(),
            lasts=ends - starts,
        ),
        updates=answers.text("updates"),
        agreed_with=answers.text("agreed"),
        impact=answers.text("impact"),
        mute=answers.flag("mute"),
        holidays=answers.text("holidays"),
    )


def _until(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise AnnouncementRefused(
            f"“{text[:60]}” is not a day.", "Write it like 2027-12-31, or leave it out."
        ) from error


def _begin(press: ActionRequest) -> ActionResult:
    made = series.begin(draft=_draft(press), by=press.by, at=press.at)
    return ActionResult(f"Set up: {recurrence.told(made.pattern)}.", made.about)


def _change(press: ActionRequest) -> ActionResult:
    later = series.change(
        series=_found(press.about).pk,
        draft=_draft(press),
        reason=press.answers.text("reason"),
        by=press.by,
        at=press.at,
        seen=seen_of(press),
    )
    return ActionResult(f"Changed: {recurrence.told(later.pattern)}.", later.about)


def _to_announce(about: str, at: datetime) -> tuple[tuple[str, str], ...]:
    coming = (one for one in occurrences.upcoming(_found(about), at) if one.to_announce)
    return tuple((one.day.isoformat(), words.on_day(one.day)) for one in islice(coming, _SHOWN))


def _skip_form(about: str, by: Person, at: datetime) -> Form:
    return Form(
        title=f"Leave one out: {_found(about).title}",
        submit="Leave it out",
        fields=(Field("day", "Which one?", "choice", options=_to_announce(about, at)), _why()),
        note="What is announced already is called off where it is announced.",
    )


def _skip(press: ActionRequest) -> ActionResult:
    day = date.fromisoformat(press.answers.text("day"))
    reason = press.answers.text("reason")
    series.skip(series=_found(press.about).pk, day=day, reason=reason, by=press.by, at=press.at)
    return ActionResult(f"{words.on_day(day)} is left out.", press.about)


def _announce_form(about: str, by: Person, at: datetime) -> Form:
    return Form(
        title=f"Announce one now: {_found(about).title}",
        submit="Tell everybody concerned",
        fields=(Field("day", "Which one?", "choice", options=_to_announce(about, at)),),
        note="It can then be moved, corrected or called off like any other.",
    )


def _announce(press: ActionRequest) -> ActionResult:
    day = date.fromisoformat(press.answers.text("day"))
    made = series.announce_now(series=_found(press.about).pk, day=day, by=press.by, at=press.at)
    return ActionResult(f"Announced in {', '.join(made.told)}.", made.about)


def _end_form(about: str, by: Person, at: datetime) -> Form:
    found = _found(about)
    coming = [one for one in occurrences.upcoming(found, at) if one.window.start > at]
    days = tuple((one.day.isoformat(), words.on_day(one.day)) for one in coming[:_SHOWN])
    first = days[0][0] if days else ""
    off = "Call off those that are announced already"
    return Form(
        title=f"End: {found.title}",
        submit="End it",
        fields=(
            Field("since", "From which one on?", "choice", options=days, value=first),
            Field("call_off", off, "flag", required=False, value="yes"),
            _why(),
            _seen(about),
        ),
    )


def _end(press: ActionRequest) -> ActionResult:
    since = date.fromisoformat(press.answers.text("since"))
    series.end(
        series=_found(press.about).pk,
        since=since,
        reason=press.answers.text("reason"),
        call_off=press.answers.flag("call_off"),
        by=press.by,
        at=press.at,
        seen=seen_of(press),
    )
    last = words.on_day(since - timedelta(days=1))
    return ActionResult(f"There is none after {last}.", press.about)


def _show(press: ActionRequest) -> ActionResult:
    return ActionResult("", press.about)


ACTIONS = (
    Action("series.begin", "engineer", _begin, _begin_form),
    Action("series.change", "engineer", _change, _change_form),
    Action("series.skip", "engineer", _skip, _skip_form),
    Action("series.announce", "engineer", _announce, _announce_form),
    Action("series.end", "engineer", _end, _end_form),
    Action("series.show", "anyone", _show),
)
