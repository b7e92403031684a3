"""What Prometheus reads, who may read it, and what the desk says of its own lateness."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from dutydesk.commitments.models import Commitment
from dutydesk.data_folder import make_secrets
from dutydesk.journal.models import JournalEntry, Reaction
from dutydesk.kernel.checks import Check
from dutydesk.oncall.flows import escalation
from dutydesk.oncall.flows.escalation import PageRequest
from dutydesk.oncall.models import Page
from dutydesk.outbox.models import OutboxMessage
from dutydesk.site import work_metrics
from dutydesk.site.health import health, well
from dutydesk.site.metrics import DeskCollector
from testing.given import give
from testing.machine import needs
from testing.world import World

pytestmark = pytest.mark.django_db
RULES = Path(__file__).parents[2] / "docs" / "alerts.yml"


def page(world: World) -> Page:
    wanted = PageRequest("alarm:1", "Visits are down", "", False, "alarm:1", None)
    return escalation.page(wanted=wanted, at=world.at)


def sample(world: World, name: str, **labels: str) -> float:
    found = [
        one.value
        for metric in DeskCollector(world.at).collect()
        for one in metric.samples
        if one.name == name and one.labels == labels
    ]
    assert len(found) == 1, (name, labels, found)
    return found[0]


def check(world: World, name: str) -> Check:
    return next(one for one in health(world.at) if one.name == name)


def test_a_page_and_its_answer_are_counted(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T08:00")
    world.shifts(primary="Ada", secondary="Ben")
    found = page(world)
    assert sample(world, "dutydesk_open_pages", state="calling") == 1
    assert sample(world, "dutydesk_open_pages", state="held") == 0
    assert sample(world, "dutydesk_pages_sent_total") == 1
    world.forward(minutes=6)
    assert sample(world, "dutydesk_pages_sent_total") == 2
    world.press("Ben", "page.acknowledge", f"page:{found.pk}")
    assert sample(world, "dutydesk_open_pages", state="acknowledged") == 1
    assert sample(world, "dutydesk_pages_answered_total", in_time="yes") == 1
    assert sample(world, "dutydesk_pages_answered_total", in_time="no") == 1


def test_how_long_a_page_called_is_counted_once_whoever_answers_again(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T08:00")
    world.shifts(primary="Ada", secondary="Ben")
    found, memory = page(world), work_metrics.nothing_yet()
    world.forward(minutes=2)
    world.press("Ada", "page.acknowledge", found.about)
    for name in ("Ada", "Ben"):
        world.forward(minutes=31)
        memory.follow(world.at)
        world.press(name, "page.acknowledge", found.about)
    world.forward(minutes=5)
    memory.follow(world.at)
    took = memory.tallies["page_acknowledge_seconds"]
    assert (sum(took.counts), took.total) == (1, 120)


def test_a_page_that_is_not_passed_on_in_time_is_overdue(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T08:00")
    world.shifts(primary="Ada", secondary="Ben")
    page(world)
    world.at += timedelta(minutes=5, seconds=10)
    assert check(world, "pages").well
    world.at += timedelta(seconds=20)
    assert check(world, "pages").says == "The oldest is 30 s late."
    assert not check(world, "commitments").well
    assert not well(health(world.at))
    assert sample(world, "dutydesk_oldest_overdue_seconds", kind="page") == 30
    assert sample(world, "dutydesk_promises_late") == 1


def test_a_page_that_nothing_is_promised_about_is_overdue(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T08:00")
    world.shifts(primary="Ada", secondary="Ben")
    page(world)
    Commitment.objects.all().delete()
    world.at += timedelta(seconds=40)
    assert check(world, "commitments").well
    assert check(world, "pages").says == "The oldest is 40 s late."


def test_a_page_that_is_held_too_long_is_overdue(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T02:00")
    world.shifts(primary="Ada", secondary="Ben")
    assert page(world).state == "held"
    world.at = world.moment("2026-11-24T06:59")
    assert check(world, "pages").well
    world.at = world.moment("2026-11-24T07:01")
    assert not check(world, "pages").well


def test_what_fails_again_and_again_is_late_since_it_was_first_owed(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T08:00")
    entry = JournalEntry.objects.create(at=world.at, kind="x", subject="x", actor="x", text="x")
    Reaction.objects.create(entry=entry, name="x", due_at=world.at + timedelta(hours=1), attempts=9)
    world.at += timedelta(minutes=30)
    assert check(world, "reactions").says == "The oldest is 1800 s late."


def test_what_the_outside_world_refuses_is_said_and_is_not_the_desks_illness(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T08:00")
    OutboxMessage.objects.create(
        key="x",
        kind="email",
        subject="x",
        payload={},
        queued_at=world.at,
        due_at=world.at + timedelta(minutes=1),
        reason="the mail server did not take it",
    )
    checks = health(world.at)
    found = next(one for one in checks if one.name == "deliveries")
    assert not found.well
    assert "the mail server did not take it" in found.says
    assert well(tuple(one for one in checks if one.name != "worker"))
    assert sample(world, "dutydesk_outbox", state="failing") == 1


def test_metrics_are_for_whoever_sends_the_token(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not for this machine without it: a proxy that adds no header looks like this machine."""
    give(monkeypatch, DUTYDESK_HOME=str(tmp_path / "desk"))
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 401
    make_secrets()
    file = tmp_path / "desk" / "metrics-token"
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(file.read_text().strip()) > 40
    asked = client.get("/metrics")
    assert (asked.status_code, asked.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert client.get("/metrics", headers={"Authorization": "Bearer nonsense"}).status_code == 401
    sent = {"Authorization": f"Bearer {file.read_text().strip()}"}
    answer = client.get("/metrics", headers=sent, REMOTE_ADDR="10.1.2.3")
    families = {one.name for one in text_string_to_metric_families(answer.content.decode())}
    assert {"dutydesk_workers", "dutydesk_alerts_received", "dutydesk_open_pages"} <= families
    assert answer.headers["Content-Type"].startswith("text/plain; version=")


def test_the_operator_may_choose_the_token(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, DUTYDESK_METRICS_TOKEN="sesame")
    assert client.get("/metrics", headers={"Authorization": "Bearer sesame"}).status_code == 200
    (tmp_path / "token").write_text("open\n")
    give(monkeypatch, DUTYDESK_METRICS_TOKEN_FILE=str(tmp_path / "token"))
    assert client.get("/metrics", headers={"Authorization": "Bearer open"}).status_code == 200
    assert client.get("/metrics", headers={"Authorization": "Bearer sesame"}).status_code == 401


def test_a_scrape_asks_few_questions(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T08:00")
    list(DeskCollector(world.at).collect())  # The trial that is made twice a minute.
    with CaptureQueriesContext(connection) as queries:
        list(DeskCollector(world.at).collect())
    assert len(queries) < 20


def test_prometheus_takes_the_alert_rules() -> None:
    command = [needs("promtool"), "check", "rules", str(RULES)]
    subprocess.run(command, check=True, capture_output=True)
