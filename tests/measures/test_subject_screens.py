"""The screens of the subjects of measures: a period's figures, their numbers and exports."""

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dutydesk.availability.flows import figures as measured
from dutydesk.desk.models import Question
from dutydesk.incidents.models import Incident
from dutydesk.kernel.periods import Period
from dutydesk.measures.rules.charts import Point, Stacks, Trend
from dutydesk.measures.rules.choices import NoPeriod, day_range
from dutydesk.measures.rules.plots import scale_of, trend_plot
from testing.asked import ask
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def incident(world: World, declared: str, lasted: int, **more: Any) -> Incident:
    """Put an incident on record that was detected five minutes before it was declared."""
    at = world.moment(declared)
    ends = at + timedelta(minutes=lasted)
    more = {"title": f"Down at {declared}", "priority": "normal", "state": "resolved"} | more
    return Incident.objects.create(
        detected=at - timedelta(minutes=5), declared=at, repaired=ends, resolved=ends, **more
    )


def told(client: Client, path: str) -> Any:
    return json.loads(streamed(client, path))


def streamed(client: Client, path: str) -> str:
    answer: Any = client.get(path)
    assert answer.status_code == 200, answer
    return b"".join(answer.streaming_content).decode()


@pytest.mark.clause("measure.incidents", "measure.recovery", "measure.happiness")
def test_none_is_never_shown_as_zero(world: World) -> None:
    ada = visit("Ada")
    for path in ("/measures/", "/measures/recovery", "/measures/happiness"):
        page = seen(ada.get(path))
        assert "none" in page, path
    figures = {one["figure"]: one for one in told(ada, "/measures/recovery?as=json")["figures"]}
    assert figures["recovery"]["value"] is None


@pytest.mark.clause("measure.incidents")
def test_incidents_are_counted_with_those_of_high_priority_and_how_long_each_step_took(
    world: World,
) -> None:
    incident(world, "2026-11-03T10:00", 30, priority="high", criteria=["outage"])
    incident(world, "2026-11-10T23:30", 90)
    incident(world, "2026-10-31T23:59", 600)
    incident(world, "2026-11-11T12:00", 5, exercise=True)
    incident(world, "2026-11-12T12:00", 5, state="mistake")
    page = seen(visit("Ada").get("/measures/incidents?each=month&from=2026-11-15"))
    assert "Incidents 2 1 of high priority up from 1" in page
    assert "Time to resolve 1 h 05 min median of 2 of 2; mean 1 h 05 min" in page
    assert "Not counted, exercises: 1." in page
    assert "Not counted, declared by mistake: 1." in page


@pytest.mark.clause("measure.recovery")
def test_a_corrected_time_changes_every_figure_at_once(world: World) -> None:
    one = incident(world, "2026-11-03T10:00", 30)
    ada = visit("Ada")
    query = "?each=month&from=2026-11-01&clock=working"
    assert "35 min" in seen(ada.get(f"/measures/recovery{query}"))
    one.repaired = world.moment("2026-11-04T09:10")
    one.save()
    behind = seen(ada.get(f"/measures/recovery/recovery{query}"))
    assert "Time to recovery 8 h 15 min median of 1 of 1" in behind
    assert "Down at 2026-11-03T10:00 3 Nov 2026 09:55 4 Nov 2026 09:10 8 h 15 min" in behind
    each = seen(ada.get(f"/measures/incidents/each/{one.pk}{query}"))
    assert (
        "Tue 3 Nov 2026 09:55\u201318:00 8 h 05 min Wed 4 Nov 2026 09:00\u201309:10 10 min" in each
    )
    assert "The fault is not known; now it is counted from its detection." in each


@pytest.mark.clause("measure.happiness")
def test_who_was_asked_counts_where_they_were_asked_and_comments_are_the_teams(
    world: World,
) -> None:
    scores = {"2026-10-31T17:00": 1, "2026-11-02T09:00": 5, "2026-11-03T09:00": 4}
    for local, score in (*scores.items(), ("2026-11-04T09:00", None)):
        question, at = ask(world, text=f"How do I do {local}?"), world.moment(local)
        world.forward(hours=1)
        Question.objects.filter(pk=question.pk).update(
            happiness=score,
            happiness_asked_at=at,
            happiness_at=world.at if score else None,
            happiness_line="Quick!" if score == 5 else "",
        )
    november = "/measures/happiness?each=month&from=2026-11-01"
    shown = seen(visit("Ada").get(november))
    assert "Happiness 4.5 of 5, from 2 answers of 3 asked up from 1.0" in shown
    assert "Answers 67% 2 of 3 asked" in shown
    assert "Quick!" in shown
    assert "Quick!" not in seen(visit("Uma").get(november))


def test_a_period_that_is_none_is_refused_with_its_remedy(world: World) -> None:
    for asked in ("from=2026-02-30", "each=range&from=2026-11-02&to=2026-11-01", "each=moon"):
        answer = visit("Ada").get(f"/measures/incidents?{asked}")
        assert answer.status_code == 422, asked
    with pytest.raises(NoPeriod, match="Swap the two days"):
        day_range(date(2026, 11, 2), date(2026, 11, 1), world.zone)


def test_screen_csv_and_json_say_the_same(world: World) -> None:
    incident(world, "2026-11-03T10:00", 30, title="=1+1")
    ada = visit("Ada")
    path = "/measures/recovery?each=range&from=2026-11-01&to=2026-11-30"
    whole = told(ada, f"{path}&as=json")
    assert [one["recovery_seconds"] for one in whole["tables"]["recovery"]] == [35 * 60]
    text = streamed(ada, f"{path}&as=csv&table=recovery")
    row = next(csv.DictReader(io.StringIO(text)))
    assert (row["recovery_seconds"], row["incident"]) == ("2100", "'=1+1")
    assert "35 min" in seen(ada.get(path))


def test_no_chart_is_without_its_numbers_and_its_words(world: World) -> None:
    incident(world, "2026-11-03T10:00", 30)
    for path in ("/measures/", "/measures/incidents", "/measures/happiness"):
        page = visit("Ada").get(path).content.decode()
        charts = [one.partition("</figure>")[0] for one in page.split("<figure")[1:]]
        drawn = ['<svg class="plot"' in one for one in charts]
        assert drawn == ["<summary>The numbers" in one for one in charts], path
        assert all('<p class="note">' in one for one in charts), path
        assert any(drawn) == (path != "/measures/happiness"), "where nobody answered, only words"


@pytest.mark.clause("measure.availability")
def test_availability_of_all_services_and_of_each_is_among_the_measures(world: World) -> None:
    path = "/measures/availability?each=month&from=2026-11-01&as=json"
    found = told(visit("Ada"), path)
    november = Period(world.moment("2026-11-01T00:00"), world.moment("2026-12-01T00:00"))
    overall = measured.overall(november, at=world.at)
    figures = {one["figure"]: one for one in found["figures"]}
    assert overall.tally.share is not None
    assert figures["availability"]["value"] == float(overall.tally.share)
    names = [one["service"] for one in found["tables"]["services"]]
    assert names == [one.service.name for one in overall.services] != []
    assert "at least 99.9%" in seen(visit("Ada").get("/measures/"))


def test_nobody_is_led_to_a_time_that_is_still_to_come(world: World) -> None:
    ada = visit("Ada")
    assert 'rel="next"' not in ada.get("/measures/").text
    assert 'rel="next"' in ada.get("/measures/?each=month&from=2026-10-01").text


def test_a_picture_beside_others_names_few_of_its_months() -> None:
    """There is a quarter of the room that one alone has."""
    points = tuple(Point(f"Month {number}", number) for number in range(1, 13))
    trend = Trend("kind", "How to", "count", points)
    alone, beside = trend_plot(trend), trend_plot(trend, scale_of([60], "count"))
    named = [[one.text for one in plot.labels if "Month" in one.text] for plot in (alone, beside)]
    assert named[0] == [f"Month {number}" for number in (2, 4, 6, 8, 10, 12)]
    assert named[1] == ["Month 4", "Month 8", "Month 12"]


def test_of_availability_the_least_is_told_and_of_others_the_most() -> None:
    points = (Point("Oct", 0.9995), Point("Nov", 0.99), Point("Dec", None))
    assert "the least, 99.000%, in Nov." in Trend("a", "Availability", "uptime", points).says
    assert "the most, 99.950%, in Oct." in Trend("a", "In time", "share", points).says
    none = tuple(Point(one, 0) for one in ("Oct", "Nov"))
    assert Trend("a", "Incidents", "count", none).says == "None from Oct to Nov."


def test_what_there_was_none_of_is_none_and_not_counted_out(world: World) -> None:
    page = seen(visit("Ada").get("/measures/promises?each=month&from=2026-03-01"))
    assert "Promises kept in time none" in page
    assert "of 0" not in page
    nothing = Stacks("ended", "How promises ended", ("Feb", "Mar"), (("kept", (0, 0)),))
    assert nothing.says == "None from Feb to Mar."
