"""Local days, hours, weeks and years are those of the rules of zones that the desk brings."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dutydesk.commitments.flows import outcomes
from dutydesk.commitments.models import Commitment
from dutydesk.database.local_years import years_in
from dutydesk.handovers.models import Handover
from dutydesk.incidents.models import Incident
from dutydesk.kernel.periods import Period
from dutydesk.measures.flows import held_days, local_times, series, tallies, tally_series
from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.measures.flows.statements import read
from dutydesk.measures.models import DayChange
from dutydesk.measures.rules.day_spans import DaySpan, days_of
from dutydesk.measures.rules.steps import RECOVERY
from testing.asked import adopt
from testing.screens import visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
PROMISES = tally_series.PROMISES
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ODD = {
    "Australia/Lord_Howe": date(2026, 4, 4),  # Half an hour back.
    "Pacific/Apia": date(2011, 12, 29),  # The 30th was left out.
    "America/Edmonton": date(2026, 10, 31),  # It stays on summer time, by newer rules alone.
    "Africa/Casablanca": date(2026, 2, 14),  # Back for the month of fasting.
    "Africa/Cairo": date(2026, 4, 23),  # A day that begins at one.
    "America/St_Johns": date(2010, 11, 6),  # Back over midnight: the 7th begins twice.
    "Pacific/Kwajalein": date(1993, 8, 20),
    "Europe/London": date(2026, 10, 24),
}
"""Zones, and a day after which their clocks change."""
EACH_MINUTE = """
generate_series(%(start)s, %(end)s - interval '1 minute', interval '1 minute') AS at"""


def by_minutes(zone: ZoneInfo, span: Period) -> Iterator[tuple[date, int]]:
    """Give for each minute its day, the latest that the wall clock has shown so far, and hour."""
    at, latest = span.start, date.min
    while at < span.end:
        local = at.astimezone(zone)
        latest = max(latest, local.date())
        yield latest, local.hour
        at += MINUTE


@pytest.mark.parametrize("name", ODD)
def test_the_database_tells_days_and_hours_as_the_wall_clock_shows_them(name: str) -> None:
    zone, days = ZoneInfo(name), DaySpan(ODD[name] - DAY, ODD[name] + 4 * DAY)
    span = days.period(zone)
    values = local_times.day_values(days, zone) | local_times.hour_values(span, zone)
    values |= {"start": span.start, "end": span.end}
    day, hour = local_times.day_of("at"), local_times.hour_of("at")
    found = read(f"SELECT {day}, {hour}::int FROM {EACH_MINUTE} ORDER BY at", values)
    assert found == list(by_minutes(zone, span))


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-30T18:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def live_in(world: World, zone: str, folder: Path) -> None:
    """Let the team live elsewhere."""
    adopt(world, "zone: Europe/London", f"zone: {zone}", folder)
    world.zone = ZoneInfo(zone)


def promised(world: World, *moments: datetime) -> None:
    """Let promises have been kept then."""
    Commitment.objects.bulk_create(
        Commitment(
            kind="question.answer", subject="question:1", owner="support", text="Answer",
            made_at=at, due_at=at, state="kept", settled_at=at,
        )
        for at in moments
    )  # fmt: skip


def kept_on(world: World, days: DaySpan) -> dict[date, int]:
    """Give how many were kept on each day, asked for alone and all at once."""
    told, every = DayTallies(world.at).counts, [DaySpan(day, day + DAY) for day in days]
    alone = [told(PROMISES, [one.period(world.zone)])[0] for one in every]
    periods = [one.period(world.zone) for one in every]
    assert told(PROMISES, periods) == alone
    return {
        one.first: found.get("question.answer", (0,))[0]
        for one, found in zip(every, alone, strict=True)
    }


@pytest.mark.parametrize("name", ODD)
def test_each_day_has_what_was_in_it_tallied_or_not(
    world: World, tmp_path: Path, name: str
) -> None:
    live_in(world, name, tmp_path)
    days = DaySpan(ODD[name] - DAY, ODD[name] + 4 * DAY)
    span = days.period(world.zone)
    minutes = [day for day, _ in by_minutes(world.zone, span)]
    world.at = span.end + 20 * DAY
    promised(world, *(span.start + place * MINUTE for place in range(0, len(minutes), 30)))
    slow = {day: minutes[::30].count(day) for day in days}
    assert kept_on(world, days) == slow
    tallies.tally_all(at=world.at)
    assert kept_on(world, days) == slow
    once = "(SELECT %(at)s::timestamptz AS at, NULL::timestamptz AS until) once"
    values, changed = held_days.tallied_values(world.zone), held_days.CHANGED.format(changes=once)
    for place, day in enumerate(minutes):
        if day != minutes[place - 1] or day != minutes[(place + 1) % len(minutes)]:
            at = span.start + place * MINUTE
            assert read(changed, values | {"at": at}) == [(day,)]
    whole = held_days.known(series.terms_in_force(), None)
    for at in (span.start - MINUTE, world.at - 7 * DAY, world.at):  # None of them is tallied.
        DayChange.objects.create(at=at)
    assert held_days.known(series.terms_in_force(), None) == whole
    DayChange.objects.create(at=span.start + MINUTE, until=span.end - MINUTE)
    (later,) = held_days.known(series.terms_in_force(), None)
    assert later.first == days.until
    promised(world, span.start)
    tallies.look_after(at=world.at)
    assert kept_on(world, days) == slow | {days.first: slow[days.first] + 1}


def test_a_month_that_is_cut_begins_with_the_first_day_asked_for(world: World) -> None:
    at = world.moment("2026-10-20T11:00")
    Incident.objects.create(
        title="Down", state="resolved", declared=at, repaired=at + MINUTE, resolved=at + DAY
    )
    months = tally_series.incident_lengths(RECOVERY, "elapsed")
    for first in (date(2026, 10, 1), date(2026, 10, 15)):
        span = DaySpan(first, date(2026, 11, 2)).period(world.zone)
        ((day, *_),) = months.rows(series.terms_in_force(), span, world.at)
        assert day == first


def test_weeks_and_years_begin_by_the_desk_s_rules_too(world: World, tmp_path: Path) -> None:
    live_in(world, "America/Edmonton", tmp_path)
    promised(world, datetime(2026, 11, 9, 6, 30, tzinfo=UTC))  # Older rules call that a Sunday.
    found = outcomes.lately(zone=world.zone, at=world.at).weeks
    assert [week for week, one in found.items() if one.all] == [date(2026, 11, 9)]
    new_year, spring = datetime(2027, 1, 1, 6, 30, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC)
    for at in (new_year, spring):
        Incident.objects.create(title=f"Of {at:%Y}", state="resolved", declared=at, resolved=at)
        Handover.objects.create(
            kind="start of day", due_at=at, since=at, until=at, giver="support", taker="on call",
            drafted_at=at, read_at=at,
        )  # fmt: skip
    Incident.objects.create(title="Never", state="resolved", resolved=None)
    world.at = new_year + DAY
    for rows, when in ((Incident.objects.all(), "declared"), (Handover.objects.all(), "due_at")):
        assert years_in(rows, when, world.zone) == [2027, 2025]
    ada = visit("Ada")
    for path in ("/incidents/", "/handovers/"):
        page = ada.get(f"{path}?year=2027")
        assert len(page.context["page"].object_list) == 1
        assert "2026" not in [value for value, _ in page.context["asked"].table.choices[1].options]


def test_another_version_of_the_rules_of_zones_has_all_tallied_anew_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series, "_digest", series._digest.__wrapped__)  # As if started anew.
    promised(world, world.at - 30 * DAY)
    tallies.tally_all(at=world.at)
    assert tallies.tally_some(at=world.at) is None
    versions = {"tzdata": "2099.1"}
    monkeypatch.setattr(series, "version", lambda name: versions.get(name) or version(name))
    day = days_of(Period(world.at - 30 * DAY, world.at - 30 * DAY + MINUTE), world.zone)
    assert not DayTallies(world.at).hold(day.period(world.zone))
    assert tallies.tally_some(at=world.at) is not None
    tallies.tally_all(at=world.at)
    assert DayTallies(world.at).hold(day.period(world.zone))
    assert tallies.tally_some(at=world.at) is None
