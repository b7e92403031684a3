"""Days of the support team: what its routines ask for, who does it, and what is left."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.alarms.models import Alarm
from dutydesk.commitments.models import Commitment
from dutydesk.desk.models import Question, Ticket
from dutydesk.journal.models import JournalEntry
from dutydesk.people.models import Account
from dutydesk.process.flows import process
from dutydesk.routines.flows.events import RoutineRefused
from dutydesk.routines.models import Checklist
from testing.planned import announce
from testing.routines import (
    TEAM,
    alarm,
    answer,
    ask,
    item,
    list_of,
    post_of,
    replies,
    request,
    until,
)
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
FRIDAY, MONDAY = "2026-11-20", "2026-11-23"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, f"{FRIDAY}T18:30")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    return world


def outcome(checklist: Checklist) -> str:
    return Commitment.objects.get(subject=checklist.about).state


def bad_weekend(world: World) -> tuple[Alarm, Alarm, Question, Ticket]:
    """Let alarms, a question and a request come while nobody looks, and the night pass."""
    until(world, "2026-11-22T23:30")
    held = alarm(world, "The queue is stuck", "critical")  # Nobody is promised then.
    low = alarm(world, "A disk fills up")
    alarm(world, "A node was slow")
    alarm(world, "A node was slow", firing=False)
    question = ask(world, "Can somebody restart visits?")
    ticket = request(world, "A second namespace")
    until(world, f"{MONDAY}T06:50")
    alarm(world, held.title, "critical", firing=False)  # Over, and nobody ever had it.
    return held, low, question, ticket


@pytest.mark.clause("support.day-start")
def test_a_monday_begins_with_what_the_weekend_left_with_links_to_each(world: World) -> None:
    held, _, _, ticket = bad_weekend(world)
    until(world, f"{MONDAY}T08:55")
    assert not Checklist.objects.exists()
    until(world, f"{MONDAY}T09:00")
    start = list_of("day-start")
    post = post_of(start)
    assert post.title == "Start of the day: 4 of 4 left"
    assert dict(post.facts) == {"Whose turn": "Ada", "By": "today at 10:00 GMT"}
    assert post.mentions == (Account.objects.get(name="Ada").pk,)
    assert "3 alarms; nobody has looked at 2" in post.body
    for about, title in ((held.about, held.title), (ticket.about, "A second namespace")):
        kind, _, number = about.partition(":")
        assert f"{title}" in post.body
        assert f"/{kind}s/{number}" in post.body
    assert post.body.index("A node was slow") > post.body.index(held.title)  # It is just over.
    assert "1 question without an answer" in post.body


@pytest.mark.clause("support.day-start")
def test_each_item_is_done_by_what_is_so_or_by_a_press_in_one_post(world: World) -> None:
    held, low, question, ticket = bad_weekend(world)
    until(world, f"{MONDAY}T09:00")
    start = list_of("day-start")
    world.press("Ben", "routine.triage", held.about)
    assert item("both alarm channels").left == 1
    until(world, f"{MONDAY}T09:10")
    world.press("Ada", "routine.triage", low.about)
    assert item("both alarm channels").done_at == world.at
    answer(world, question)
    world.press("Ada", "ticket.take", ticket.about)
    until(world, f"{MONDAY}T09:15")
    assert post_of(start).title == "Start of the day: 1 of 4 left"
    assert outcome(start) == "open"
    world.press("Ada", "routine.done", item("handover").about)
    assert post_of(start).title == "Start of the day: all done"
    assert "Take the handover from on call (Ada)" in post_of(start).body
    assert (outcome(start), post_of(start).tone) == ("kept", "kept")
    assert sum(text.startswith("Start of the day") for text in world.said(TEAM)) == 1
    assert not replies(start)


def _page(about: str) -> int:
    from_page: int = (
        JournalEntry.objects.filter(subject=about, kind__startswith="page.")
        .latest("id")
        .data["page"]
    )
    return from_page


@pytest.mark.clause("support.day-start")
def test_what_is_left_is_reminded_of_by_name_then_late_then_seen_afterwards_with_whose_turn(
    world: World,
) -> None:
    until(world, f"{MONDAY}T08:00")
    ask(world, "Can somebody restart visits?")
    until(world, f"{MONDAY}T09:40")
    start = list_of("day-start")
    assert not replies(start)
    until(world, f"{MONDAY}T09:45")
    (reminder,) = replies(start)
    assert reminder.body.startswith("Ada: Start of the day is to be done today at 10:00 GMT.")
    assert "• Read the ask channel" in reminder.body
    assert reminder.mentions == (Account.objects.get(name="Ada").pk,)
    until(world, f"{MONDAY}T10:05")
    assert (post_of(start).tone, outcome(start)) == ("high", "open")
    until(world, "2026-11-24T00:05")
    start.refresh_from_db()
    assert (outcome(start), start.people, start.closed_at) == ("missed", ["Ada"], world.at - _5)
    left = JournalEntry.objects.get(subject=start.about, kind="routine.left")
    assert "Read the ask channel" in left.text
    assert "whose turn: Ada" in left.text
    page = seen(visit("Ben").get("/routines/"))
    before = page.partition("Days before")[2]
    day = "Mon 23 Nov 2026 Ada"
    assert f"Start of the day {day} Take the handover from on call Read the ask channel" in before
    left_first = [
        before.index(f"{one} {day}") for one in ("Start of the day", "The whole support team")
    ]
    assert left_first == sorted(left_first)
    one = seen(visit("Ben").get(f"/routines/{start.pk}"))
    assert "Start of the day, Mon 23 Nov 2026" in one
    assert "1 question without an answer" in one
    with pytest.raises(RoutineRefused, match="That day is over"):
        world.press("Ada", "routine.done", item("Read the ask", start).about)


_5 = timedelta(minutes=5)


@pytest.mark.clause("support.day-start")
def test_a_press_can_be_undone_within_the_day_and_the_promise_is_owed_again(world: World) -> None:
    until(world, f"{MONDAY}T09:10")
    start, handover = list_of("day-start"), item("Take the handover")
    assert post_of(start).title == "Start of the day: 1 of 4 left"  # The rest asks for nothing.
    with pytest.raises(RoutineRefused, match="Nobody has pressed"):
        world.press("Ada", "routine.undo", handover.about)
    world.press("Ben", "routine.done", handover.about)
    assert outcome(start) == "kept"
    with pytest.raises(RoutineRefused, match="Ben did it already"):
        world.press("Ada", "routine.done", handover.about)
    with pytest.raises(RoutineRefused, match="by what the facts say"):
        world.press("Ada", "routine.done", item("Read the ask").about)
    world.press("Ada", "routine.undo", handover.about)
    assert (outcome(start), post_of(start).title) == ("open", "Start of the day: 1 of 4 left")
    until(world, f"{MONDAY}T11:00")
    world.press("Ada", "routine.done", handover.about)
    assert outcome(start) == "late"
    assert "done late" in seen(visit("Ada").get(f"/routines/{start.pk}"))


@pytest.mark.clause("support.during")
def test_through_the_day_what_nobody_looks_at_is_pointed_at_once_and_kindly(
    tmp_path: Path, world: World
) -> None:
    patient, hasty = (f"within: {one}\n    items:\n      - text: Answer" for one in _LENGTHS)
    change(tmp_path, world, patient, hasty)
    until(world, f"{MONDAY}T10:30")
    during = list_of("during")
    assert not any(text.startswith("Through the day") for text in world.said(TEAM))  # Nothing yet.
    low = alarm(world, "A disk fills up")
    paged = alarm(world, "The queue is stuck", "critical")
    ticket = request(world, "A second namespace")
    until(world, f"{MONDAY}T10:40")
    assert post_of(during).title == "Through the day: 2 of 3 left"
    assert not replies(during)
    until(world, f"{MONDAY}T10:45")
    (pointed,) = replies(during)
    assert low.title in pointed.body
    assert ticket.title in pointed.body
    assert paged.title not in pointed.body  # Its page is chased already.
    assert {one.about for one in pointed.buttons} == {low.about, ticket.about}
    assert pointed.body.startswith(
        "Ada: when you have a moment, these have waited for more than 15 minutes without "
        "anybody looking:"
    )
    world.press("Ada", "page.acknowledge", f"page:{_page(paged.about)}")
    alarm(world, paged.title, "critical", firing=False)
    until(world, f"{MONDAY}T14:00")
    assert replies(during) == [pointed]
    world.press("Ben", "routine.triage", low.about)
    world.press("Ben", "routine.triage", ticket.about)
    assert post_of(during).title == "Through the day: nothing waits"
    assert outcome(during) == "open"
    until(world, f"{MONDAY}T17:05")
    assert outcome(during) == "kept"


_LENGTHS = ("1 hour", "15 minutes")


def change(folder: Path, world: World, old: str, new: str) -> None:
    """Let the process file say something otherwise from now on."""
    file = folder / "process.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    process.adopt(file=file, at=world.at)


@pytest.mark.clause("support.during")
def test_something_new_opens_an_item_again_until_the_support_day_ends(world: World) -> None:
    until(world, f"{MONDAY}T10:30")
    question = ask(world, "Where are the logs?")
    until(world, f"{MONDAY}T10:35")
    during, asked = list_of("during"), item("comes into the ask channel")
    assert asked.done_at is None
    answer(world, question)
    until(world, f"{MONDAY}T10:40")
    asked.refresh_from_db()
    assert asked.done_at == world.at
    ask(world, "And where are those of staging?")
    until(world, f"{MONDAY}T10:45")
    asked.refresh_from_db()
    assert asked.done_at is None
    with pytest.raises(RoutineRefused, match="done while nothing of it is left"):
        world.press("Ada", "routine.done", asked.about)
    until(world, f"{MONDAY}T17:20")
    assert (outcome(during), post_of(during).tone) == ("open", "high")
    until(world, "2026-11-24T00:05")
    assert outcome(during) == "missed"


@pytest.mark.clause("support.team")
def test_the_whole_team_sees_what_runs_and_that_work_which_lies_is_pointed_at(
    world: World,
) -> None:
    ticket = request(world, "A second cluster")
    world.press("Ada", "ticket.take", ticket.about)
    until(world, f"{MONDAY}T10:00")
    together = list_of("team")
    assert item("larger requests", together).facts[0]["says"] == "1 request worked on"
    world.press("Ben", "incident.declare", "new", title="Visits fail", criteria=["outage"])
    until(world, f"{MONDAY}T10:05")
    post = post_of(together)
    assert post.title == "The whole support team: 1 of 3 left"
    assert "1 incident in progress; 1 without a lead or with something overdue" in post.body
    world.press("Ada", "incident.take-lead", f"incident:{_incident()}")
    until(world, f"{MONDAY}T10:10")
    assert item("incidents in progress", together).done_at is not None
    world.press("Ada", "incident.resolve", f"incident:{_incident()}", text="It is over")
    world.at = world.moment("2026-11-26T09:55")
    until(world, "2026-11-26T10:05")
    list_ = list_of("team")
    (pointed,) = replies(list_)
    assert "more than 21 hours" in pointed.body
    assert "A second cluster (Ada; Support To Do)" in pointed.body
    assert not pointed.buttons
    world.press("Ada", "ticket.comment", ticket.about, text="Half of it is there")
    until(world, "2026-11-26T10:10")
    assert item("larger requests", list_).left == 0


def _incident() -> str:
    return str(JournalEntry.objects.filter(kind="incident.declared").latest("id").data["incident"])


@pytest.mark.clause("support.team")
def test_a_backlog_asks_for_somebody_only_while_nobody_works_on_a_request(world: World) -> None:
    first, second = request(world, "First"), request(world, "Second")
    for ticket in (first, second):
        world.press("Ada", "routine.triage", ticket.about)
    until(world, f"{MONDAY}T10:00")
    backlog = item("support backlog")
    assert backlog.facts[0]["says"] == "2 requests in the backlog, and nobody works on any request"
    assert (backlog.left, backlog.done_at) == (1, None)
    assert item("Look for requests").done_at is not None
    world.press("Ben", "ticket.take", first.about)
    until(world, f"{MONDAY}T10:05")
    backlog.refresh_from_db()
    assert (backlog.left, backlog.facts[0]["says"]) == (0, "1 request in the backlog")


@pytest.mark.clause("support.day-end")
def test_the_day_ends_with_what_on_call_is_handed(world: World) -> None:
    until(world, f"{MONDAY}T11:00")
    announce(
        world, title="New disks", starts=f"{MONDAY}T21:00", ends=f"{MONDAY}T22:00",
        updates=f"{MONDAY}T22:00",
    )  # fmt: skip
    until(world, f"{MONDAY}T17:30")
    end = list_of("day-end")
    post = post_of(end)
    assert dict(post.facts)["By"] == "today at 18:00 GMT"
    assert "1 piece of planned work until the next working day" in post.body
    assert "New disks on Prison visits, Mon 23 Nov 21:00 to 22:00 GMT" in post.body
    assert "No incident is in progress" in post.body
    until(world, f"{MONDAY}T17:45")
    assert "Ada: End of the day is to be done today at 18:00 GMT" in replies(end)[0].body
    world.press("Ada", "routine.done", item("Hand planned work").about)
    until(world, f"{MONDAY}T18:05")
    assert (outcome(end), post_of(end).title) == ("kept", "End of the day: all done")


@pytest.mark.clause("support.day-start")
def test_nobody_on_support_is_a_hole_named_to_who_is_next_and_to_who_leads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, f"{FRIDAY}T18:30")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    change(tmp_path, world, "  every: 6 weeks", "  every: 6 weeks\n  lead: Cy")
    world.shifts(primary="Ada")
    world.shift(world.moment("2026-11-24T00:00"), world.moment("2026-12-24T00:00"), support="Ben")
    until(world, f"{MONDAY}T09:45")
    start = list_of("day-start")
    said = "Nobody is on support; Ben is next, from tomorrow at 09:00 GMT; Cy leads support"
    assert dict(post_of(start).facts)["Whose turn"] == said
    assert post_of(start).tone == "high"
    called = set(Account.objects.filter(name__in=["Ben", "Cy"]).values_list("pk", flat=True))
    assert set(post_of(start).mentions) == called
    assert replies(start)[0].body.startswith(said)
    assert "Nobody has the turn" in seen(visit("Ada").get("/routines/"))
