"""On call and availability out of tallies are what the rows say, whatever was corrected."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from dutydesk.alarms.models import Alarm, Alert
from dutydesk.announcements.models import Announcement
from dutydesk.availability.models import Exclusion, Run, SourceTerm
from dutydesk.chat.models import Channel, Post
from dutydesk.desk.models import Ticket
from dutydesk.incidents.models import Incident, IncidentLink, Maintenance, RoleTerm
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.messages import Message
from dutydesk.kernel.periods import Period
from dutydesk.measures.flows import call_loads, page_figures, tallies, turn_tallies
from dutydesk.measures.flows.call_loads import CallWork
from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.measures.flows.subjects import SUBJECTS
from dutydesk.measures.models import CountTally, DayChange, TalliedDay
from dutydesk.measures.rules.call_turns import PageCounts, TurnPart
from dutydesk.measures.rules.choices import containing, day_range
from dutydesk.oncall.models import Call, Page
from dutydesk.people.models import Engineer, Service
from dutydesk.process.flows import process
from dutydesk.rota.models import Shift
from testing.tries import tries
from testing.world import World

pytestmark = pytest.mark.django_db
BEGINS = "2026-09-01T00:00"
MINUTES = st.integers(0, 60 * 24 * 75)
MINUTE = timedelta(minutes=1)
NAMES = ("on-call", "availability", "incidents")


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-30T18:00")
    begun = world.moment(BEGINS)
    for week in range(11):
        for place, duty in enumerate(("primary", "secondary")):
            start = begun + timedelta(days=7 * week + 2, hours=10)
            Shift.objects.create(
                duty=duty, engineer=who(("Ada", "Ben", "Cy")[(week + place) % 3]), start=start,
                end=start + timedelta(days=7), turn=start if week % 4 else None,
            )  # fmt: skip
    return world


def who(name: str) -> Engineer:
    return Engineer.objects.get(name=name)


def call(world: World, minute: int, taken: int, lasted: int) -> Page:
    """Let an alarm fire so long after the beginning, page somebody, and be over."""
    at = world.moment(BEGINS) + minute * MINUTE
    ended = at + lasted * MINUTE
    alarm = Alarm.objects.create(
        group_key=f"group {minute % 2}", title=f"Alarm {minute % 3}", state="resolved",
        severity="high", first_at=at, told_at=at, resolved_at=ended,
    )  # fmt: skip
    if minute % 3:
        Alert.objects.create(
            alarm=alarm, fingerprint="f", firing=False, annotations={}, starts_at=at,
            labels={"alertname": f"Alert {minute % 2}"}, latest_start=at, told_at=at,
        )  # fmt: skip
    engineer = who(("Ada", "Ben")[minute % 2])
    page = Page.objects.create(
        subject=alarm.about, title=alarm.title, thread_key=alarm.post_key, state="resolved",
        raised_at=at, acknowledged_at=at + taken * MINUTE, acknowledged_by=engineer,
        settled_at=ended + taken * MINUTE,
    )  # fmt: skip
    Call.objects.create(page=page, engineer=engineer, round=1, at=at + MINUTE)
    channel = Channel.objects.get_or_create(name="#team")[0]
    message = Message(alarm.title).as_json()
    Post.objects.create(
        key=f"{alarm.about}:high", channel=channel, author="", message=message, at=at
    )
    incident = Incident.objects.create(
        title="Down", state="resolved", detected=at, declared=at, repaired=ended, resolved=ended,
        user_impact=bool(minute % 5), criteria=["outage"], priority="high",
    )  # fmt: skip
    incident.services.set(Service.objects.order_by("pk")[:1])
    RoleTerm.objects.create(incident=incident, role="lead", engineer=engineer, began=at)
    return page


def told(world: World) -> list[object]:
    """Give all that is measured of calls, services and incidents, of all of it and of a month."""
    whole = day_range(date(2026, 8, 1), date(2026, 11, 30), world.zone)
    found: list[object] = []
    for choice in (whole, containing("month", date(2026, 10, 1), world.zone)):
        for subject in SUBJECTS:
            if subject.name in NAMES:
                said = subject.figures(choice, at=world.at)
                found += [(f.name, f.written, f.value, f.of, f.before) for f in said.figures]
                found += [list(one.csv_rows(world.zone)) for one in said.tables]
                found += [one.says for one in said.charts]
    return found


def by_rows(world: World) -> list[object]:
    """Give the same as it is without any tallies."""
    kept = list(TalliedDay.objects.all())
    TalliedDay.objects.all().delete()
    found = told(world)
    TalliedDay.objects.bulk_create(kept)
    return found


def _incident(page: Page) -> Any:
    return Incident.objects.filter(declared=page.raised_at)


def _alarm(page: Page) -> Any:
    return Alarm.objects.filter(pk=int(page.subject.partition(":")[2]))


def _page(**values: Any) -> Callable[[Page], object]:
    return lambda page: Page.objects.filter(pk=page.pk).update(**values)


def _at(page: Page, duty: str) -> Any:
    return Shift.objects.filter(start__lte=page.raised_at, end__gt=page.raised_at, duty=duty)


def _later(page: Page, hours: float = 30) -> Any:
    return page.settled_at + timedelta(hours=hours) if page.settled_at else None


def _service() -> Service:
    return Service.objects.order_by("pk")[0]


CORRECTIONS: dict[str, Callable[[Page], object]] = {
    "settled later": lambda one: _page(settled_at=_later(one))(one),
    "had by nobody": lambda one: _page(acknowledged_at=None, acknowledged_by=None)(one),
    "had by another": lambda one: _page(acknowledged_by=who("Cy"))(one),
    "raised earlier": lambda one: _page(raised_at=one.raised_at - timedelta(days=2))(one),
    "a rehearsal": lambda one: _page(only=who("Ada"))(one),
    "passed on": lambda one: Call.objects.create(
        page=one, engineer=who("Cy"), round=2, at=one.raised_at + 9 * MINUTE
    ),
    "not called": lambda one: Call.objects.filter(page=one).update(skipped=True),
    "called by nobody": lambda one: Call.objects.filter(page=one).delete(),
    "had sooner": lambda one: JournalEntry.objects.create(
        at=one.raised_at + 2 * MINUTE, kind="page.acknowledged", subject=one.subject, actor="Ada",
        text="Has it", data={"page": one.pk, "subject": one.subject, "who": "Ada"},
    ),
    "led to an incident": lambda one: IncidentLink.objects.create(
        incident=_incident(one).first() or Incident.objects.create(title="So"), about=one.subject,
        by="Ada", at=one.raised_at,
    ),
    "led to a ticket": lambda one: Ticket.objects.create(
        post=Post.objects.get(key=f"{one.subject}:high"), title="Disk", body="", label="",
        column="", asked_by="Ada", raised_by="Ada", raised_at=one.raised_at,
        moved_at=one.raised_at,
    ),
    "another alert": lambda one: Alert.objects.filter(alarm__in=_alarm(one)).update(
        labels={"alertname": "Other"}
    ),
    "another alarm's title": lambda one: _alarm(one).update(title="Renamed"),
    "over later": lambda one: _alarm(one).update(resolved_at=_later(one, 5)),
    "of another group": lambda one: _alarm(one).update(group_key="group 0"),
    "another shift": lambda one: (_at(one, "secondary").delete(), _at(one, "primary").update(
        engineer=who("Cy")
    )),
    "no shift": lambda one: Shift.objects.filter(
        start__lte=one.raised_at, end__gt=one.raised_at
    ).update(cancelled_at=one.raised_at),
    "a shift that ended sooner": lambda one: _at(one, "primary").filter(
        start__lt=one.raised_at
    ).update(end=one.raised_at),
    "led by another": lambda one: RoleTerm.objects.filter(incident__in=_incident(one)).update(
        engineer=who("Cy")
    ),
    "led for less": lambda one: RoleTerm.objects.filter(incident__in=_incident(one)).update(
        ended=one.raised_at + 5 * MINUTE
    ),
    "an exercise": lambda one: _incident(one).update(exercise=True),
    "repaired later": lambda one: _incident(one).update(repaired=_later(one), resolved=_later(one)),
    "opened again": lambda one: _incident(one).update(state="open", resolved=None, repaired=None),
    "not felt": lambda one: _incident(one).update(user_impact=False),
    "its times guessed": lambda one: _incident(one).update(estimated=True),
    "by another criterion": lambda one: _incident(one).update(criteria=[], priority="normal"),
    "of another service": lambda one: [
        each.services.set(Service.objects.order_by("-pk")[:1]) for each in _incident(one)
    ],
    "maintained": lambda one: Maintenance.objects.create(
        service=_service(), on_at=one.raised_at, off_at=one.settled_at, on_by="Ada"
    ),
    "announced": lambda one: Announcement.objects.create(
        title="Work", text="So", state="finished", started_at=one.raised_at,
        over_at=one.settled_at, at=one.raised_at, by="Ada",
    ).services.add(_service()),
    "not down": lambda one: Exclusion.objects.create(
        service=_service(), start=one.raised_at, end=one.raised_at + 3 * MINUTE, reason="Probe",
        by="Ada", at=one.raised_at,
    ),
    "by a check": lambda one: Run.objects.create(
        term=SourceTerm.objects.create(
            service=_service(), kind="check", began=one.raised_at, ended=_later(one)
        ),
        start=one.raised_at, end=_later(one), up=False,
    ),
}  # fmt: skip
"""What may change of a day that is over."""
CHANGES = st.sampled_from(sorted(CORRECTIONS))


@tries(3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    calls=st.lists(
        st.tuples(MINUTES, st.integers(2, 90), st.integers(3, 60 * 24 * 9)),
        min_size=1, max_size=8, unique_by=lambda one: one[0],
    ),
    changes=st.lists(st.tuples(CHANGES, st.integers(0, 7)), max_size=6),
)  # fmt: skip
def test_whatever_is_corrected_tallies_of_calls_and_services_say_what_the_rows_say(
    world: World, calls: list[tuple[int, int, int]], changes: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        pages = [call(world, *one) for one in calls]
        tallies.tally_all(at=world.at)
        assert told(world) == by_rows(world)
        done = set()
        for what, which in changes:
            page = pages[which % len(pages)]
            if (what, page.pk) not in done:
                CORRECTIONS[what](Page.objects.get(pk=page.pk))
            done.add((what, page.pk))
        assert told(world) == by_rows(world), "before the next round"
        tallies.tally_all(at=world.at)
        assert told(world) == by_rows(world), "after it"
        transaction.set_rollback(True)


def test_each_change_ends_the_tallies_of_its_days_at_once(world: World) -> None:
    page = call(world, 60 * 24 * 30 + 661, 3, 60 * 50)
    tallies.tally_all(at=world.at)
    for what, correct in CORRECTIONS.items():
        assert not DayChange.objects.exists()
        with transaction.atomic():
            correct(Page.objects.get(pk=page.pk))
            held = DayTallies(world.at).hold(Period(page.raised_at, page.raised_at + MINUTE))
            assert not held, what
            transaction.set_rollback(True)
        assert DayTallies(world.at).hold(Period(page.raised_at, page.raised_at + MINUTE))


def test_turns_that_are_long_over_are_read_from_tallies(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(world, 60 * 24 * 2, 3, 60)
    call(world, 60 * 24 * 30 + 661, 3, 60)
    tallies.tally_all(at=world.at)
    CountTally.objects.filter(series=turn_tallies.PAGES).update(counts=[7, 0, 0, 0, 0])
    counted: list[TurnPart] = []
    count = page_figures.by_part

    def note(parts: Any, *rest: Any) -> list[PageCounts]:
        counted.extend(parts)
        return count(parts, *rest)

    monkeypatch.setattr(page_figures, "by_part", note)
    choice = day_range(date(2026, 9, 1), date(2026, 11, 30), world.zone)
    on_call = next(one for one in SUBJECTS if one.name == "on-call")
    found = on_call.figures(choice, at=world.at)
    pages = [line.cells[3] for line in found.tables[0].read()]
    assert pages[1:-1] == [7] * len(pages[1:-1])
    now = [one for one in counted if one.period.start >= choice.period.start]
    assert 1 <= len(now) <= 3, "the last days, and what was before the first page"


def test_turns_with_days_corrected_between_them_are_counted_all_at_once(world: World) -> None:
    for day in range(4, 74, 5):
        call(world, 60 * 24 * day + 61, 30, 60 * day)
    tallies.tally_all(at=world.at)
    choice = day_range(date(2026, 9, 1), date(2026, 11, 30), world.zone)
    on_call = next(one for one in SUBJECTS if one.name == "on-call")

    def asked(*corrected: date) -> int:
        TalliedDay.objects.filter(day__in=corrected).delete()
        with CaptureQueriesContext(connection) as seen:
            on_call.figures(choice, at=world.at)
        return sum("range_agg" in one["sql"] for one in seen.captured_queries)

    once = asked()
    turns = [date(2026, 9, 5) + timedelta(days=14 * n) for n in range(5)]
    assert asked(*turns) <= once, "every other turn is counted again"
    assert told(world) == by_rows(world)


def test_a_new_service_is_counted_though_its_days_are_tallied(world: World) -> None:
    call(world, 60 * 24 * 30 + 661, 3, 60)
    tallies.tally_all(at=world.at)
    Service.objects.create(name="Newer", user_facing=True)
    assert told(world) == by_rows(world)
    marks = set(TalliedDay.objects.values_list("services", flat=True))
    tallies.tally_all(at=world.at)
    assert told(world) == by_rows(world)
    assert marks.isdisjoint(TalliedDay.objects.values_list("services", flat=True))


def test_work_of_a_time_is_what_was_worked_in_it(world: World) -> None:
    start = world.moment("2026-10-05T20:00")
    page = call(world, 0, 3, 60)
    Incident.objects.all().delete()
    CORRECTIONS["another shift"](page)
    Page.objects.filter(pk=page.pk).update(
        raised_at=start, acknowledged_at=start, settled_at=start + 60 * MINUTE,
        acknowledged_by=Shift.objects.get(
            duty="primary", start__lte=start, end__gt=start
        ).engineer,
    )  # fmt: skip
    clock = process.in_force().clock("working")
    halves = [
        TurnPart(Period(start - timedelta(hours=1), start + 20 * MINUTE), 0),
        TurnPart(Period(start + 20 * MINUTE, start + timedelta(hours=2)), 0),
    ]
    found = call_loads.work_by_part(halves, clock, world.at)
    assert [[spent[0] for spent in one.values()] for one in found] == [
        [20 * MINUTE],
        [40 * MINUTE],
    ]
    both = [CallWork(1, 0, 20 * MINUTE, MINUTE), CallWork(2, 0, MINUTE, MINUTE)]
    assert call_loads.worked_in(both) == {0: (21 * MINUTE, 2 * MINUTE)}


def test_health_says_how_many_days_are_still_to_be_tallied(world: World) -> None:
    call(world, 60 * 24 * 30 + 661, 3, 60)
    (check,) = tallies.health(world.at)
    assert check.well and "53 of 53 closed days are still to be tallied" in check.says
    tallies.tally_all(at=world.at)
    (check,) = tallies.health(world.at)
    assert check.says == "all 53 closed days are tallied"
