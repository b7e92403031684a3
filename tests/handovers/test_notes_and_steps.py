"""Writing into a handover while another does, giving and accepting it, and the links that do."""

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from dutydesk.chat.models import Post
from dutydesk.commitments.models import Commitment
from dutydesk.handovers.flows import drafts, links, notes, overview
from dutydesk.handovers.flows.events import HandoverRefused
from dutydesk.handovers.models import Handover
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.forms import FormRefused
from dutydesk.kernel.refusals import ChangedMeanwhile
from dutydesk.people.flows import people
from dutydesk.people.models import Engineer
from testing.handed import Handed
from testing.machine import AT_MOST
from testing.screens import seen, visit
from testing.world import Moving, as_if_committed, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("support.day-start")]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Handed:
    """Give half past eight, with a low alarm in the night: Ben gives it to Ada."""
    world = Handed(tmp_path, "2026-11-25T08:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    world.alarm("Certificate soon over", "warning")
    world.at = world.moment("2026-11-25T08:30")
    world.look()
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def write(world: Handed, who: str, text: str, edition: int | None) -> notes.Noted:
    found = world.handover()
    by = world.person(who)
    return notes.write(
        handover=found.pk, text=text, seen=notes.SeenNote(edition), by=by, at=world.at
    )


def typed(world: Handed, who: str, text: str, edition: int, **more: Any) -> Any:
    """Let somebody's browser save what they type."""
    sent = {"text": text, "seen": str(edition), **more}
    address = f"/handovers/{world.handover().pk}/note"
    return visit(who).post(address, sent, headers={"X-Live": "1"})


def test_two_who_write_at_once_see_what_the_other_wrote(world: Handed) -> None:
    assert json.loads(typed(world, "Ben", "The disk", 0).text)["edition"] == 1
    assert json.loads(typed(world, "Ben", "The disk is full", 1).text)["edition"] == 2
    refused = typed(world, "Ada", "It is slow", 0)
    assert refused.status_code == 409
    told = json.loads(refused.text)
    assert "Ben wrote here meanwhile: “The disk is full”." in told["says"]
    assert world.handover().note == "The disk is full"
    assert json.loads(typed(world, "Ada", "Full and slow", told["edition"]).text)["edition"] == 3
    assert world.handover().note == "Full and slow"
    with pytest.raises(ChangedMeanwhile, match="Ada wrote here meanwhile"):
        write(world, "Ben", "Only full", 2)
    written = JournalEntry.objects.filter(kind="handover.written")
    assert [one.actor for one in written] == ["Ben", "Ada"], "not once for each key"


def test_without_a_script_what_was_typed_comes_back_beside_what_the_other_wrote(
    world: Handed,
) -> None:
    write(world, "Ben", "The disk is full", 0)
    address = f"/handovers/{world.handover().pk}/note"
    answer = visit("Ada").post(address, {"text": "It is slow", "seen": "0"})
    assert answer.status_code == 409
    assert "It is slow</textarea>" in answer.text
    assert 'name="seen" value="1"' in re.sub(r"\s+", " ", answer.text)
    assert "Ben wrote here meanwhile" in answer.text


def test_each_line_has_a_note_of_its_own_which_stays_when_the_record_says_no_more(
    world: Handed,
) -> None:
    line = world.handover().lines.get()
    assert typed(world, "Ben", "It is renewed by hand", 0, line=str(line.pk)).status_code == 200
    assert typed(world, "Ada", "Mine", 0).status_code == 200, "the handover's note is another"
    world.forward(minutes=1)
    world.alarm("Certificate soon over too", "warning")
    world.look()
    kept = world.handover().lines.get()
    assert (kept.note, kept.text) == ("It is renewed by hand", kept.text)
    assert kept.text.startswith("2 low alarms")
    assert any("(It is renewed by hand)" in one for one in world.said("#cloud-platform"))
    gone = typed(world, "Ben", "x", 0, line="999999")
    assert gone.status_code == 422
    assert "The record has this line no more." in gone.text


def test_an_alarm_after_the_draft_is_in_it_at_once_and_more_of_them_once_a_minute(
    world: Handed,
) -> None:
    world.at = world.moment("2026-11-25T08:40")
    world.alarm("Registry is slow")
    world.look()
    parts = [line.part for line in world.handover().lines.all()]
    assert parts == ["pages", "people", "alarms"]
    assert any("Registry is slow" in one for one in world.said("#cloud-platform"))
    assert not world.handover().lines.filter(late=True).exists()
    world.alarm("Disk is full")
    world.look()
    assert world.handover().lines.filter(part="pages").count() == 1
    world.at += timedelta(minutes=1)
    world.look()
    assert world.handover().lines.filter(part="pages").count() == 2


def test_who_may_give_and_accept_and_when(world: Handed) -> None:
    about = world.handover().about
    with pytest.raises(HandoverRefused, match="It isn't given yet"):
        world.press("Ada", "handover.accept", about)
    with pytest.raises(HandoverRefused, match="There is something in it"):
        world.press("Ben", "handover.nothing", about)
    with pytest.raises(HandoverRefused, match="You take it over"):
        world.press("Ada", "handover.give", about)
    world.press("Ben", "handover.give", about)
    with pytest.raises(HandoverRefused, match="It is no draft any more: Given by Ben"):
        world.press("Ben", "handover.give", about)
    with pytest.raises(HandoverRefused, match="You gave it"):
        world.press("Ben", "handover.accept", about)
    world.press("Ada", "handover.accept", about)
    world.press("Ada", "handover.accept", about)
    with pytest.raises(HandoverRefused, match="Ada has it"):
        world.press("Cy", "handover.accept", about)
    with pytest.raises(HandoverRefused, match="Nothing is added to it any more"):
        write(world, "Ben", "And another thing", None)
    assert JournalEntry.objects.filter(kind="handover.accepted").count() == 1


def test_with_a_process_that_asks_for_empty_ones_nothing_is_one_press(
    world: Handed, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = world.handover()
    found.lines.all().delete()
    monkeypatch.setattr("dutydesk.handovers.flows.lines.read", lambda *_: [])
    with pytest.raises(HandoverRefused, match="There is nothing in it"):
        world.press("Ben", "handover.give", found.about)
    world.press("Ben", "handover.nothing", found.about)
    found.refresh_from_db()
    assert (found.state, found.given_by_id) == ("nothing", number("Ben"))
    (post,) = [one for one in world.said("#cloud-platform") if one.startswith("Handover: ")]
    assert "Ben says that there is nothing" in post


@pytest.mark.clause("oncall.rota")
def test_a_signed_link_reads_and_accepts_for_one_person_and_then_shows_nothing(
    world: Handed,
) -> None:
    write(world, "Ben", "The disk is full", 0)
    world.press("Ben", "handover.give", world.handover().about)
    ada = Engineer.objects.get(name="Ada")
    path = links.link(world.handover(), ada).partition("/handovers/")[2]
    client = visit("Uma")
    client.logout()
    page = client.get(f"/handovers/{path}")
    assert "The disk is full" in seen(page)
    assert "I have it, Ada" in seen(page)
    assert world.handover().state == "given", "opening it changes nothing"
    assert "It is yours, Ada." in seen(client.post(f"/handovers/{path}"))
    assert world.handover().accepted_by_id == ada.pk
    assert "The disk is full" not in client.get(f"/handovers/{path}").text
    assert client.get("/handovers/accept/forged").status_code == 410
    people.set_active(engineer=ada.pk, active=False, at=world.at)
    assert client.post(f"/handovers/{path}").status_code == 410


def test_now_has_a_card_for_who_gives_and_for_who_takes(world: Handed) -> None:
    def card(name: str) -> str:
        return seen(visit(name).get("/?cards=handovers"))

    assert "Start of day, Wed 25 Nov 09:00" in card("Ben")
    assert "Start of day" not in card("Ada")
    world.press("Ben", "handover.give", world.handover().about)
    assert "Start of day" not in card("Ben")
    assert "I have it" in card("Ada")
    assert [one.pk for one in overview.waiting(world.at)] == [world.handover().pk]
    assert not overview.accepted("start of day", world.at)


def test_handovers_are_found_by_words_person_kind_year_and_state(world: Handed) -> None:
    write(world, "Ben", "The disk is full", 0)
    ada, cy = number("Ada"), number("Cy")

    def found(query: str) -> bool:
        return (
            "Start of day, Wed 25 Nov"
            in seen(visit("Uma").get(f"/handovers/?{query}")).partition("All")[2]
        )

    for query in (
        "",
        "q=disk",
        "q=certificate",
        f"person={ada}",
        "kind=start of day",
        "year=2026",
        "state=draft",
    ):
        assert found(query), query
    for query in ("q=mouse", f"person={cy}", "kind=end of day", "state=given"):
        assert not found(query), query


def test_of_two_workers_who_draft_one_at_once_one_does(world: Handed) -> None:
    (moment,) = [one for one in drafts.upcoming(world.at) if one.section.when == "start of day"]
    assert drafts.draft(moment, at=world.at) is None
    assert Handover.objects.count() == 1
    assert JournalEntry.objects.filter(kind="handover.drafted").count() == 1


def test_too_much_in_a_note_is_refused_and_nothing_is_kept(world: Handed) -> None:
    with pytest.raises(FormRefused):
        world.press("Ben", "handover.write", world.handover().about, text="x" * 10_001, seen="0")
    assert typed(world, "Ben", "x" * 10_001, 0).status_code == 422
    assert world.handover().note == ""


@pytest.mark.django_db(transaction=True)
def test_two_workers_who_look_at_the_same_moment_leave_one_draft_and_one_post(
    tmp_path: Path,
) -> None:
    world = Handed(tmp_path, "2026-11-25T08:00")
    world.shifts(support="Ada", primary="Ben")
    world.alarm("Certificate soon over", "warning")
    at, ready = world.moment("2026-11-25T08:30"), threading.Barrier(2)

    def look() -> None:
        try:
            ready.wait(AT_MOST)
            drafts.look_after(at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(look), pool.submit(look)]:
            done.result(AT_MOST)
    assert Handover.objects.count() == 1
    assert JournalEntry.objects.filter(kind="handover.drafted").count() == 1
    assert Commitment.objects.filter(kind="handover.give").count() == 1
    assert world.handover().lines.count() == 1
    assert Post.objects.filter(key=world.handover().about).count() == 1


def test_what_was_handed_over_is_found_with_all_else_once_it_is_given(world: Handed) -> None:
    as_if_committed()
    write(world, "Ben", "The **tape drive** hums", None)

    def found(words: str) -> str:
        return seen(visit("Ada").get("/find", {"q": words})).partition("Solved or not")[2]

    assert "tape drive" not in found("tape drive")
    world.press("Ben", "handover.give", world.handover().about)
    assert "Handover, start of day" in found("tape drive")
    assert "Certificate soon over" in found("certificate")
    kept = seen(visit("Ada").get("/find", {"q": "tape", "kind": "handover"}))
    assert "Handover, start of day" in kept
    world.press("Ada", "handover.accept", world.handover().about)
    page = visit("Ada").get(f"/handovers/{world.handover().pk}").text
    assert "<strong>tape drive</strong>" in page


def test_what_two_wrote_in_different_lines_is_joined_and_in_one_line_is_shown(
    world: Handed,
) -> None:
    write(world, "Ben", "Disk\nTape", 0)
    write(world, "Ben", "Disk is full\nTape", 1)
    joined = typed(world, "Ada", "Disk\nTape\nCy knows it", 1, was="Disk\r\nTape")
    both = "Disk is full\nTape\nCy knows it"
    assert json.loads(joined.text) == {"edition": 3, "text": both}
    assert world.handover().note == both
    refused = typed(world, "Ada", "Disk is slow\nTape", 1, was="Disk\nTape")
    assert refused.status_code == 409
    assert json.loads(refused.text)["theirs"] == both
    assert world.handover().note == both
