"""Silences: alarms are kept and shown, and page nobody until they end or are lifted."""

import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from dutydesk.alarms.flows import ingestion, silences
from dutydesk.alarms.flows.silences import SilenceDraft
from dutydesk.alarms.models import Alarm, Silence
from dutydesk.alarms.rules.notifications import Notification
from dutydesk.alarms.rules.notifications import NotifiedAlert as Told
from dutydesk.alarms.rules.silence_matchers import SilenceRefused, read_matchers
from dutydesk.commitments.flows import commitments
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.actions import NotYours
from dutydesk.kernel.subjects import subject
from dutydesk.oncall.models import Page
from dutydesk.people.models import Service
from dutydesk.rota.rules.typed import windows
from testing.world import World

pytestmark = pytest.mark.django_db
HIGH = "#high-priority-alarms"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben")
    return world


def fire(
    world: World,
    group: str = "Down",
    *names: str,
    firing: bool = True,
    severity: str = "critical",
    starts: datetime | None = None,
    **labels: str,
) -> Alarm:
    each = {"alertname": group, "severity": severity, "service": "Prison visits", **labels}
    alerts = tuple(
        Told(
            name,
            firing,
            each | {"pod": name},
            {"summary": f"{group} fails"},
            starts or world.at,
            None if firing else world.at,
        )
        for name in names or ("a",)
    )
    alarm = ingestion.receive(told=Notification(group, alerts), at=world.at)
    world.settle()
    assert alarm is not None
    return Alarm.objects.get(pk=alarm.pk)


def wanted(world: World, *lines: str, hours: float = 2, **more: Any) -> SilenceDraft:
    more.setdefault("starts_at", world.at)
    more.setdefault("ends_at", more["starts_at"] + timedelta(hours=hours))
    return SilenceDraft(read_matchers(lines), reason=more.pop("reason", "We repair it"), **more)


def silence(world: World, *lines: str, by: str = "Ben", **more: Any) -> Silence:
    made = silences.silence(wanted=wanted(world, *lines, **more), by=by, at=world.at)
    world.settle()
    return made


def open_pages() -> list[str]:
    return list(Page.objects.exclude(state="resolved").values_list("title", flat=True))


@pytest.mark.clause("support.during")
def test_a_silenced_alarm_is_kept_and_shown_quietly_and_pages_when_the_silence_ends(
    world: World,
) -> None:
    silence(world, "alertname=Down")
    alarm = fire(world)
    assert open_pages() == []
    assert "Silenced: until today at 13:00 GMT by Ben: We repair it" in world.said(HIGH)[-1]
    assert alarm.silence_id is not None
    world.forward(minutes=119)
    assert open_pages() == []
    world.forward(minutes=1)
    assert open_pages() == ["Down fails"]
    assert "Silenced" not in world.said(HIGH)[0]
    said = list(JournalEntry.objects.filter(subject=subject("alarm", alarm.pk)).order_by("id"))
    assert [entry.text for entry in said][:3] == [
        "Alarm: Down fails",
        "Silenced until today at 13:00 GMT by Ben: We repair it",
        "Not silenced any more",
    ]
    assert said[1].actor == "Ben"


def test_a_page_that_goes_on_ends_when_its_alarm_is_silenced_and_begins_anew_when_lifted(
    world: World,
) -> None:
    fire(world)
    assert open_pages() == ["Down fails"]
    made = silence(world, "alertname=Down")
    assert open_pages() == []
    over = "Nobody needs to act: Ben silenced it: We repair it."
    assert any(over in said for said in world.said(HIGH))
    world.forward(minutes=30)
    assert open_pages() == []
    world.press("Ada", "silence.lift", made.about)
    assert open_pages() == ["Down fails"]
    lifted = Silence.objects.get()
    assert (lifted.lifted_by, lifted.lifted_at) == ("Ada", world.at)
    texts = (
        JournalEntry.objects.filter(subject=made.about).order_by("id").values_list("text", "actor")
    )
    assert list(texts) == [
        ('Ben made a silence of alertname="Down": We repair it', "Ben"),
        ('Ada lifted the silence of alertname="Down"', "Ada"),
    ]


def test_what_resolves_while_silenced_pages_nobody_afterwards(world: World) -> None:
    silence(world, "alertname=Down")
    fire(world)
    fire(world, firing=False, starts=world.at)
    world.forward(hours=3)
    assert not Page.objects.exists()
    assert Alarm.objects.get().state == "resolved"


def test_what_was_high_and_is_resolved_while_silenced_pages_nobody_though_something_low_fires(
    world: World,
) -> None:
    silence(world, "alertname=Down")
    fire(world, "Down", "a")
    fire(world, "Down", "b", severity="warning")
    fire(world, "Down", "a", firing=False)
    world.forward(hours=3)
    assert Alarm.objects.get().state == "firing"
    assert open_pages() == []


def test_an_alarm_pages_while_any_of_its_high_alerts_is_not_silenced(world: World) -> None:
    fire(world, "Down", "a", "b")
    first = silence(world, "pod=a")
    assert open_pages() == ["Down fails"]
    silence(world, "pod=b", hours=1)
    assert open_pages() == []
    assert "until today at 12:00 GMT" in world.said(HIGH)[0]
    fire(world, "Down", "c")
    assert open_pages() == ["Down fails"]
    silence(world, "pod=c", hours=5)
    assert open_pages() == []
    world.forward(hours=1)
    assert open_pages() == ["Down fails"]
    assert Silence.objects.get(pk=first.pk).lifted_at is None


def test_where_two_silences_overlap_the_alarm_stays_quiet_until_both_are_over(
    world: World,
) -> None:
    fire(world)
    silence(world, "alertname=Down", hours=1)
    silence(world, "service=~Prison.*", hours=2)
    world.forward(minutes=90)
    assert open_pages() == []
    world.forward(minutes=30)
    assert open_pages() == ["Down fails"]


def test_what_was_not_paged_for_before_it_was_silenced_is_not_paged_for_afterwards(
    world: World,
) -> None:
    fire(world)
    Page.objects.get()
    alarm = Alarm.objects.get()
    world.press("Ada", "incident.declare", subject("alarm", alarm.pk), title="Visits are down")
    assert open_pages() == []  # The incident has taken it over.
    silence(world, "alertname=Down", hours=1)
    world.forward(hours=2)
    assert open_pages() == []


def test_an_incident_declared_while_silenced_takes_the_alarm_over(world: World) -> None:
    silence(world, "alertname=Down", hours=1)
    alarm = fire(world)
    world.press("Ada", "incident.declare", subject("alarm", alarm.pk), title="Visits are down")
    world.forward(hours=2)
    assert open_pages() == []


def test_a_silence_made_in_advance_begins_and_ends_on_time(world: World) -> None:
    fire(world)
    starts = world.at + timedelta(hours=1)
    made = silence(world, "alertname=Down", starts_at=starts, hours=1)
    owed = commitments.owed([made.about]).get()
    assert (owed.due_at, owed.text) == (starts, 'The silence of alertname="Down" begins')
    assert open_pages() == ["Down fails"]
    world.forward(minutes=61)
    assert open_pages() == []
    world.forward(minutes=59)
    assert open_pages() == ["Down fails"]
    assert not commitments.owed([made.about]).exists()


@pytest.mark.parametrize("begins", ["2026-03-27T12:00", "2026-10-23T12:00"])
def test_a_service_is_quiet_each_sunday_from_two_to_four_by_the_wall_clock(
    tmp_path: Path, begins: str
) -> None:
    world = World(tmp_path, begins)
    world.shifts(primary="Ben", secondary="Ada", support="Cy")
    clusters = Service.objects.get(name="Clusters")  # Paged for at any hour.
    silence(
        world,
        service=clusters.pk,
        hours=24 * 30,
        windows=windows("Sun 02:00-04:00"),
        reason="Patching",
    )
    for sunday in ("29", "05") if "03-27" in begins else ("25", "01"):
        month = {"29": "03", "05": "04", "25": "10", "01": "11"}[sunday]
        _until(world, f"2026-{month}-{sunday}T02:30")
        alarm = fire(world, f"Node {sunday}", service="Clusters")
        assert alarm.silence_id is not None
        assert open_pages() == []
        _until(world, f"2026-{month}-{sunday}T03:59")
        assert open_pages() == []
        _until(world, f"2026-{month}-{sunday}T04:00")
        assert open_pages() == [f"Node {sunday} fails"]
        fire(world, f"Node {sunday}", service="Clusters", firing=False)


def _until(world: World, local: str) -> None:
    world.forward(seconds=int((world.moment(local) - world.at).total_seconds()))


def test_a_silence_is_extended_and_the_alarms_say_until_when(world: World) -> None:
    fire(world)
    made = silence(world, "alertname=Down", hours=1)
    world.press("Ada", "silence.extend", made.about, until="2026-11-24T15:00")
    assert "until today at 15:00 GMT" in world.said(HIGH)[0]
    world.forward(hours=3, minutes=59)
    assert open_pages() == []
    world.forward(minutes=1)
    assert open_pages() == ["Down fails"]
    with pytest.raises(SilenceRefused, match="over already"):
        world.press("Ada", "silence.extend", made.about, until="2026-11-24T18:00")


def test_only_engineers_silence_and_extending_has_its_limit(world: World) -> None:
    made = silence(world, "alertname=Down")
    with pytest.raises(NotYours):
        world.press("Uma", "silence.lift", made.about)
    with pytest.raises(SilenceRefused, match="longer than 30 days"):
        world.press("Ada", "silence.extend", made.about, until="2027-01-24T15:00")
    assert Silence.objects.get().ends_at == made.ends_at


def test_a_preview_names_what_falls_quiet_and_changes_nothing(world: World) -> None:
    fire(world, "Down")
    fire(world, "Slow", "a", "b", severity="warning", service="Clusters")
    seen = silences.preview(wanted=wanted(world, "pod=a"), by="Ada", at=world.at)
    told = [(one.alarm.title, one.matched, one.firing, one.quiet) for one in seen]
    assert told == [("Down fails", 1, 1, True), ("Slow fails", 1, 2, False)]
    assert seen[0].page is not None
    assert not Silence.objects.exists()
    assert open_pages() == ["Down fails"]


@pytest.mark.django_db(transaction=True)
def test_an_alarm_that_is_stored_while_a_silence_is_made_falls_quiet_too(world: World) -> None:
    stored, made = threading.Event(), threading.Event()

    def store() -> None:
        with transaction.atomic():
            fire(world)
            stored.set()
            made.wait(1)  # It isn't: who makes it waits for us.
        connection.close()

    storing = threading.Thread(target=store)
    storing.start()
    assert stored.wait(120)
    silence(world, "alertname=Down")
    made.set()
    storing.join(120)
    assert Alarm.objects.get().silence_id is not None
    assert open_pages() == []
