"""On call's limit on an incident out of hours, in the words of the process."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dutydesk.chat.models import Post
from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import oncall_limit
from dutydesk.incidents.flows.oncall_limit import IncidentTakenOver, MoreTimeRefused
from dutydesk.incidents.models import Incident, Maintenance
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.forms import Form, FormRefused
from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import Service
from dutydesk.process.rules.check import DEFAULT_FILE, check
from dutydesk.wiring import ACTIONS
from testing.world import World

pytestmark = pytest.mark.django_db
TEAM, PRISONS = "#cloud-platform", "#prisons"
OWED_AFTER = {"incident.maintenance", "incident.inform", "incident.plan"}


def declare(world: World, by: str = "Ada", **values: Any) -> Incident:
    service = Service.objects.get(name="Prison visits")
    filled = {"title": "Visits can't be booked", "services": [str(service.pk)]}
    filled |= {"criteria": ["outage"], "user_impact": "yes", "began": ""}
    world.press(by, "incident.declare", "new", **{**filled, **values})
    return Incident.objects.latest("id")


def owed(incident: Incident) -> dict[str, datetime]:
    rows = commitments.owed([f"incident:{incident.pk}"])
    return {row.kind: row.due_at for row in rows}


def states(incident: Incident, kind: str) -> list[str]:
    rows = commitments.history([f"incident:{incident.pk}"]).filter(kind=kind)
    return [row.state for row in rows.order_by("id")]


def form(world: World, name: str, about: str) -> Form:
    made = ACTIONS[name].form
    assert made is not None
    return made(about, world.person("Ada"), world.at)


@pytest.mark.clause("oncall.limit", "oncall.respond")
def test_the_limit_begins_with_the_first_who_works_on_it_and_not_again_with_the_next(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T17:30")
    incident = declare(world)
    about = f"incident:{incident.pk}"
    world.forward(minutes=90)
    assert "incident.limit" not in owed(incident), "in hours it is support's, and none began since"
    world.press("Ben", "incident.work-on", about)
    assert owed(incident)["incident.limit"] == world.moment("2026-11-24T20:00")
    world.forward(minutes=20)
    world.press("Cy", "incident.take-lead", about)
    assert owed(incident)["incident.limit"] == world.moment("2026-11-24T20:00")
    incident.refresh_from_db()
    assert incident.worker is not None
    assert incident.worker.name == "Cy"
    with pytest.raises(Refused, match="already"):
        world.press("Cy", "incident.work-on", about)


@pytest.mark.clause("oncall.limit")
def test_the_teams_post_counts_down_to_the_limit_and_warns_ten_minutes_before(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    incident = declare(world)
    post = Post.objects.get(key=f"incident:{incident.pk}:in:{TEAM}")
    assert post.words.counts_to == "2026-11-24T20:00:00+00:00"
    assert ("On call's limit", "today at 20:00 GMT, Ada works on it") in post.words.facts
    users = Post.objects.get(key=f"incident:{incident.pk}:in:{PRISONS}")
    assert users.words.counts_to == ""
    assert not any("limit" in name for name, _ in users.words.facts)
    world.forward(minutes=49)
    assert not [text for text in world.said(TEAM) if "is reached at" in text]
    world.forward(minutes=1)
    assert [text for text in world.said(TEAM) if "is reached at 20:00 GMT" in text]
    world.forward(minutes=10)
    post.refresh_from_db()
    assert post.words.counts_to == ""


@pytest.mark.clause("oncall.limit")
def test_the_hour_is_an_hour_where_the_clocks_go_back(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-10-25T00:30")
    incident = declare(world)
    due = owed(incident)["incident.limit"]
    assert (due - world.at).total_seconds() == 3600
    world.forward(minutes=50)
    assert [text for text in world.said(TEAM) if "is reached at 01:30 BST" in text]
    world.press("Ben", "incident.more-time", f"incident:{incident.pk}", amount="3600", reason="x")
    assert [text for text in world.said(TEAM) if "today at 01:30 GMT" in text]
    opens = owed(incident)["incident.takeover"]
    assert opens == world.moment("2026-10-26T09:00")


@pytest.mark.clause("oncall.limit", "oncall.maintenance", "oncall.inform", "oncall.plan")
def test_what_was_done_before_the_limit_is_not_owed_after_it(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    incident = declare(world)
    about = f"incident:{incident.pk}"
    world.press("Ada", "incident.plan", about, text="Ben restores it")
    world.press("Ada", "incident.inform", about, text="We look at it")
    world.forward(minutes=60)
    assert OWED_AFTER & set(owed(incident)) == {"incident.maintenance"}
    said = next(text for text in world.said(TEAM) if text.startswith("The limit is reached"))
    assert "maintenance for the service" in said
    assert "a plan" not in said


@pytest.mark.clause("oncall.maintenance")
def test_maintenance_is_owed_until_every_service_of_it_is_out(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    both = [str(service.pk) for service in Service.objects.order_by("name")]
    incident = declare(world, services=both)
    about = f"incident:{incident.pk}"
    world.forward(minutes=60)
    world.press("Ada", "incident.maintain", about, service=both[0])
    assert "incident.maintenance" in owed(incident)
    options = form(world, "incident.maintain", about).fields[0].options
    assert [value for value, _ in options] == both[1:], "only what is still in is offered"
    world.press("Ada", "incident.maintain", about, service=both[1])
    assert "incident.maintenance" not in owed(incident)
    assert states(incident, "incident.maintenance") == ["kept"]


@pytest.mark.clause("oncall.inform")
def test_the_affected_team_is_told_in_the_processs_words_which_one_may_change(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    incident = declare(world)
    about = f"incident:{incident.pk}"
    world.forward(hours=1)
    service = str(incident.services.get().pk)
    world.press("Ada", "incident.maintain", about, service=service, until="2026-11-25T12:00")
    shown = form(world, "incident.inform", about)
    assert shown.submit == f"Tell them in {PRISONS}"
    text = str(shown.fields[0].value)
    assert text.startswith("We worked on a problem with Prison visits for 1 hour")
    assert "We go on tomorrow at 09:00 GMT" in text
    world.press("Ada", "incident.inform", about, text=text + " Sorry.")
    assert "how it goes." in text
    assert world.said(PRISONS)[-1].endswith(" Sorry.")


def test_a_wording_that_the_desk_cant_fill_in_is_a_mistake() -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8").replace("We go on {next}", "We go on {then}")
    (mistake,) = check(text).mistakes
    assert "{then}" in str(mistake)
    assert "{service} or {limit} or {next}" in str(mistake)


@pytest.mark.clause("oncall.limit")
def test_more_time_is_somebodys_decision_with_a_reason_and_moves_what_is_owed(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    incident = declare(world)
    about = f"incident:{incident.pk}"
    with pytest.raises(FormRefused, match="“Why is it worth going on\\?” is missing"):
        world.press("Ada", "incident.more-time", about, amount="1800", reason=" ")
    with pytest.raises(FormRefused, match="“How much\\?” doesn't offer that"):
        world.press("Ada", "incident.more-time", about, amount="7200", reason="why not")
    with pytest.raises(MoreTimeRefused, match="at once"):
        oncall_limit.more_time(
            incident=incident.pk,
            amount=timedelta(hours=2),
            reason="why not",
            by=world.person("Ada"),
            at=world.at,
        )
    world.forward(minutes=55)
    world.press("Ada", "incident.more-time", about, amount="1800", reason="The restore runs")
    assert owed(incident)["incident.limit"] == world.moment("2026-11-24T20:30")
    assert "Ada gives it 30 minutes more, because: The restore runs" in world.said(TEAM)[-1]
    entry = JournalEntry.objects.filter(kind="incident.step", data__what="more-time").get()
    assert (entry.actor, entry.clause) == ("Ada", "oncall.limit")
    world.forward(minutes=34)
    assert not OWED_AFTER & set(owed(incident))
    world.forward(minutes=1)
    assert set(owed(incident)) >= OWED_AFTER
    assert [t for t in world.said(TEAM) if "worked on this for 1 hour 30 minutes" in t]


@pytest.mark.clause("oncall.limit")
def test_the_second_time_somebody_else_than_who_works_on_it_decides(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    incident = declare(world)
    about = f"incident:{incident.pk}"
    world.press("Ada", "incident.more-time", about, amount="900", reason="Nearly there")
    world.forward(minutes=80)
    assert set(owed(incident)) >= OWED_AFTER
    with pytest.raises(MoreTimeRefused, match="you are the one who works on it"):
        world.press("Ada", "incident.more-time", about, amount="900", reason="Nearly there")
    world.press("Ben", "incident.more-time", about, amount="900", reason="Ada is nearly there")
    assert owed(incident)["incident.limit"] == world.moment("2026-11-24T20:35")
    assert not OWED_AFTER & set(owed(incident))
    assert states(incident, "incident.plan") == ["withdrawn"]


@pytest.mark.clause("oncall.limit")
def test_without_a_limit_there_is_no_more_time_to_give(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    incident = declare(world)
    with pytest.raises(MoreTimeRefused, match="No limit runs"):
        world.press(
            "Ben", "incident.more-time", f"incident:{incident.pk}", amount="900", reason="x"
        )


@pytest.mark.clause("oncall.plan", "support.day-start")
@pytest.mark.parametrize("evening", ["2026-11-27", "2026-11-28", "2026-11-29"])
def test_support_takes_over_on_monday_what_comes_from_the_weekend(
    tmp_path: Path, evening: str
) -> None:
    world = World(tmp_path, f"{evening}T19:00")
    incident = declare(world)
    world.forward(minutes=60)
    world.press("Ada", "incident.plan", f"incident:{incident.pk}", text="Ben restores it at 10:00")
    assert owed(incident)["incident.takeover"] == world.moment("2026-11-30T09:00")


@pytest.mark.clause("oncall.plan", "support.day-start")
def test_the_plan_is_shown_to_support_first_thing(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-30T07:20")
    incident = declare(world)
    about = f"incident:{incident.pk}"
    world.forward(minutes=60)
    service = str(incident.services.get().pk)
    world.press("Ada", "incident.maintain", about, service=service, until="2026-11-30T12:00")
    world.press("Ada", "incident.plan", about, text="Ben restores it at 10:00")
    world.forward(minutes=39)
    assert not [text for text in world.said(TEAM) if "Open from the night" in text]
    world.forward(minutes=1)
    said = next(text for text in world.said(TEAM) if text.startswith("Open from the night"))
    assert "Ada worked on it out of hours. From now on it is support's." in said
    assert "The plan: Ben restores it at 10:00" in said
    assert "In maintenance: Prison visits" in said
    assert "Was not done: Inform the affected team" in said
    assert states(incident, "incident.inform") == ["missed"]
    assert states(incident, "incident.takeover") == ["kept"]
    event = JournalEntry.objects.get(kind=IncidentTakenOver.kind)
    assert event.data["plan"] == "Ben restores it at 10:00"
    assert event.data["out"] == ["Prison visits"]


@pytest.mark.clause("oncall.limit")
@pytest.mark.parametrize("begins", ["08:20", "08:00"])
def test_as_working_hours_open_the_limit_ends_and_it_is_supports(
    tmp_path: Path, begins: str
) -> None:
    world = World(tmp_path, f"2026-11-25T{begins}")
    incident = declare(world)
    world.forward(minutes=75)
    assert states(incident, "incident.limit") == ["withdrawn"]
    assert not OWED_AFTER & set(owed(incident))
    said = next(text for text in world.said(TEAM) if text.startswith("Open from the night"))
    assert "No plan was written." in said
    incident.refresh_from_db()
    assert incident.worker is None
    world.at = world.moment("2026-11-25T19:00")
    world.press("Ben", "incident.work-on", f"incident:{incident.pk}")
    assert "incident.limit" in owed(incident), "the next night has a limit of its own"


@pytest.mark.clause("oncall.maintenance")
def test_resolved_with_a_service_still_out_its_return_is_owed_at_once(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    incident = declare(world)
    about = f"incident:{incident.pk}"
    world.press("Ada", "incident.maintain", about, service=str(incident.services.get().pk))
    world.press("Ada", "incident.resolve", about, text="It works", repaired="")
    out = Maintenance.objects.get()
    (left,) = commitments.owed([out.about])
    assert left.due_at == world.at
    assert "is resolved and it is still out" in left.text
    world.forward(minutes=1)
    overdue = [text for text in world.said(TEAM) if text.startswith("Overdue")]
    assert "Put Prison visits back" in overdue[-1]
    world.press("Ada", "maintenance.end", out.about)
    assert not commitments.owed([out.about]).exists()


@pytest.mark.clause("oncall.maintenance", "oncall.inform", "oncall.plan")
def test_the_post_of_the_limit_says_what_is_owed_of_it_still(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    incident = declare(world)
    about = f"incident:{incident.pk}"
    world.forward(minutes=60)
    world.press("Ada", "incident.plan", about, text="Ben restores it")
    (said,) = [text for text in world.said(TEAM) if "The limit" in text]
    assert "Owed now: maintenance for the service; word to the affected team." in said
    world.press("Ada", "incident.maintain", about, service=str(incident.services.get().pk))
    world.press("Ada", "incident.inform", about, text="Sorry")
    (said,) = [text for text in world.said(TEAM) if "The limit" in text]
    assert said.startswith("The limit was reached")
    assert "all of it is done" in said
    world.press("Ben", "incident.more-time", about, amount="900", reason="Nearly there")
    world.forward(minutes=15)
    first, second = [text for text in world.said(TEAM) if text.startswith("The limit")]
    assert "Ben gave it more time." in first
    assert "1 hour 15 minutes" in second
    assert "all of it is done" in second
