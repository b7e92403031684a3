"""A call and a silence that are due at one moment: what is silenced by then calls nobody."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dutydesk.alarms.flows import ingestion, silences
from dutydesk.alarms.flows.explanations import explain
from dutydesk.alarms.flows.silences import SilenceDraft
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.alarms.rules.silence_matchers import read_matchers
from dutydesk.commitments.flows import commitments
from dutydesk.oncall.models import Call, Page
from testing.world import World

pytestmark = pytest.mark.django_db
LABELS = {"alertname": "Down", "severity": "critical"}


def fire(world: World, *names: str) -> None:
    for name in names:
        told = NotifiedAlert(name, True, {**LABELS, "pod": name}, {}, world.at, None)
        ingestion.receive(told=Notification(name, (told,)), at=world.at)
    world.settle()


def silence(world: World, *, after: timedelta, matchers: str = "alertname=Down") -> None:
    starts = world.at + after
    wanted = SilenceDraft(
        read_matchers((matchers,)), starts, starts + timedelta(hours=1), "We repair it"
    )
    silences.silence(wanted=wanted, by="Ada", at=world.at)
    world.settle()


def called() -> list[str]:
    return [call.engineer.name for call in Call.objects.order_by("id")]


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    return world


def test_the_next_person_is_not_called_when_the_silence_begins_at_that_moment(
    world: World,
) -> None:
    fired = world.at
    fire(world, "a")
    page = Page.objects.get()
    due = page.calls.get().at + timedelta(minutes=5)
    world.at += timedelta(minutes=1)
    silence(world, after=due - world.at)
    said = explain(labels=LABELS, annotations={}, at=fired, ahead=timedelta(minutes=30))
    assert said.course is not None
    world.forward(minutes=30)
    assert called() == ["Ben"]
    assert len(said.course.steps) == 1
    page.refresh_from_db()
    assert page.state == Page.State.RESOLVED
    assert Alarm.objects.get().silence is not None
    world.forward(minutes=60)
    assert called()[:2] == ["Ben", "Ben"], "when the silence is over, it pages anew"


def due_at(page: Page) -> datetime:
    return commitments.owed([page.about]).get().due_at


def test_who_has_it_is_not_asked_again_for_what_is_silenced(world: World) -> None:
    fire(world, "a")
    page = Page.objects.get()
    world.press("Ben", "page.acknowledge", page.about)
    silence(world, after=due_at(page) - world.at)
    world.forward(seconds=int((due_at(page) - world.at).total_seconds()))
    assert called() == ["Ben"]


def test_a_page_that_waited_for_the_morning_calls_nobody_for_what_is_silenced(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T23:00")
    world.shifts(primary="Ben", secondary="Cy")
    fire(world, "a")
    page = Page.objects.get()
    assert page.state == Page.State.HELD
    silence(world, after=due_at(page) - world.at)
    world.forward(seconds=int((due_at(page) - world.at).total_seconds()))
    assert called() == []


def test_a_bundle_calls_for_those_that_are_not_silenced(world: World) -> None:
    fire(world, *(f"pod-{number}" for number in range(12)))
    before = len(called())
    bundle = Page.objects.exclude(bundled=None).distinct().first()
    assert bundle is not None
    due = bundle.calls.latest("id").at + timedelta(minutes=5)
    silence(world, after=due - world.at)
    world.forward(minutes=30)
    assert len(called()) == before
    assert not Page.objects.exclude(state=Page.State.RESOLVED).exists()


def test_a_silence_of_something_else_keeps_nobody_from_being_called(world: World) -> None:
    fire(world, "a")
    silence(world, after=timedelta(minutes=5), matchers="alertname=Other")
    world.forward(minutes=5)
    assert called() == ["Ben", "Cy"]
