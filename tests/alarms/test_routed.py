"""The process's routes decide what comes in: whose it is, how high, where shown, whom it pages."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dutydesk.alarms import words
from dutydesk.alarms.flows import foreseen_calls, ingestion, process_changes, silences
from dutydesk.alarms.flows.process_changes import ProcessChanges
from dutydesk.alarms.flows.silences import SilenceDraft
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import Notification
from dutydesk.alarms.rules.notifications import NotifiedAlert as Told
from dutydesk.alarms.rules.silence_matchers import Matcher
from dutydesk.oncall.flows import held_pages
from dutydesk.oncall.flows.storms import paged_for
from dutydesk.oncall.models import Page
from dutydesk.people.flows import known_services, people
from dutydesk.people.models import Service
from dutydesk.process.commands import ProcessCommands
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Process
from testing.tellings import alert, called, declare, open_pages, tell
from testing.world import World

Changing = Callable[[str, str], None]
Preview = Callable[[str, str], str]
pytestmark = pytest.mark.django_db
ROUTES = """
  routes:
    - name: Batch jobs
      match: {job: batch}
      service: Clusters
      priority: high
      channel: "#batch"
      runbook: https://runbooks.example/batch
      page: [secondary]
    - name: Test clusters
      match: {cluster: /test-.*/}
      priority: low
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T19:00")
    file = tmp_path / "process.yaml"
    severities = "  high_severities: [critical, page, high]\n"
    assert severities in file.read_text()
    file.write_text(file.read_text().replace(severities, severities.rstrip() + ROUTES))
    process.adopt(file=file, at=world.at)
    world.shifts(primary="Ben", secondary="Cy")
    return world


def fire(world: World, group: str, **labels: str) -> Alarm:
    alert = Told("a", True, {"alertname": group, **labels}, {"summary": group}, world.at)
    found = ingestion.receive(told=Notification(group, (alert,)), at=world.at)
    world.settle()
    assert found is not None
    return found


@pytest.mark.clause("oncall.respond", "support.during")
def test_a_route_says_whose_an_alert_is_how_high_where_it_is_shown_and_whom_it_pages(
    world: World,
) -> None:
    alarm = fire(world, "Late", job="batch", severity="warning")
    assert (alarm.severity, alarm.runbook) == ("high", "https://runbooks.example/batch")
    assert alarm.service is not None
    assert alarm.service.name == "Clusters"
    assert any("Late" in said for said in world.said("#batch"))
    assert [call.engineer.name for call in Page.objects.get().calls.all()] == ["Cy"]


def test_a_route_keeps_a_critical_alert_low_and_wakes_nobody(world: World) -> None:
    alarm = fire(world, "Down", cluster="test-7", severity="critical")
    assert alarm.severity == "low"
    assert not Page.objects.exists()
    assert any("Down" in said for said in world.said("#low-priority-alarms"))


def test_what_no_route_matches_goes_by_its_severity(world: World) -> None:
    assert fire(world, "Down", cluster="live-1", severity="critical").severity == "high"


@pytest.mark.parametrize("named", ["Clusters", "clusters", " CLUSTERS ", "all-clusters"])
@pytest.mark.parametrize("label", ["service", "job"])
def test_a_service_that_is_paged_for_anyway_is_known_in_any_letters_and_by_its_slug(
    world: World, named: str, label: str
) -> None:
    Service.objects.filter(name="Clusters").update(slug="all-clusters")
    people.save_service(name="Clusters two", team=None, user_facing=True, page_anyway=False)
    world.at += timedelta(hours=5)
    alarm = fire(world, "Down", severity="critical", **{label: named})
    assert (alarm.service, called()) == (Service.objects.get(name="Clusters"), ["Ben"])


def test_a_service_of_just_that_name_comes_before_one_that_a_label_happens_to_be_like(
    world: World,
) -> None:
    people.save_service(name="Monitoring", team=None, user_facing=True, page_anyway=False)
    world.at += timedelta(hours=5)
    labels = {"service": "monitoring", "job": "Clusters"}
    alarm = fire(world, "Down", severity="critical", **labels)
    assert (alarm.service, called()) == (Service.objects.get(name="Clusters"), ["Ben"])
    assert process_changes.concerned([alarm.pk], process.in_force().alarms).alarms == ()


@pytest.mark.parametrize("named", ["Prison visits", "prison_visits", "PRISON-VISITS "])
def test_a_service_that_was_renamed_is_paged_for_by_its_first_name_still(
    world: World, named: str
) -> None:
    visits = Service.objects.get(name="Prison visits")
    Service.objects.filter(pk=visits.pk).update(name="Visits", page_anyway=True)
    world.at += timedelta(hours=5)
    alarm = fire(world, "Down", severity="critical", service=named)
    assert (alarm.service, called()) == (visits, ["Ben"])


def test_what_a_route_says_comes_before_whatever_a_label_is_just_called(
    world: World, change: Changing
) -> None:
    people.save_service(name="batch", team=None, user_facing=True, page_anyway=False)
    change("      service: Clusters\n", "      service: clusters\n")
    alarm = fire(world, "Late", job="batch", severity="warning")
    assert alarm.service == Service.objects.get(name="Clusters")
    assert process_changes.concerned([alarm.pk], process.in_force().alarms).alarms == ()


def test_a_name_comes_before_another_service_s_slug(world: World) -> None:
    people.save_service(name="dns", team=None, user_facing=True, page_anyway=False)
    Service.objects.filter(name="dns").update(slug="dns-2")
    Service.objects.filter(name="Clusters").update(slug="dns")
    found = known_services.named(["DNS", "dns-2", "nothing"])()
    assert {name: one.name for name, one in found.items()} == {"DNS": "dns", "dns-2": "dns"}
    assert known_services.unknown(["CLUSTERS", "Nothing"]) == {"Nothing"}


def test_an_end_that_says_no_more_keeps_what_was_known(world: World) -> None:
    alarm = fire(world, "Late", job="batch")
    over = Told("a", False, {}, {}, world.at, world.at)
    ingestion.receive(told=Notification("Late", (over,)), at=world.at)
    alert = alarm.alerts.get()
    assert not alert.firing
    assert alert.labels["job"] == "batch"


@pytest.fixture
def change(world: World, tmp_path: Path) -> Changing:
    """Let the team change its process file, and the desk follow it."""
    file, changes = tmp_path / "process.yaml", ProcessChanges()

    def to(before: str, after: str) -> None:
        assert before in file.read_text()
        file.write_text(file.read_text().replace(before, after))
        process.adopt(file=file, at=world.at)
        changes.look_after(at=world.at)
        changes.look_after(at=world.at)
        world.settle()

    return to


@pytest.mark.clause("oncall.respond")
def test_what_fires_and_is_high_by_a_changed_process_is_paged_for_at_once(
    world: World, change: Changing
) -> None:
    alarm = fire(world, "Slow", severity="major")
    assert open_pages() == []
    change("[critical, page, high]", '[critical, page, high, " Major "]')
    assert (open_pages(), called()) == (["Slow"], ["Ben"])
    alarm.refresh_from_db()
    assert alarm.severity == "high"
    ProcessChanges().look_after(at=world.at)
    world.forward(seconds=30)
    assert called() == ["Ben"], "once, however often it is looked at"
    change(', " Major "]', "]")
    assert open_pages() == [], "by the next process nobody needs to look"
    assert any("nothing high of it fires" in post for post in world.said("#high-priority-alarms"))


def test_much_that_fires_is_looked_at_bit_by_bit_and_all_of_it(
    world: World, change: Changing, monkeypatch: pytest.MonkeyPatch
) -> None:
    alarms = [fire(world, f"Slow {number}", severity="major") for number in range(5)]
    bits: list[int] = []
    reconsider = ingestion.reconsider

    def watched(*, alarms: list[int], **others: Any) -> Any:
        bits.append(len(alarms))
        return reconsider(alarms=alarms, **others)

    monkeypatch.setattr(process_changes, "AT_ONCE", 2)
    monkeypatch.setattr(ingestion, "reconsider", watched)
    change("[critical, page, high]", "[critical, page, high, major]")
    assert bits == [2, 2, 1]
    assert paged_for([alarm.about for alarm in alarms]) == {alarm.about for alarm in alarms}


def test_whoever_has_a_page_is_called_for_what_a_changed_process_makes_high_in_it(
    world: World, change: Changing
) -> None:
    down = alert("Down", world.at, service="Clusters")
    tell(world, down, alert("Slow", world.at, severity="major", service="Clusters"))
    world.press("Ben", "page.acknowledge", Page.objects.get().about)
    change("[critical, page, high]", "[critical, page, high, major]")
    assert called() == ["Ben", "Ben"]


def test_a_changed_process_gives_what_fires_another_service_channel_and_whom_to_page(
    world: World, change: Changing
) -> None:
    alarm = fire(world, "Late", severity="warning", queue="slow", namespace="nowhere")
    change("match: {job: batch}", "match: {queue: slow}")
    alarm.refresh_from_db()
    assert alarm.service is not None
    assert (alarm.service.name, alarm.channel, alarm.severity) == ("Clusters", "#batch", "high")
    assert called() == ["Cy"]


def test_what_is_silenced_calls_nobody_for_a_changed_process(
    world: World, change: Changing
) -> None:
    fire(world, "Slow", severity="major")
    until = world.at + timedelta(hours=1)
    wanted = SilenceDraft((Matcher("alertname", "=", "Slow"),), world.at, until, "Known")
    silences.silence(wanted=wanted, by="Ben", at=world.at)
    change("[critical, page, high]", "[critical, page, high, major]")
    assert open_pages() == []
    world.forward(hours=1)
    assert open_pages() == ["Slow"], "once it is heard"


@pytest.fixture
def preview(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Preview:
    """Let the team check a draft of its process file before it is in force; gives what is said."""

    def to(before: str, after: str) -> str:
        draft, file = tmp_path / "draft.yaml", tmp_path / "process.yaml"
        assert before in file.read_text()
        draft.write_text(file.read_text().replace(before, after))

        def calls(process: Process, at: datetime) -> Sequence[str]:
            held = held_pages.foreseen(draft=process, at=at)
            return words.foreseen(foreseen_calls.foreseen(rules=process.alarms, at=at), held)

        def nothing(_process: Process) -> Sequence[str]:
            return ()

        ProcessCommands(
            file, lambda _weeks, _json: True, nothing, lambda: world.at, foreseen=calls
        ).check(draft)
        return capsys.readouterr().err

    return to


MAJOR = ("[critical, page, high]", "[critical, page, high, major]")


@pytest.mark.clause("oncall.respond")
def test_a_draft_of_the_process_says_which_alarms_that_fire_page_by_it(
    world: World, preview: Preview, change: Changing
) -> None:
    slow = [fire(world, f"Slow {number}", severity="major").about for number in range(7)]
    fire(world, "Late", severity="warning")
    said = preview(*MAJOR)
    assert "once this is in force, these alarms, which fire now, are paged for: " in said
    assert "“Slow 0”, “Slow 1”, “Slow 2”, “Slow 3”, “Slow 4” and 2 more." in said
    assert "Late" not in said
    assert open_pages() == [], "nobody is called for a draft"
    assert not Alarm.objects.filter(severity="high").exists()
    change(*MAJOR)
    assert paged_for(slow) == set(slow)
    assert preview("version: 1", "version: 1") == "", "what is in force calls nobody anew"
    said = preview(*reversed(MAJOR))
    assert "nobody is called any more about these, which fire now: “Slow 0”" in said


def test_a_draft_says_who_is_called_again_and_nothing_of_what_is_silenced(
    world: World, preview: Preview
) -> None:
    down = alert("Down", world.at, service="Clusters")
    tell(world, down, alert("Slow", world.at, severity="major", service="Clusters"))
    world.press("Ben", "page.acknowledge", Page.objects.get().about)
    assert "whoever has the page about these is called again: “Down is wrong”." in preview(*MAJOR)
    until = world.at + timedelta(hours=1)
    wanted = SilenceDraft((Matcher("alertname", "=", "Slow"),), world.at, until, "Known")
    silences.silence(wanted=wanted, by="Ben", at=world.at)
    assert preview(*MAJOR) == ""


def test_a_draft_says_that_the_lead_of_an_incident_is_told(world: World, preview: Preview) -> None:
    alarm = fire(world, "Slow", severity="major")
    declare(world, alarm)
    assert "whoever leads the incident about these is told that more is high" in preview(*MAJOR)


@pytest.mark.clause("hours.closed")
def test_a_draft_of_longer_hours_says_which_held_pages_call_somebody_at_once(
    world: World, preview: Preview, change: Changing
) -> None:
    longer = ("10:00,17:00-22:00; Sa-Su,PH", "10:00,17:00-23:30; Sa-Su,PH")
    world.at = world.moment("2026-11-24T23:00")
    fire(world, "Down", severity="critical")
    assert called() == []
    said = preview(*longer)
    assert "somebody is called at once about these, which are held now: “Down”." in said
    held_pages.look_after(at=world.at)
    assert called() == [], "nobody is called for a draft"
    change(*longer)
    held_pages.look_after(at=world.at)
    assert called() == ["Ben"]
    assert preview("version: 1", "version: 1") == ""
