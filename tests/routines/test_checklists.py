"""Checklists on their screens and in one post, whoever looks after them and however often."""

from pathlib import Path

import pytest
from django.test import Client

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.commitments.models import Commitment
from dutydesk.desk.models import Ticket
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.gatherers import FactLine, Gathered, Gatherer, GatherRequest
from dutydesk.process.flows import process
from dutydesk.routines.flows import checklists, gatherers
from dutydesk.routines.flows.events import RoutineRefused
from dutydesk.routines.models import Checklist, Triage
from testing.routines import TEAM, ask, item, list_of, look, post_of, replies, request, until
from testing.screens import seen, visit
from testing.searched import rows_with
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
MONDAY = "2026-11-23"
LENGTHS = ("1 hour", "15 minutes")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-20T18:30")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    return world


def test_two_workers_and_a_worker_that_was_away_make_one_post(world: World) -> None:
    world.at = world.moment(f"{MONDAY}T10:05")  # Nobody looked after anything for a while.
    ask(world, "Is anybody there?")
    seen_by_both = checklists._due(process.in_force(), world.at)
    for _ in range(2):
        for routine, spell in seen_by_both:
            checklists._begin(routine, spell, world.at)
        checklists.look_after(at=world.at)
    world.settle()
    assert sum(text.startswith("Start of the day") for text in world.said(TEAM)) == 1
    assert Checklist.objects.filter(routine="day-start").count() == 1
    assert Commitment.objects.filter(kind="routine.day-start").count() == 1
    assert list_of("day-start").items.count() == 4
    assert list_of("day-start").comes_at == world.moment(f"{MONDAY}T09:00")
    world.at = world.moment("2026-11-24T18:30")  # A day when the desk was off: nothing is posted.
    look(world)
    assert not Checklist.objects.filter(day="2026-11-24").exists()


def test_nothing_comes_before_anybody_ever_had_a_shift(tmp_path: Path) -> None:
    world = World(tmp_path, f"{MONDAY}T08:55")
    until(world, f"{MONDAY}T09:30")
    assert not Checklist.objects.exists()


def test_the_page_teaches_while_it_is_empty_and_shows_today_with_what_each_item_needs(
    world: World,
) -> None:
    page = visit("Uma").get("/routines/")
    assert "Nothing has come yet today" in seen(page)
    assert 'href="/process/#support.day-start"' in page.text
    until(world, f"{MONDAY}T08:00")
    question = ask(world, "Can somebody restart visits?")
    until(world, f"{MONDAY}T09:00")
    today = visit("Ada").get("/routines/").text
    assert f'href="/questions/{question.pk}"' in today
    assert "/do/routine.done/" in today
    assert "/do/routine.done/" not in visit("Uma").get("/routines/").text
    assert "Read the ask channel" in seen(visit("Ada").get("/"))
    assert "Read the ask channel" not in seen(visit("Uma").get("/"))
    only = seen(visit("Ada").get("/routines/?routine=day-start&outcome=left"))
    assert "Days before" in only


def test_a_press_in_the_browser_does_an_item(world: World) -> None:
    until(world, f"{MONDAY}T09:00")
    client: Client = visit("Ben")
    about = item("Take the handover").about
    assert client.post(f"/do/routine.done/{about}", {"back": "/routines/"}).status_code == 302
    assert item("Take the handover").done_by == "Ben"


def test_a_thing_is_triaged_once_for_all(world: World) -> None:
    ticket = request(world, "A second namespace")
    world.press("Ada", "routine.triage", ticket.about)
    with pytest.raises(RoutineRefused, match="Ada has looked at it already"):
        world.press("Ben", "routine.triage", ticket.about)
    with pytest.raises(RoutineRefused, match="Only alarms and requests"):
        world.press("Ada", "routine.triage", "incident:1")
    assert Triage.objects.get(subject=ticket.about).triaged_by == "Ada"
    assert JournalEntry.objects.get(kind="routine.triaged").subject == ticket.about
    assert Ticket.objects.get().engineer is None


@pytest.mark.clause("support.day-start")
def test_another_room_s_handover_does_the_item_once_it_is_accepted(world: World) -> None:
    asked: list[GatherRequest] = []
    waits = [FactLine("page:1", "Ben has not handed over yet", left=True)]

    def handover(request: GatherRequest) -> Gathered:
        asked.append(request)
        return Gathered("The handover from Ben", tuple(waits), len(waits))

    gatherers.offer(Gatherer("handover", handover))
    until(world, f"{MONDAY}T09:00")
    assert "Ben has not handed over yet" in post_of(list_of("day-start")).body
    assert (asked[0].routine, asked[0].since) == ("day-start", world.moment("2026-11-20T18:00"))
    assert asked[0].until == world.moment("2026-11-24T09:00")
    waits.clear()
    until(world, f"{MONDAY}T09:05")
    assert item("Take the handover").done_at == world.at
    assert Commitment.objects.get(kind="routine.day-start").state == "kept"


def test_what_somebody_took_back_is_gone_from_the_posts_of_checklists(
    tmp_path: Path, world: World
) -> None:
    file = tmp_path / "process.yaml"
    patient, hasty = (f"within: {one}\n    items:\n      - text: Answer" for one in LENGTHS)
    file.write_text(file.read_text(encoding="utf-8").replace(patient, hasty), encoding="utf-8")
    process.adopt(file=file, at=world.at)
    until(world, f"{MONDAY}T08:55")
    text = "Is hunter2 refused by the live cluster only, or elsewhere?"
    question = ask(world, text)
    until(world, f"{MONDAY}T10:30")
    world.press("Ben", "ticket.raise", question.about, title=text, body="It")
    until(world, f"{MONDAY}T10:50")
    assert text in post_of(list_of("day-start")).body
    assert any(text in one.body for one in replies(list_of("during")))
    assert JournalEntry.objects.filter(kind="routine.pointed-out", text__contains=text).exists()
    author = Author.of(world.person("Uma"))
    people_posts.remove(post=question.post_id, by=author, at=world.at)
    world.settle()
    assert rows_with("refused by the live cluster") == []
