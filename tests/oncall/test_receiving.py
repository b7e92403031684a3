"""Many tellings at once, and storms: everything is stored, and few messages are sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from dutydesk.alarms.flows import ingestion
from dutydesk.alarms.models import Alarm, Alert
from dutydesk.alarms.rules.notifications import Notification, apart
from dutydesk.alarms.rules.notifications import NotifiedAlert as Told
from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.oncall.flows import held_pages
from dutydesk.oncall.models import Call, Page, PageItem
from dutydesk.people.flows import people
from testing.tries import tries
from testing.world import World, number

pytestmark = pytest.mark.django_db
HIGH = "#high-priority-alarms"


def telling(
    group: str,
    *,
    at: datetime,
    prints: tuple[str, ...] = ("a",),
    firing: bool = True,
    severity: str = "critical",
    service: str = "Prison visits",
) -> Notification:
    labels = {"alertname": group, "severity": severity, "service": service}
    summary = {"summary": f"{group} is down"}
    ends = None if firing else at
    alerts = tuple(Told(one, firing, labels, summary, at, ends) for one in prints)
    return Notification(group, alerts)


def receive(world: World, *told: Notification) -> None:
    ingestion.receive_all(told=told, at=world.at)
    world.settle()


def say_on_it(world: World, name: str, alarm: Alarm) -> None:
    """Let somebody write in the thread of an alarm that they have it."""
    root, by = Post.objects.get(key=alarm.post_key), Author.of(world.person(name))
    people_posts.post(by=by, channel=HIGH, text="on it", at=world.at, thread=root.pk)
    world.settle()


def state() -> list[Any]:
    """Give everything that tellings lead to, without its numbers."""
    fields = ("group_key", "title", "state", "severity", "firing_count", "resolved_count")
    alarms = Alarm.objects.order_by("id")
    alerts = Alert.objects.order_by("alarm_id", "fingerprint")
    return [
        sorted(alarms.values_list(*fields, "times_told", "service__name")),
        sorted(alerts.values_list("alarm__group_key", "fingerprint", "firing", "count")),
        sorted(p.words.body for p in Post.objects.all()),
        sorted(Page.objects.values_list("title", "state")),
    ]


TELLINGS = st.lists(
    st.tuples(
        st.sampled_from("ABC"),
        st.sets(st.sampled_from("abc"), min_size=1),
        st.booleans(),
        st.sampled_from(["critical", "warning"]),
        st.integers(0, 2),
    ),
    max_size=8,
)


@tries(10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TELLINGS)
@pytest.mark.django_db
def test_told_together_comes_to_the_same_as_told_one_by_one(
    tmp_path: Path, tellings: list[tuple[str, set[str], bool, str, int]]
) -> None:
    start = datetime(2026, 11, 24, 11, tzinfo=UTC)
    told = [
        telling(
            group,
            at=start + timedelta(minutes=minute),
            prints=tuple(sorted(prints)),
            firing=firing,
            severity=severity,
        )
        for group, prints, firing, severity, minute in tellings
    ]
    found = []
    for batches in ([[one] for one in told], [told]):
        with transaction.atomic():
            world = World(tmp_path, "2026-11-24T11:00")
            for batch in batches:
                ingestion.receive_all(told=batch, at=world.at)
            found.append(state())
            transaction.set_rollback(True)
    assert found[0] == found[1]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sets(st.sampled_from("xyz")), st.booleans())))
def test_parts_have_each_group_and_alert_once_and_keep_their_order(
    kinds: list[tuple[str, set[str], bool]],
) -> None:
    at = datetime(2026, 11, 24, 11, tzinfo=UTC)
    told = [
        replace(telling(group, at=at, prints=tuple(prints)), family="7 " if everywhere else None)
        for group, prints, everywhere in kinds
    ]
    parts = apart(told)
    assert sorted(place for part in parts for place in part) == list(range(len(told)))
    where = {place: number for number, part in enumerate(parts) for place in part}
    for place, (group, prints, everywhere) in enumerate(kinds):
        for later, (other, others, too) in enumerate(kinds[place + 1 :], place + 1):
            if group == other or (everywhere and too and prints & others):
                assert where[place] < where[later]


def test_counts_follow_every_alert_of_an_alarm(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    start = world.at
    receive(world, telling("G", at=start, prints=("a", "b", "c"), severity="warning"))
    receive(world, telling("G", at=start, prints=("b",), firing=False, severity="warning"))
    alarm = Alarm.objects.get()
    assert (alarm.firing_count, alarm.resolved_count) == (2, 1)
    receive(world, telling("G", at=start + timedelta(minutes=1), prints=("b",), severity="warning"))
    alarm.refresh_from_db()
    assert (alarm.firing_count, alarm.resolved_count) == (3, 0)


@pytest.mark.clause("oncall.respond")
def test_in_a_storm_the_first_of_each_service_is_paged_for_and_the_rest_are_one_page(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    for name in ("Courts", "Custody"):
        people.save_service(name=name, team=None, user_facing=True, page_anyway=False)
    visits = [telling(f"V{n}", at=world.at) for n in range(40)]
    others = [telling(f"{name}1", at=world.at, service=name) for name in ("Courts", "Custody")]
    receive(world, *visits[:30])
    receive(world, *others, *visits[30:])
    assert Alarm.objects.filter(severity="high").count() == 42
    own = Page.objects.filter(bundle=False)
    assert own.count() == 5 + 2
    assert set(own.values_list("service__name", flat=True)) == {
        "Prison visits",
        "Courts",
        "Custody",
    }
    bundle = Page.objects.get(bundle=True)
    assert bundle.bundled.count() == 35
    assert bundle.title == "35 more alarms at once, the newest: V39 is down"
    assert Call.objects.filter(engineer__name="Ben").count() == 8
    assert any("More than 5 alarms came for one person" in said for said in world.said(HIGH))
    alone = [said for said in world.said(HIGH) if "more alarms at once" not in said]
    assert sum("down" in said for said in alone if "firing" in said) == 42


def test_a_bundle_goes_on_to_the_next_person_and_ends_with_its_last_alarm(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    start = world.at
    receive(world, *(telling(f"V{n}", at=start) for n in range(8)))
    bundle = Page.objects.get(bundle=True)
    world.forward(minutes=5)
    assert list(bundle.calls.values_list("engineer__name", flat=True)) == ["Ben", "Cy"]
    world.press("Cy", "page.acknowledge", bundle.about)
    for n in range(7):
        receive(world, telling(f"V{n}", at=start, firing=False))
    bundle.refresh_from_db()
    assert bundle.state == "acknowledged"
    receive(world, telling("V7", at=start, firing=False))
    bundle.refresh_from_db()
    assert bundle.state == "resolved"
    assert not PageItem.objects.filter(settled_at=None).exists()
    assert not Page.objects.exclude(state="resolved").exists()


@pytest.mark.clause("oncall.respond")
def test_what_joins_a_bundle_that_somebody_put_off_calls_them_sooner(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    receive(world, *(telling(f"V{n}", at=world.at) for n in range(8)))
    bundle = Page.objects.get(bundle=True)
    world.press("Ben", "page.acknowledge", bundle.about)
    world.press("Ben", "page.snooze", bundle.about, until="2026-11-24T21:00")
    world.forward(seconds=20)
    receive(world, telling("W1", at=world.at), telling("W2", at=world.at))
    bundle.refresh_from_db()
    assert (bundle.state, bundle.put_off_until, bundle.bundled.count()) == ("acknowledged", None, 5)
    called = bundle.calls.order_by("pk").values_list("engineer__name", flat=True)
    world.forward(minutes=4, seconds=40)
    assert list(called) == ["Ben", "Ben"], "when what is new is to be answered, not when he said"
    receive(world, *(telling(f"X{n}", at=world.at) for n in range(8)))
    assert list(called.all()) == ["Ben", "Ben"], "once for all that joins while they are called"
    world.forward(minutes=5)
    assert list(called.all()) == ["Ben", "Ben", "Cy"]


@pytest.mark.clause("hours.closed")
def test_what_is_paged_for_anyway_lets_out_the_bundle_that_it_joins(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T21:20")
    world.shifts(primary="Ben", secondary="Cy")
    receive(world, *(telling(f"V{n}", at=world.at) for n in range(8)))
    for page in Page.objects.order_by("pk"):
        world.press("Ben", "page.acknowledge", page.about)
    world.forward(minutes=45)
    bundle = Page.objects.get(bundle=True)
    assert bundle.state == "held", "asked again after hours"
    receive(world, *(telling(f"C{n}", at=world.at, service="Clusters") for n in range(8)))
    bundle.refresh_from_db()
    assert (bundle.state, bundle.bundled.count()) == ("calling", 6)
    assert bundle.calls.order_by("pk").values_list("engineer__name", "round").last() == ("Ben", 3)


@pytest.mark.clause("hours.closed")
def test_what_comes_when_nobody_covers_calls_nobody_who_has_an_older_bundle(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    receive(world, *(telling(f"V{n}", at=world.at) for n in range(8)))
    bundle = Page.objects.get(bundle=True)
    assert bundle.state == "held"
    until = world.at + timedelta(hours=1)
    world.shift(world.at, until, primary="Ben")
    held_pages.look_after(at=world.at)
    world.settle()
    bundle.refresh_from_db()
    assert (bundle.state, bundle.called_id) == ("calling", number("Ben"))
    for page in Page.objects.order_by("pk"):
        world.press("Ben", "page.acknowledge", page.about)
    world.at = until + timedelta(seconds=20)
    before = Call.objects.count()
    receive(world, *(telling(f"W{n}", at=world.at) for n in range(8)))
    bundle.refresh_from_db()
    assert (bundle.state, Call.objects.count()) == ("acknowledged", before), "Ben is off by now"
    waits = Page.objects.filter(bundle=True, state="held").get()
    assert waits.bundled.filter(settled_at=None).count() > 0


def test_a_word_under_an_alarm_answers_the_bundle_that_is_open_not_its_page_that_is_over(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    receive(world, *(telling(f"V{n}", at=world.at) for n in range(8)))
    bundle = Page.objects.get(bundle=True)
    alarm = Alarm.objects.get(title="V7 is down")
    Page.objects.create(
        subject=alarm.about,
        title="",
        thread_key=f"{alarm.about}:high",
        state="resolved",
        raised_at=world.at,
        settled_at=world.at,
    )
    say_on_it(world, "Ben", alarm)
    bundle.refresh_from_db()
    assert (bundle.state, bundle.acknowledged_by_id) == ("acknowledged", number("Ben"))


def test_a_word_under_one_alarm_of_a_bundle_answers_the_bundle(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    receive(world, *(telling(f"V{n}", at=world.at) for n in range(8)))
    bundle = Page.objects.get(bundle=True)
    alarm = Alarm.objects.get(title="V7 is down")
    assert bundle.bundled.filter(subject=alarm.about).exists()
    say_on_it(world, "Ben", alarm)
    bundle.refresh_from_db()
    assert (bundle.state, bundle.acknowledged_by_id) == ("acknowledged", number("Ben"))


def test_a_slow_trickle_is_no_storm(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben")
    for n in range(12):
        receive(world, telling(f"V{n}", at=world.at))
        world.forward(seconds=20)
    assert Page.objects.count() == 12


@pytest.mark.clause("hours.closed")
def test_a_storm_at_night_is_held_as_few_pages(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T02:00")
    world.shifts(primary="Ben")
    receive(world, *(telling(f"V{n}", at=world.at) for n in range(50)))
    assert Page.objects.filter(state="held").count() == 6
    world.forward(hours=5)
    assert Call.objects.count() == 6
