"""Prometheus and checks as sources: what was seen is kept in few rows; what wasn't is unknown."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from dutydesk.alarms.flows import staleness
from dutydesk.alarms.models import Alarm, Alert
from dutydesk.availability.flows import checks, queries, terms
from dutydesk.availability.flows.checks import AT_ONCE
from dutydesk.availability.models import Run, SourceTerm
from dutydesk.availability.rules.runs import Seen, joined
from dutydesk.availability.rules.timeline import TimeState
from dutydesk.oncall.models import Page
from dutydesk.people.models import Service
from dutydesk.ports.web_checks import CheckAnswer, WebCheck
from dutydesk.process.rules.availability import CheckSource
from testing.measured import CLUSTERS, HOUR, MINUTE, VISITS, incident, measure, of
from testing.series import StoredSeries
from testing.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("measure.availability")]
UP, DOWN = CheckAnswer(True), CheckAnswer(False, "answered 503")
URL = "https://visits.example.org/health"
CHECK = {"kind": "check", "url": URL}


class Answers:
    """Stands in for the web: answers as a test says, and keeps what was asked."""

    def __init__(self) -> None:
        self.answer = UP
        self.asked: list[WebCheck] = []

    def ask(self, check: WebCheck) -> CheckAnswer:
        self.asked.append(check)
        return self.answer


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path, "2026-11-24T11:00")
    made.shifts(support="Ada", primary="Ben", secondary="Cy")
    return made


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Answers:
    made = Answers()
    monkeypatch.setattr(checks.CHECKER, "who", made)
    return made


@pytest.fixture
def series(monkeypatch: pytest.MonkeyPatch) -> StoredSeries:
    made = StoredSeries()
    monkeypatch.setattr(queries.SOURCE, "who", made)
    return made


def runs() -> list[tuple[bool, datetime, datetime]]:
    return list(Run.objects.order_by("start").values_list("up", "start", "end"))


def rounds(world: World, count: int) -> None:
    """Let so many half minutes pass, with a round at the end of each."""
    for _ in range(count):
        world.at += timedelta(seconds=30)
        checks.look_after(at=world.at)


def test_a_service_that_stays_up_has_one_row_however_long(
    world: World, tmp_path: Path, web: Answers
) -> None:
    measure(world, tmp_path, services=[{"service": VISITS, "source": CHECK}])
    checks.look_after(at=world.at)
    begun = world.at
    rounds(world, 60)
    assert len(runs()) == 1
    assert 30 <= len(web.asked) <= 32, "once a minute, whatever the rounds"
    found = of(VISITS, begun - HOUR, world.at, world.at)
    assert (found.tally.up, found.tally.unknown) == (HOUR + 30 * MINUTE, timedelta())
    assert [one.term.kind for one in found.reigns] == ["incidents", "check"]
    assert found.now == TimeState.UP


def test_a_failure_counts_until_the_next_answer_and_a_desk_that_slept_knows_nothing(
    world: World, tmp_path: Path, web: Answers
) -> None:
    measure(world, tmp_path, services=[{"service": VISITS, "source": CHECK}])
    checks.look_after(at=world.at)
    begun = world.at
    rounds(world, 10)
    web.answer = DOWN
    rounds(world, 20)
    down = Run.objects.get(up=False)
    assert down.said == "answered 503"
    world.at += 3 * HOUR
    web.answer = UP
    rounds(world, 2)
    found = of(VISITS, begun, world.at, world.at).tally
    assert found.down == down.end - down.start
    assert found.unknown > 2.9 * HOUR
    assert found.whole == world.at - begun
    assert [up for up, _, _ in runs()] == [True, False, True]


def test_a_check_of_which_the_database_keeps_nothing_keeps_no_other_from_being_kept(
    world: World, tmp_path: Path, web: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = [{"service": one, "source": CHECK} for one in (VISITS, CLUSTERS)]
    measure(world, tmp_path, services=services)
    terms.settle(at=world.at)
    asked = SourceTerm.objects.filter(kind="check").order_by("next_at", "id")
    first, second = asked.values_list("pk", flat=True)
    keep = checks.keep

    def refused(*, term: int, **named: Any) -> None:
        if term == first:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE SQLSTATE '54001'; END $$")
        keep(term=term, **named)

    monkeypatch.setattr(checks, "keep", refused)
    checks.look_after(at=world.at)
    rounds(world, 4)
    assert set(Run.objects.values_list("term", flat=True)) == {second}


def test_two_workers_never_ask_twice(world: World, tmp_path: Path, web: Answers) -> None:
    measure(world, tmp_path, services=[{"service": VISITS, "source": CHECK}])
    terms.settle(at=world.at)
    term = SourceTerm.objects.select_related("service").get()
    source = terms.named_now(SourceTerm.Kind.CHECK)[VISITS].source
    assert isinstance(source, CheckSource)
    assert checks._take(term, source, world.at)
    assert not checks._take(term, source, world.at), "it has been taken"
    checks.look_after(at=world.at + timedelta(seconds=30))
    assert web.asked == []


def test_no_more_are_asked_at_once_than_may_be_and_the_rest_comes_next(
    world: World, tmp_path: Path, web: Answers
) -> None:
    names = [f"Service {number}" for number in range(AT_ONCE + 3)]
    Service.objects.bulk_create(Service(name=name, slug=name.lower()) for name in names)
    measure(world, tmp_path, services=[{"service": name, "source": CHECK} for name in names])
    assert checks.look_after(at=world.at) is False
    assert len(web.asked) == AT_ONCE
    assert checks.look_after(at=world.at) is True
    assert len(web.asked) == AT_ONCE + 3


def test_a_failing_check_raises_an_alert_as_any_sender_and_ends_it(
    world: World, tmp_path: Path, web: Answers
) -> None:
    source = CHECK | {"alarm_after": 3}
    measure(world, tmp_path, services=[{"service": VISITS, "source": source}])
    web.answer = DOWN
    checks.look_after(at=world.at)
    while SourceTerm.objects.get().failures < 3:
        assert not Alarm.objects.exists()
        rounds(world, 1)
    world.settle()
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.title) == ("firing", f"{VISITS} doesn't answer as it should")
    assert alarm.service is not None and alarm.service.name == VISITS
    assert Page.objects.get(subject=alarm.about).state == "calling"
    web.answer = UP
    rounds(world, 4)
    alarm.refresh_from_db()
    assert alarm.state == "resolved"
    assert SourceTerm.objects.get().alarm_since is None
    told = Alert.objects.get()
    assert told.labels["severity"] == "critical"
    assert "times in a row" in told.annotations["description"]


def test_an_alert_of_a_check_is_not_stale_while_it_lasts(
    world: World, tmp_path: Path, web: Answers
) -> None:
    source = CHECK | {"alarm_after": 1}
    measure(world, tmp_path, services=[{"service": VISITS, "source": source}])
    web.answer = DOWN
    checks.look_after(at=world.at)
    assert Alert.objects.filter(firing=True).exists()
    assert not staleness.stale(at=world.at + timedelta(days=30)).exists()


def test_a_day_to_come_from_which_prometheus_is_asked_begins_no_source_again(
    world: World, tmp_path: Path, series: StoredSeries
) -> None:
    measure(world, tmp_path, services=[prometheus(world, asked_from="2026-12-24")])
    for _ in range(3):
        queries.look_after(at=world.at)
        world.at += timedelta(seconds=30)
    assert SourceTerm.objects.count() == 1


def test_an_alert_ends_with_its_check(world: World, tmp_path: Path, web: Answers) -> None:
    source = CHECK | {"alarm_after": 1}
    measure(world, tmp_path, services=[{"service": VISITS, "source": source}])
    web.answer = DOWN
    checks.look_after(at=world.at)
    assert Alarm.objects.get().state == "firing"
    measure(world, tmp_path)
    world.at += MINUTE
    checks.look_after(at=world.at)
    assert Alarm.objects.get().state == "resolved"
    kinds = SourceTerm.objects.values_list("kind", "ended")
    assert list(kinds) == [("check", world.at), ("incidents", None)]


def test_what_the_desk_may_not_ask_is_unknown_and_said(
    world: World, tmp_path: Path, web: Answers
) -> None:
    measure(world, tmp_path, services=[{"service": VISITS, "source": CHECK}])
    web.answer = CheckAnswer(None, "its host is an inner one, which is not allowed here")
    checks.look_after(at=world.at)
    begun = world.at
    rounds(world, 4)
    assert runs() == [] and SourceTerm.objects.get().failures == 0
    term = SourceTerm.objects.get()
    assert term.trouble.startswith("Its host is an inner one")
    assert "DUTYDESK_AVAILABILITY_HOSTS" in term.remedy
    assert of(VISITS, begun, world.at, world.at).tally.unknown == 2 * MINUTE
    web.answer = UP
    rounds(world, 4)
    assert SourceTerm.objects.get().trouble == ""


def history(series: StoredSeries, start: datetime, values: str, query: str = "up") -> None:
    """Let a query have a value each minute: 1, 0, or another letter for none."""
    series.series[query] = [
        {start + (number + 1) * MINUTE: float(one) for number, one in enumerate(values)
         if one in "01"}
    ]  # fmt: skip


def prometheus(world: World, **more: object) -> dict[str, object]:
    return {"service": VISITS, "source": {"kind": "prometheus", "query": "up", **more}}


def test_prometheus_is_asked_from_a_day_on_and_goes_before_the_incidents(
    world: World, tmp_path: Path, series: StoredSeries
) -> None:
    midnight = world.moment("2026-11-24T00:00")
    history(series, midnight, "1" * 60 + "0" * 20 + "-" * 30 + "1" * 600)
    incident(VISITS, start=midnight - HOUR, end=midnight + 5 * HOUR)
    measure(world, tmp_path, services=[prometheus(world, asked_from="2026-11-24")])
    assert queries.look_after(at=world.at)
    found = of(VISITS, midnight - 2 * HOUR, world.at, world.at)
    assert found.tally.down == HOUR + 20 * MINUTE
    assert found.tally.unknown == 30 * MINUTE
    assert found.tally.up == HOUR + (60 + 11 * 60 - 60 - 20 - 30 - 1) * MINUTE
    assert found.now == TimeState.UP, "what is too young to be asked for is not unknown"
    assert len(runs()) == 3


def test_after_an_outage_it_catches_up_in_bounded_pieces(
    world: World, tmp_path: Path, series: StoredSeries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_VALUES", 100)
    monkeypatch.setattr(queries, "PIECES", 3)
    midnight = world.moment("2026-11-24T00:00")
    history(series, midnight, "1" * 659)
    measure(world, tmp_path, services=[prometheus(world, asked_from="2026-11-24")])
    assert [queries.look_after(at=world.at) for _ in range(3)] == [False, False, True]
    assert max(end - start for start, end in series.asked) == 99 * MINUTE
    assert runs() == [(True, midnight, world.at - MINUTE)]
    series.trouble = "Prometheus can't be reached (ConnectError)."
    world.at += MINUTE
    queries.look_after(at=world.at)
    term = SourceTerm.objects.get()
    assert (term.trouble, term.trouble_since) == (series.trouble, world.at)
    later = world.at + HOUR
    assert of(VISITS, midnight, later, later).tally.unknown == HOUR + 2 * MINUTE
    history(series, midnight, "1" * 800)
    series.trouble = ""
    queries.look_after(at=later)
    assert SourceTerm.objects.get().trouble == ""
    assert of(VISITS, midnight, later, later).tally.unknown == timedelta()


def test_a_share_is_up_from_where_the_process_says(
    world: World, tmp_path: Path, series: StoredSeries
) -> None:
    values = [0.7, 0.69, 1.0, 0.0]
    start = world.moment("2026-11-24T00:00")
    series.series["up"] = [{start + (n + 1) * MINUTE: one for n, one in enumerate(values)}]
    measure(world, tmp_path, services=[prometheus(world, up_from=0.7, asked_from="2026-11-24")])
    queries.look_after(at=world.at)
    assert of(VISITS, start, start + 4 * MINUTE, world.at).tally.down == 2 * MINUTE
    assert Run.objects.filter(up=False).first().said == "the query gave 0.69"  # type: ignore[union-attr]


def test_without_a_prometheus_it_is_said_and_nothing_is_up(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries.SOURCE, "who", None)
    measure(world, tmp_path, services=[prometheus(world)])
    assert queries.look_after(at=world.at)
    assert "DUTYDESK_PROMETHEUS_URL" in SourceTerm.objects.get().remedy
    later = world.at + HOUR
    assert of(VISITS, world.at, later, later).tally.unknown == HOUR
    assert of(CLUSTERS, world.at, later, later).tally.up == HOUR


def test_another_query_is_another_source_and_each_tells_of_its_own_time(
    world: World, tmp_path: Path, series: StoredSeries
) -> None:
    first = world.at
    history(series, first, "1" * 200)
    history(series, first, "0" * 200, query="min(up)")
    measure(world, tmp_path, services=[prometheus(world)])
    queries.look_after(at=world.at)
    world.at += HOUR
    queries.look_after(at=world.at)
    measure(world, tmp_path, services=[prometheus(world, query="min(up)")])
    queries.look_after(at=world.at)
    changed = world.at
    world.at += HOUR
    queries.look_after(at=world.at)
    found = of(VISITS, first, world.at, world.at)
    assert found.tally.down == HOUR - MINUTE
    # The last minute of the first source was never asked for.
    assert (found.tally.up, found.tally.unknown) == (HOUR - MINUTE, MINUTE)
    assert [(one.periods[0].start, one.term.detail) for one in found.reigns] == [
        (first, "up, up from 1"),
        (changed, "min(up), up from 1"),
    ]


def test_looks_that_overlap_or_come_late_make_no_second_truth() -> None:
    start = datetime.fromisoformat("2026-11-24T00:00+00:00")

    def seen(first: int, last: int, up: bool = True) -> Seen:
        return Seen(start + first * MINUTE, start + last * MINUTE, up)

    assert joined(None, [seen(0, 2), seen(1, 3), seen(4, 6)]) == [seen(0, 3), seen(4, 6)]
    assert joined(seen(0, 10), [seen(5, 7, False)]) == [seen(0, 5), seen(5, 7, False)]
    assert joined(seen(5, 10), [seen(3, 20, False), seen(5, 20, False)]) == [seen(5, 10)]
