"""What begins again and again is called for once, and is over once it has been quiet."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.alarms.flows import ingestion, silences, takeover
from dutydesk.alarms.flows.silences import SilenceDraft
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules import flaps
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.alarms.rules.silence_matchers import Matcher
from dutydesk.oncall.models import Page
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Flapping
from testing.screens import seen, squeezed, visit
from testing.tellings import called, evening, open_pages
from testing.world import World

pytestmark = pytest.mark.django_db
HIGH = "#high-priority-alarms"


def tell(world: World, *, firing: bool, name: str = "Down") -> Alarm | None:
    """Tell of one alert as a sender does whose events come in order."""
    alert = NotifiedAlert(
        name,
        firing,
        {"alertname": name, "severity": "critical"},
        {"summary": f"{name} is wrong"},
        world.at,
        None if firing else world.at,
    )
    told = Notification("7 {}", (alert,), ordered=True)
    found = ingestion.receive(told=told, at=world.at)
    world.settle()
    return found


def flap(world: World, times: int, every: float = 2) -> None:
    """Let it fire for a minute, each `every` minutes."""
    for _ in range(times):
        tell(world, firing=True)
        world.forward(minutes=1)
        tell(world, firing=False)
        world.forward(minutes=every - 1)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return evening(tmp_path)


@pytest.mark.clause("oncall.respond")
def test_six_firings_in_twelve_minutes_are_three_pages_and_the_last_says_that_it_flaps(
    world: World,
) -> None:
    flap(world, 6)
    assert Page.objects.count() == 3
    assert Alarm.objects.count() == 3
    alarm, page = Alarm.objects.get(state="firing"), Page.objects.exclude(state="resolved").get()
    assert (alarm.flapped, alarm.firing_count) == (6, 0)
    assert page.subject == alarm.about
    assert page.details.startswith("It flaps: it began or got worse 6 times since 19:00 GMT")
    shown = next(post for post in world.said(HIGH) if "Flaps" in post)
    assert "Resolved:" not in shown
    assert (
        "it began or got worse 6 times since 19:00 GMT; quiet now, and over at 19:26 GMT" in shown
    )
    text = squeezed(visit("Ben").get(f"/alarms/{alarm.pk}").text)
    assert "One page is for all of it" in text
    assert "It flaps: it began or got worse 3 times" in text
    assert ">flaps<" in squeezed(visit("Ben").get("/alarms/").text)


@pytest.mark.clause("oncall.respond")
def test_it_is_over_when_it_has_been_quiet_for_long_enough(world: World) -> None:
    flap(world, 3)
    world.forward(minutes=13, seconds=59)
    assert open_pages() == ["Down is wrong"]
    world.forward(seconds=1)
    assert open_pages() == []
    assert Alarm.objects.filter(state="firing").count() == 0
    tell(world, firing=True)
    assert open_pages() == ["Down is wrong"], "what begins after that is called for"


def test_whoever_has_it_is_not_called_again_while_it_flaps_but_asked_again_if_it_stays(
    world: World,
) -> None:
    flap(world, 3)
    world.press("Ben", "page.acknowledge", Page.objects.latest("pk").about)
    before = called()
    flap(world, 4)
    assert called() == before
    tell(world, firing=True)
    world.forward(minutes=40)
    assert len(called()) > len(before), "it stays: whoever has it is asked again"


def test_nobody_loses_a_call_to_another_alert_of_the_group(world: World) -> None:
    flap(world, 3)
    world.press("Ben", "page.acknowledge", Page.objects.latest("pk").about)
    before = called()
    tell(world, firing=True, name="Courts")
    assert called() == [*before, "Ben"]
    tell(world, firing=False, name="Courts")
    assert open_pages() == ["Down is wrong"]


def test_one_that_flaps_and_is_silenced_pages_nobody_and_again_once_it_is_heard(
    world: World,
) -> None:
    flap(world, 3)
    until = world.at + timedelta(minutes=5)
    wanted = SilenceDraft((Matcher("alertname", "=", "Down"),), world.at, until, "Known")
    silences.silence(wanted=wanted, by="Ben", at=world.at)
    world.settle()
    assert open_pages() == []
    tell(world, firing=True)
    assert open_pages() == []
    world.forward(minutes=6)
    assert open_pages() == ["Down is wrong"]


def test_somebody_who_saw_that_it_is_over_ends_it_at_once(world: World) -> None:
    flap(world, 3)
    alarm = Alarm.objects.get(state="firing")
    world.press("Ben", "alarm.over", alarm.about, reason="I mended it")
    alarm.refresh_from_db()
    assert (alarm.state, alarm.rests_until, open_pages()) == ("resolved", None, [])


def test_a_process_may_say_how_often_is_too_often(world: World) -> None:
    said = {"more_than": 1, "within": "1 hour", "quiet_for": "5 minutes"}
    rule = Flapping.model_validate(said)
    begun = flaps.beginnings(["2026-11-24T18:00:00+00:00"], rule.within, world.at)
    assert begun == [world.at.isoformat()], "an hour ago is not within it"
    assert flaps.rests_until(begun, rule, world.at) is None
    begun = flaps.beginnings(begun, rule.within, world.at + timedelta(minutes=9))
    ends = world.at + timedelta(minutes=10)
    assert flaps.rests_until(begun, rule, ends) == ends + timedelta(minutes=5)


def test_an_incident_whose_alarm_only_rests_is_not_told_that_it_still_fires(world: World) -> None:
    flap(world, 3)
    alarm = Alarm.objects.get(state="firing")
    about = world.press("Ben", "incident.declare", alarm.about, title="Visits are down").show
    assert takeover.still_firing(incident=about) == []
    assert takeover.release(incident=about, at=world.at) == []
    alarm.refresh_from_db()
    assert alarm.again_at is not None, "if it begins again, it pages after all"


def spell(world: World, *, begins: int, lasts: int) -> list[Notification]:
    """Give what is told of one firing that began so many minutes ago, for so many minutes."""
    start = world.at - timedelta(minutes=begins)
    end = start + timedelta(minutes=lasts)
    labels, notes = {"alertname": "Down", "severity": "critical"}, {"summary": "Down is wrong"}
    firing = NotifiedAlert("Down", True, labels, notes, start, None)
    over = NotifiedAlert("Down", False, labels, notes, start, end)
    return [Notification("7 {}", (one,), ordered=True) for one in (firing, over)]


def take_late(world: World, *begins: int) -> None:
    """Take in what was told of firings of a minute that began so many minutes ago."""
    for told in [one for ago in begins for one in spell(world, begins=ago, lasts=1)]:
        ingestion.receive(told=told, at=world.at)
    world.settle()


@pytest.mark.clause("oncall.respond")
def test_firings_of_long_ago_that_are_worked_out_together_page_nobody(world: World) -> None:
    take_late(world, 300, 200, 100, 20)
    assert (open_pages(), Alarm.objects.filter(state="firing").count()) == ([], 0)


def test_a_rest_begins_when_it_ended_however_late_that_is_heard(world: World) -> None:
    take_late(world, 12, 9, 6)
    alarm = Alarm.objects.get(state="firing")
    quiet_for = process.in_force().alarms.flapping.quiet_for
    assert alarm.rests_until == world.at - timedelta(minutes=5) + quiet_for
    assert open_pages() == ["Down is wrong"]
    take_late(world, 5)
    world.forward(minutes=11)
    assert open_pages() == []


def test_one_that_flapped_once_and_stays_is_not_said_to_flap_for_days(world: World) -> None:
    flap(world, 3)
    tell(world, firing=True)
    assert Alarm.objects.get(state="firing").flapped == 4
    world.at += timedelta(hours=7)
    tell(world, firing=True, name="Courts")
    alarm = Alarm.objects.get(state="firing")
    assert (alarm.flapped, alarm.flapped_since) == (0, None)


class SlowModel:
    """How many pages there are, from the whole history each time."""

    def __init__(self, rule: Flapping) -> None:
        self.rule, self.begun, self.paged = rule, list[datetime](), list[datetime]()
        self.goes_on_until: datetime | None = None

    def begins(self, at: datetime) -> None:
        self.begun.append(at)
        if self.goes_on_until is None or self.goes_on_until <= at:
            self.paged.append(at)

    def ends(self, at: datetime) -> None:
        count = sum(at - self.rule.within < one for one in self.begun)
        flaps_now = count > self.rule.more_than
        self.goes_on_until = at + self.rule.quiet_for if flaps_now else None


@settings(settings.get_profile("orders"))
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 22)), min_size=1, max_size=7))
def test_no_firing_is_unheard_and_pages_are_as_many_as_the_process_says(
    tmp_path: Path, spells: list[tuple[int, int]]
) -> None:
    with transaction.atomic():
        world = evening(tmp_path)
        rule = process.in_force().alarms.flapping
        model = SlowModel(rule)
        for lasts, pause in spells:
            tell(world, firing=True)
            model.begins(world.at)
            assert open_pages() == ["Down is wrong"]
            world.forward(minutes=lasts)
            assert open_pages() == ["Down is wrong"]
            tell(world, firing=False)
            model.ends(world.at)
            world.forward(minutes=pause)
        raised = list(Page.objects.order_by("raised_at").values_list("raised_at", flat=True))
        assert raised == model.paged
        most = rule.more_than + 1 + rule.within // rule.quiet_for
        assert all(sum(at - rule.within < one <= at for one in raised) <= most for at in raised)
        transaction.set_rollback(True)


def low(world: World, name: str = "Disk") -> None:
    """Tell that something low fires in the same group."""
    labels = {"alertname": name, "severity": "warning", "service": "Courts"}
    one = NotifiedAlert(name, True, labels, {"summary": f"{name} fills"}, world.at)
    ingestion.receive(told=Notification("7 {}", (one,), ordered=True), at=world.at)
    world.settle()


@pytest.mark.clause("oncall.respond")
def test_a_page_is_named_by_the_high_one_that_rests_though_a_low_one_fires(world: World) -> None:
    flap(world, 3)
    low(world)
    alarm, page = Alarm.objects.get(state="firing"), Page.objects.exclude(state="resolved").get()
    assert (alarm.title, page.title) == ("Down is wrong", "Down is wrong")
    assert (alarm.severity, alarm.service) == ("high", None)
    assert [line.split(":")[0] for line in page.details.splitlines()[1:]] == [
        "Down is wrong",
        "Disk fills, Courts",
    ]
    assert page.details.splitlines()[1].endswith("(quiet now)")
    assert page.details.splitlines()[2].endswith("(low)")
    world.forward(minutes=15)
    alarm.refresh_from_db()
    assert (alarm.title, alarm.severity, open_pages()) == ("Disk fills", "low", [])


@pytest.mark.parametrize("sender", ["a monitoring system", "a script"])
def test_what_its_end_says_renames_nothing_and_is_kept_besides(world: World, sender: str) -> None:
    script = sender == "a script"

    def say(*, firing: bool) -> None:
        labels = {"alertname": "Down", "severity": "critical", "service": "Courts"}
        said = {"summary": "Down is wrong", "opdata": "97 %", "runbook_url": "https://r.example/"}
        if not firing:
            labels = {"alertname": "Down"} if script else labels
            said = {} if script else said | {"summary": "Down is well", "opdata": "12 %"}
        one = NotifiedAlert("Down", firing, labels, said, world.at, None if firing else world.at)
        ingestion.receive(told=Notification("7 {}", (one,), ordered=True), at=world.at)
        world.settle()
        world.forward(minutes=1)

    for _ in range(3):
        say(firing=True)
        say(firing=False)
    alarm = Alarm.objects.select_related("service").get(state="firing")
    assert (alarm.title, alarm.severity, str(alarm.service)) == ("Down is wrong", "high", "Courts")
    assert alarm.runbook == "https://r.example/"
    assert open_pages() == ["Down is wrong"]
    shown = seen(visit("Ben").get(f"/alarms/{alarm.pk}"))
    assert "97 %" in shown
    assert ("at its end: Down is well; opdata: 12 %" in shown) is not script
    say(firing=True)
    assert "at its end" not in visit("Ben").get(f"/alarms/{alarm.pk}").text
