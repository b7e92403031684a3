"""What swings between severities is called for as what begins again and again: once, saying so."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.alarms.flows import ingestion, silences
from dutydesk.alarms.flows.silences import SilenceDraft
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules import flaps
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.alarms.rules.silence_matchers import Matcher
from dutydesk.oncall.models import Page
from dutydesk.process.flows import process
from testing.tellings import called, evening, open_pages
from testing.world import World

pytestmark = pytest.mark.django_db


def say(world: World, severity: str, name: str = "Disk") -> None:
    """Tell of one event as a script does: how bad it is now; "over" ends it."""
    firing = severity != "over"
    labels = {"alertname": name, "severity": severity} if firing else {}
    about = {"summary": f"{name} fills"} if firing else {}
    alert = NotifiedAlert(name, firing, labels, about, None, None if firing else world.at)
    told = Notification("7 json disk", (alert,), ordered=True)
    ingestion.receive(told=told, at=world.at)
    world.settle()


def swing(world: World, times: int) -> None:
    """Let it get worse and ease, a minute each."""
    for _ in range(times):
        say(world, "critical")
        world.forward(minutes=1)
        say(world, "warning")
        world.forward(minutes=1)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return evening(tmp_path)


@pytest.mark.clause("oncall.respond")
def test_what_swings_eight_times_is_three_pages_at_most_and_the_last_says_so(
    world: World,
) -> None:
    swing(world, 8)
    assert 1 < Page.objects.count() <= 3
    assert open_pages() == ["Disk fills"]
    page = Page.objects.latest("pk")
    assert page.details.startswith("It flaps: it began or got worse 8 times")
    world.press("Ben", "page.acknowledge", page.about)
    before = called()
    swing(world, 5)
    assert called() == before, "whoever has it is not called at each rise"
    world.forward(minutes=14)
    assert open_pages() == []
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.severity) == ("firing", "low")
    say(world, "critical")
    assert open_pages() == ["Disk fills"], "it had eased for long enough, so this is news"


@pytest.mark.clause("oncall.respond")
def test_what_flaps_as_low_and_gets_worse_for_the_first_time_pages(world: World) -> None:
    for severity in ("warning", "over") * 5:
        say(world, severity)
        world.forward(minutes=1)
    assert called() == []
    say(world, "critical")
    assert called() == ["Ben"]


def test_what_repeats_as_low_while_it_counts_as_high_is_eased_in_its_time(world: World) -> None:
    swing(world, 4)
    for _ in range(6):
        say(world, "warning")
        world.forward(minutes=2)
    assert open_pages() == ["Disk fills"]
    world.forward(minutes=2)
    assert open_pages() == []


def test_what_is_over_and_back_as_low_in_its_rest_is_the_same_page(world: World) -> None:
    swing(world, 3)
    pages = Page.objects.count()
    for severity in ("critical", "over", "warning", "critical", "over", "critical"):
        say(world, severity)
        world.forward(minutes=1)
    assert Page.objects.count() == pages
    assert open_pages() == ["Disk fills"]
    say(world, "over")
    world.forward(minutes=15)
    assert open_pages() == []
    assert Alarm.objects.filter(state="firing").count() == 0


def test_what_swings_and_was_silenced_pages_when_it_is_heard_and_high(world: World) -> None:
    swing(world, 4)
    until = world.at + timedelta(minutes=5)
    wanted = SilenceDraft((Matcher("alertname", "=", "Disk"),), world.at, until, "Known")
    silences.silence(wanted=wanted, by="Ben", at=world.at)
    swing(world, 1)
    assert open_pages() == []
    world.forward(minutes=4)
    assert open_pages() == [], "it is only a warning when it is heard"
    say(world, "critical")
    assert open_pages() == ["Disk fills"]


def test_an_incident_that_takes_what_swings_is_told_of_it_no_more_than_once(world: World) -> None:
    swing(world, 4)
    alarm = Alarm.objects.get()
    world.press("Ben", "incident.declare", alarm.about, title="Disks fill")
    before = called()
    swing(world, 3)
    assert (open_pages(), called()) == ([], before)


class SlowModel:
    """When somebody is called and until when, from the whole history each time."""

    def __init__(self, world: World) -> None:
        self.world, self.rule = world, process.in_force().alarms.flapping
        self.now, self.begun = "over", list[str]()
        self.paged, self.until = 0, cast("datetime | None", None)
        self.open = False

    def pass_to(self) -> None:
        if self.until is not None and self.until <= self.world.at:
            self.open, self.until = False, None

    def says(self, severity: str) -> None:
        self.pass_to()
        at = self.world.at
        worse = severity == "critical" and self.now != "critical"
        begins = severity == "warning" and self.now == "over"
        if worse or begins:
            self.begun = flaps.beginnings(self.begun, self.rule.within, at)
        if severity == "critical":
            self.paged += not self.open
            self.open, self.until = True, None
        elif self.now == "critical":
            self.until = flaps.rests_until(self.begun, self.rule, at)
            self.open = self.until is not None
        self.now = severity


SAID = st.sampled_from(["critical", "warning", "over"])


@settings(settings.get_profile("orders"))
@given(st.lists(st.tuples(SAID, st.integers(1, 17)), min_size=1, max_size=9))
def test_no_high_moment_is_without_a_page_and_pages_are_as_the_rule_says(
    tmp_path: Path, said: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        world = evening(tmp_path)
        model = SlowModel(world)
        for severity, pause in said:
            say(world, severity)
            model.says(severity)
            assert bool(open_pages()) == model.open
            assert Page.objects.count() == model.paged
            world.forward(minutes=pause)
            model.pass_to()
            assert bool(open_pages()) == model.open
        transaction.set_rollback(True)
