"""Which route an alert takes, and what the process then says of it."""

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.alarms.room import health as room_health
from dutydesk.alarms.rules.destination import DEFAULT, Routed, is_high, passed, route
from dutydesk.alarms.rules.notifications import runbook_of
from dutydesk.people.flows import process_names
from dutydesk.people.models import Account, Service
from dutydesk.process.commands import ProcessCommands
from dutydesk.process.flows.process import adopt
from dutydesk.process.rules.check import DEFAULT_FILE, check, default_process, schema
from dutydesk.process.rules.model import Alarms, Process
from dutydesk.process.rules.routes import AlertRoute, never_taken
from dutydesk.process.words import document
from testing.screens import seen, visit
from testing.world import World

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
TEXT = DEFAULT_FILE.read_text(encoding="utf-8")
AFTER = "  high_severities: [critical, page, high]\n"
ROUTES = """  routes:
    - name: Batch jobs
      match: {namespace: [batch, "/batch-.*/"], severity: "/.*/"}
      priority: low
      channel: "#batch"
      runbook: https://runbooks.example.org/batch
    - match: {team: prisons}
      service: Prison visits
      priority: high
      page: [primary, secondary]
    - match: {namespace: batch}
      service: Never
    - name: Without a severity
      match: {severity: "", namespace: kube-system}
      priority: high
"""


@lru_cache
def process(routes: str) -> Any:
    checked = check(TEXT.replace(AFTER, AFTER + routes))
    assert checked.process is not None, checked.mistakes
    return checked.process


def taken(labels: dict[str, str], annotations: dict[str, str] | None = None) -> Routed:
    return route(process(ROUTES).alarms, labels, annotations or {})


def test_the_first_route_that_matches_decides() -> None:
    one = taken({"namespace": "batch-7", "severity": "critical", "team": "prisons"})
    assert one == Routed(
        "Batch jobs", ("batch-7",), "low", "#batch", "https://runbooks.example.org/batch"
    )
    assert not one.pages


def test_a_route_says_whose_it_is_and_whom_to_page() -> None:
    one = taken({"team": "prisons", "job": "api", "severity": "warning"})
    assert (one.rule, one.severity) == ("team=prisons", "high")
    assert one.service_names == ("Prison visits", "api")
    assert one.duties == ("primary", "secondary")
    assert one.channel == default_process().alarms.high_channel


def test_an_alert_s_own_runbook_comes_before_its_route_s() -> None:
    own = {"runbook_url": "https://own.example.org/"}
    assert taken({"namespace": "batch"}, own).runbook == "https://own.example.org/"
    odd = {"runbook_url": "javascript:alert(1)"}
    assert taken({"namespace": "batch"}, odd).runbook == "https://runbooks.example.org/batch"


def test_a_pattern_matches_the_whole_value_and_a_missing_label_is_empty() -> None:
    assert taken({"namespace": "my-batch-7"}).rule == DEFAULT
    assert taken({"namespace": "batch-7-b"}).rule == "Batch jobs"
    assert taken({"namespace": "kube-system"}).rule == "Without a severity"
    assert taken({"namespace": "kube-system", "severity": "warning"}).rule == DEFAULT


def test_why_earlier_routes_were_passed_is_known() -> None:
    alarms = process(ROUTES).alarms
    found = passed(alarms, {"namespace": "kube-system"})
    assert [one.route.title for one in found] == [
        "Batch jobs",
        "team=prisons",
        "namespace=batch",
    ]
    assert [[each.label for each in one.unmet] for one in found] == [
        ["namespace"],
        ["team"],
        ["namespace"],
    ]
    assert passed(alarms, {"namespace": "batch"}) == ()


LABELS = st.dictionaries(
    st.sampled_from(["service", "namespace", "job", "severity", "team"]),
    st.sampled_from(["", "critical", "Critical", "page", "warning", "batch", "Prison visits"]),
)


@pytest.mark.parametrize("severity", ["P1", "p1", " P1\n", "critical"])
def test_a_severity_is_high_in_any_letters(severity: str) -> None:
    high = {"high_severities": ("P1", "Critical")}
    alarms: Alarms = default_process().alarms.model_copy(update=high)
    assert is_high(alarms, {"severity": severity})
    assert not is_high(alarms, {"severity": "P11"})
    assert not is_high(alarms, {})


@given(LABELS, st.dictionaries(st.just("runbook_url"), st.sampled_from(["https://a", "ftp://a"])))
def test_without_routes_the_labels_alone_decide(
    labels: dict[str, str], annotations: dict[str, str]
) -> None:
    alarms = default_process().alarms
    one = route(alarms, labels, annotations)
    assert one.rule == DEFAULT
    high = labels.get("severity") in ("critical", "Critical", "page")
    assert one.severity == ("high" if high else "low")
    assert one.channel == (alarms.high_channel if one.severity == "high" else alarms.low_channel)
    names = [labels[key] for key in ("service", "namespace", "job") if labels.get(key)]
    assert list(one.service_names) == names
    assert one.runbook == runbook_of(annotations)
    assert one.duties == ()


@given(LABELS)
def test_every_route_before_the_one_taken_has_something_unmet(labels: dict[str, str]) -> None:
    alarms: Alarms = process(ROUTES).alarms
    before = passed(alarms, labels)
    assert all(one.unmet for one in before)
    rule = route(alarms, labels, {}).rule
    following = alarms.routes[len(before) :]
    assert rule == (following[0].title if following else DEFAULT)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("- match: {a: 5}", "a: “5” is not what a label can be. Write text in quotes"),
        ("- match: {a: []}", "The list is empty, so nothing matches."),
        ("- match: {}", "There are too few. Write at least 1."),
        ("- service: X", "“match” is missing."),
        ("- {match: {a: b}, servce: X}", "Did you mean “service”?"),
        ('- {match: {a: "/(/"}}', "“(” can't be used as a regular expression: missing )"),
        ('- {match: {a: "/a(?!b)/"}}', "invalid perl operator: (?!"),
        ("- {match: {a: '/(a)\\1/'}}", "invalid escape sequence"),
        (f'- {{match: {{a: "/{"a" * 501}/"}}}}', "longer than 500 characters"),
        ("- {match: {a: b}, priority: higher}", "Write 'high' or 'low'."),
        ("- {match: {a: b}, page: [boss]}", "Write 'support', 'primary' or 'secondary'."),
        ("- {match: {a: b}, page: [primary, primary]}", "“primary” is there twice."),
        ("- {match: {a: b}, runbook: wiki/x}", "“wiki/x” is not an address."),
        ("- {match: {a: b}, channel: x}", "“x” is not a channel."),
    ],
)
def test_a_mistake_in_a_route_is_told_with_its_line(wrong: str, says: str) -> None:
    text = TEXT.replace(AFTER, f"{AFTER}  routes:\n    {wrong}\n")
    mistakes = check(text).mistakes
    assert [m for m in mistakes if says in str(m)], mistakes
    line = text.splitlines().index(f"    {wrong}") + 1
    assert {m.line for m in mistakes} == {line}


@pytest.mark.parametrize("fine", ["/api-.*|web/", "/(a|b)c+/", "/[(+)]+x{2,3}/", r"/\(a+\)+/"])
def test_a_pattern_that_ends_soon_is_taken(fine: str) -> None:
    assert process(f"  routes:\n    - match: {{a: '{fine}'}}\n").alarms.routes


def test_the_document_and_the_schema_tell_of_routes() -> None:
    chapter = next(one for one in document(process(ROUTES)) if one.anchor == "alarms")
    told = "\n".join(chapter.lines)
    assert "Batch jobs: if namespace is batch or /batch-.*/ and severity is /.*/, it is low" in told
    assert "it pages the primary on call, then the secondary on call" in told
    plain = next(one for one in document(default_process()) if one.anchor == "alarms")
    assert not any("first of these" in line for line in plain.lines)
    values = schema()["$defs"]["AlertRoute"]["properties"]["match"]["additionalProperties"]
    assert {one["type"] for one in values["anyOf"]} == {"string", "array"}


@pytest.mark.django_db
def test_check_warns_of_a_service_that_there_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "process.yaml"
    file.write_text(TEXT.replace(AFTER, AFTER + ROUTES))
    Service.objects.create(name="Prison visits")

    def unknown(named: Process) -> list[str]:
        return [str(one) for one in process_names.unknown(named)]

    commands = ProcessCommands(file, lambda _weeks, _json: True, unknown, lambda: AT)
    commands.check()
    told = capsys.readouterr()
    assert "the route “namespace=batch” names the service “Never”, which there is not." in told.err
    assert "Prison visits" not in told.err
    assert "this process is sound" in told.out
    assert "“Batch jobs” before it takes them all. Put it before that one" in told.err


@pytest.mark.django_db
def test_a_route_that_can_do_nothing_is_told_to_whoever_can_mend_it(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    assert [*room_health(world.at)] == []
    file = tmp_path / "process.yaml"
    file.write_text(file.read_text().replace(AFTER, AFTER + ROUTES))
    adopt(file=file, at=world.at)
    (found,) = room_health(world.at)
    assert (found.name, found.well, found.vital) == ("routes", False, False)
    assert "no alert takes “namespace=batch”, since “Batch jobs” takes all of them" in found.says
    assert "the route “namespace=batch” names the service “Never”, which there is not" in found.says
    assert "Never" not in found.public
    Account.objects.filter(name="Ada").update(is_administrator=True)
    shown = seen(visit("Ada").get("/alarms/keys/"))
    assert "No alert takes “namespace=batch”" in shown
    Service.objects.create(name="Never")
    (found,) = room_health(world.at)
    assert "Never" not in found.says


VALUE = st.sampled_from(["", "a", "b", "ab", "/a.*/", "/.*/", "/b/"])
MATCH = st.dictionaries(
    st.sampled_from("xyz"), st.lists(VALUE, min_size=1, max_size=2, unique=True), min_size=1
)


LABELLED = st.dictionaries(st.sampled_from("xyz"), st.sampled_from(["", "a", "b", "ab", "c"]))


@given(st.lists(MATCH, min_size=2, max_size=4), st.lists(LABELLED, max_size=20))
def test_no_alert_takes_a_route_that_is_said_to_be_taken_by_none(
    matches: list[dict[str, list[str]]], alerts: list[dict[str, str]]
) -> None:
    routes = [AlertRoute.model_validate({"match": match}) for match in matches]
    for place, before in never_taken(routes):
        for labels in alerts:
            assert before.meets(labels) or not routes[place].meets(labels)


def test_a_route_is_hidden_by_one_that_asks_for_less() -> None:
    def hidden(*matches: dict[str, Any]) -> list[int]:
        routes = [AlertRoute.model_validate({"match": match}) for match in matches]
        return [place for place, _ in never_taken(routes)]

    assert hidden({"a": ["b", "c"]}, {"a": "c", "d": "e"}) == [1]
    assert hidden({"a": "/b.*/"}, {"a": ["bc", "b"]}, {"a": "/b.*/"}) == [1, 2]
    assert hidden({"a": "/.*/"}, {"d": "e"}) == [1]
    assert hidden({"a": "b", "d": "e"}, {"a": "b"}, {"a": "/b.*/"}) == []
