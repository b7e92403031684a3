"""The team's work for Prometheus: what waits, what only grows, and what shows and judges it."""

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from prometheus_client import CollectorRegistry, generate_latest

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.desk.models import Question
from dutydesk.incidents.models import Incident
from dutydesk.site import work_metrics
from dutydesk.site.metrics import DeskCollector
from testing.machine import needs
from testing.office import Office
from testing.one_office import office_in
from testing.world import World

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
ENDINGS = re.compile(r"_(bucket|sum|count)$")
NAME = re.compile(r"\bdutydesk_\w+")
SETTLED = timedelta(minutes=20)


def samples(world: World) -> dict[str, float]:
    """Give every sample, by its name and labels."""
    found = {}
    for metric in DeskCollector(world.at).collect():
        for one in metric.samples:
            labels = ",".join(f"{key}={value}" for key, value in sorted(one.labels.items()))
            found[f"{one.name}{{{labels}}}" if labels else one.name] = one.value
    return found


def ask(world: World, minutes_ago: float, answered: float | None = None) -> Question:
    post = people_posts.post(
        by=Author.of(world.person("Uma")),
        channel="#ask-cloud-platform",
        text=f"How do I do {minutes_ago}?",
        at=world.at - timedelta(minutes=minutes_ago),
    )
    row = Question.objects.create(post=post, asked_at=post.at, unanswered_since=post.at)
    if answered is not None:
        times = {"answered_at": post.at + timedelta(minutes=answered), "state": "answered"}
        Question.objects.filter(pk=row.pk).update(**times)
    return row


def test_of_nothing_there_is_no_series(tmp_path: Path) -> None:
    found = samples(World(tmp_path, "2026-11-24T11:00"))
    names = {NAME.match(one)[0] for one in found}  # type: ignore[index]
    for absent in (
        "question_first_answer_seconds_bucket", "page_acknowledge_seconds_bucket",
        "question_oldest_waiting_seconds", "incident_oldest_open_seconds", "happiness_score",
        "page_oldest_calling_seconds", "handover_oldest_given_seconds", "commitments_total",
    ):  # fmt: skip
        assert f"dutydesk_{absent}" not in names
    assert found["dutydesk_questions_waiting{age=under 1 hour}"] == 0


def test_questions_wait_by_age_and_are_counted_once_answered(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    for minutes in (2, 20, 40, 90, 3000):
        ask(world, minutes)
    ask(world, 300, answered=4)
    ask(world, 200, answered=16)
    found = samples(world)
    ages = {one: n for one, n in found.items() if one.startswith("dutydesk_questions_waiting")}
    assert list(ages.values()) == [1, 2, 1, 1]
    assert found["dutydesk_question_oldest_waiting_seconds"] == 3000 * 60
    histogram = "dutydesk_question_first_answer_seconds"
    buckets = {
        b: found[f"{histogram}_bucket{{le={b}}}"] for b in ("60.0", "300.0", "1800.0", "+Inf")
    }
    assert buckets == {"60.0": 0, "300.0": 1, "1800.0": 2, "+Inf": 2}
    assert found[f"{histogram}_sum"] == 20 * 60
    # What came since is added, once, and nothing is asked for again.
    world.at += SETTLED
    ask(world, 1, answered=1)
    world.at += SETTLED
    for _ in range(2):
        assert samples(world)[f"{histogram}_bucket{{le=60.0}}"] == 1
        assert samples(world)[f"{histogram}_count"] == 3
        world.at += SETTLED


def test_an_answer_that_was_heard_of_late_counts(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    count = "dutydesk_question_first_answer_seconds_count"
    ask(world, 60, answered=1)
    assert samples(world)[count] == 1
    ask(world, 9, answered=1)  # Eight minutes ago: Slack tells of it only now.
    world.at += SETTLED
    assert samples(world)[count] == 2


def test_what_another_process_remembers_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    for minutes in range(100, 160, 7):
        ask(world, minutes, answered=minutes)
        samples(world)
        world.at += SETTLED
    one = samples(world)
    monkeypatch.setattr(work_metrics, "_remembered", work_metrics.nothing_yet())
    assert {k: v for k, v in samples(world).items() if "first_answer" in k} == {
        k: v for k, v in one.items() if "first_answer" in k
    }


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    yield office_in(tmp_path)


def test_promtool_takes_every_metric_of_a_desk_with_one_of_everything(office: Office) -> None:
    office.world.at += timedelta(hours=1)
    Incident.objects.filter(state="open").update(declared=office.world.at - timedelta(hours=2))
    found = samples(office.world)
    assert found["dutydesk_incident_oldest_open_seconds{priority=high}"] == 7200
    assert found["dutydesk_page_acknowledge_seconds_count"] == 1
    assert found["dutydesk_improvements_open{overdue=no}"] == 1
    assert found["dutydesk_handover_oldest_given_seconds"] > 3600 - 1
    assert any(one.startswith("dutydesk_commitments_total{kind=page.ack") for one in found)
    _asks_little(office.world)
    _named_are_known(set(found))
    registry = CollectorRegistry()
    registry.register(DeskCollector(office.world.at))
    said = _promtool("check", "metrics", given=generate_latest(registry))
    assert said.stdout + said.stderr == b""


def _asks_little(world: World) -> None:
    with CaptureQueriesContext(connection) as queries:
        samples(world)
    assert len(queries) < 20


def _named_are_known(found: set[str]) -> None:
    """Check that what the dashboard and the rules name is there, in a desk that has everything."""
    known = {NAME.match(one)[0] for one in found}  # type: ignore[index]
    known |= {ENDINGS.sub("", one) for one in known}
    # There only while somebody is called, or once somebody said how happy they are.
    known |= {"dutydesk_happiness_score", "dutydesk_page_oldest_calling_seconds"}
    known |= {"dutydesk_question_first_answer_seconds_bucket", "dutydesk_disk_bytes"}
    dashboard = json.loads((ROOT / "docs" / "grafana-dashboard.json").read_text(encoding="utf-8"))
    asked = [one["expr"] for panel in dashboard["panels"] for one in panel.get("targets", ())]
    assert len(asked) > 20
    asked.append((ROOT / "docs" / "alerts.yml").read_text(encoding="utf-8"))
    named = {name for one in asked for name in NAME.findall(one)}
    assert named <= known, named - known


def test_the_alert_rules_do_what_they_say() -> None:
    told = _promtool("test", "rules", str(ROOT / "tests" / "data" / "alerts_test.yml"))
    assert told.returncode == 0, told.stdout + told.stderr


def test_prometheus_can_read_every_question_of_the_dashboard(tmp_path: Path) -> None:
    dashboard = json.loads((ROOT / "docs" / "grafana-dashboard.json").read_text(encoding="utf-8"))
    asked = [one["expr"] for panel in dashboard["panels"] for one in panel.get("targets", ())]
    rules = [
        {"record": f"job:panel:{n}", "expr": one.replace("$job", ".+")}
        for n, one in enumerate(asked)
    ]
    file = tmp_path / "rules.json"
    file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    told = _promtool("check", "rules", str(file))
    assert told.returncode == 0, told.stdout + told.stderr


def _promtool(*words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [needs("promtool"), *words]
    return subprocess.run(command, input=given, capture_output=True, check=False)
