"""How people answer a page, put it off, and what its record shows."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.commitments.models import Commitment
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.commands import PageCommands
from dutydesk.oncall.flows import acknowledgement, page_calls
from dutydesk.oncall.models import Page
from dutydesk.oncall.rules.notification_rules import acknowledges
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Engineer
from testing.pages import alarm, called, hook, method, page
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
HIGH = "#high-priority-alarms"
WORDS = ("ack", "on it", "I have it", "I've got it", "taking it")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T17:30")
    world.shifts(primary="Ben", secondary="Cy")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def reply(world: World, name: str, text: str) -> None:
    root = Post.objects.get(key=page().thread_key)
    by = Author.of(world.person(name))
    people_posts.post(by=by, channel=HIGH, text=text, at=world.at, thread=root.pk)
    world.settle()


@pytest.mark.clause("oncall.respond")
def test_a_page_is_acknowledged_by_a_word_in_its_thread(world: World) -> None:
    alarm(world)
    reply(world, "Ben", "What is this?")
    assert page().state == "calling"
    reply(world, "Uma", "on it")
    assert page().state == "calling"
    reply(world, "Cy", "On it!")
    found = page()
    assert (found.state, found.acknowledged_by) == ("acknowledged", Engineer.objects.get(name="Cy"))
    world.forward(minutes=20)
    assert called() == ["Ben"]


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("ack", True),
        ("  ACK. looking", True),
        ("I\N{RIGHT SINGLE QUOTATION MARK}ve got it, thanks", True),
        ("taking  it\nmore soon", True),
        ("on it - with Ben", True),
        ("on it?", False),
        ("not on it", False),
        ("I have it on good authority that it is fine", False),
        ("acknowledged by whom", False),
        ("", False),
    ],
)
def test_only_a_clear_word_is_an_acknowledgement(text: str, means: bool) -> None:
    assert acknowledges(text, WORDS) is means


def test_a_word_that_comes_too_late_is_answered_kindly_and_changes_nothing(world: World) -> None:
    alarm(world)
    alarm(world, firing=False)
    reply(world, "Ben", "I have it")
    assert (page().state, page().acknowledged_by) == ("resolved", None)
    assert "Thank you, Ben. This page is over already" in world.said(HIGH, only_for="Ben")[-1]
    assert "over already" not in "".join(world.said(HIGH))
    with pytest.raises(acknowledgement.PageOver):
        world.press("Ben", "page.acknowledge", page().about)


def link(world: World) -> str:
    with hook() as push:
        method(world, "Ben", push)
        alarm(world)
        return str(re.findall(r"/pages/answer/\S+", push.json()[0]["message"])[0])


@pytest.mark.clause("oncall.respond")
def test_a_program_acknowledges_by_the_link_and_is_answered_in_json(world: World) -> None:
    address = link(world)
    strict = Client(enforce_csrf_checks=True)
    accept: dict[str, Any] = {"headers": {"accept": "application/json"}}
    before = strict.get(address, **accept).json()
    assert (before["state"], before["acknowledged_by"]) == ("calling", None)
    done = strict.post(address, **accept)
    assert done.status_code == 200
    assert done.json()["acknowledged_by"] == "Ben"
    assert done.json()["acknowledged_at"] == world.at.isoformat()
    alarm(world, firing=False)
    over = strict.post(address, **accept)
    assert over.status_code == 410
    assert over.json()["refused"] == "This page is over already."
    assert strict.post(f"{address}x", **accept).status_code == 410
    assert "This page is over" in strict.post(address).content.decode()


@pytest.mark.clause("oncall.respond")
def test_pages_are_listed_shown_and_acknowledged_from_a_terminal(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = PageCommands(lambda: world.at)

    def said() -> str:
        return capsys.readouterr().out

    commands.list()
    assert "No page is open" in said()
    alarm(world)
    commands.list(as_json=True)
    [row] = json.loads(said())
    assert (row["state"], row["called"]) == ("calling", "Ben")
    commands.acknowledge(row["page"], name="Cy", as_json=True)
    assert json.loads(said())["acknowledged_by"] == "Cy"
    commands.show(row["page"], as_json=True)
    shown = json.loads(said())
    assert [call["name"] for call in shown["calls"]] == ["Ben"]
    assert shown["calls"][0]["methods"][0]["due_at"] == shown["calls"][0]["at"]
    assert shown["calls"][0]["methods"][0]["tries"][0]["outcome"] == "sent"
    assert "Cy does something" in shown["next"][0]["what"]
    commands.show(row["page"])
    text = said()
    assert "chat: done" in text and "next: Cy does something" in text
    commands.list()
    assert "(Cy)" in said()
    with pytest.raises(Exception, match="1"):
        commands.show(987654321)


@pytest.mark.clause("oncall.respond", "oncall.escalate")
def test_an_acknowledgement_that_leads_nowhere_is_asked_again(world: World) -> None:
    alarm(world)
    world.press("Ben", "page.acknowledge", page().about)
    world.forward(minutes=30)
    assert called() == ["Ben", "Ben"]
    world.press("Ben", "page.acknowledge", page().about)
    Engineer.objects.filter(name="Ben").update(active=False)
    world.forward(minutes=30)
    assert called()[2:] == ["Cy"]


@pytest.mark.clause("oncall.respond")
def test_a_page_is_put_off_shows_it_and_comes_back(world: World) -> None:
    alarm(world)
    about = page().about
    until = "2026-11-24T19:45"
    with pytest.raises(Refused, match="Say that you have it first"):
        world.press("Ben", "page.snooze", about, until=until)
    world.press("Ben", "page.acknowledge", about)
    with pytest.raises(Refused, match="don't have this page"):
        world.press("Cy", "page.snooze", about, until=until)
    world.press("Ben", "page.snooze", about, until=until)
    ben = visit("Ben")
    assert "Put off until" in ben.get(f"/pages/{page().pk}").content.decode()
    assert "Asked again: today at 19:45 GMT" in "".join(world.said(HIGH))
    world.forward(hours=2, minutes=14)
    assert called() == ["Ben"]
    world.forward(minutes=1)
    assert called() == ["Ben", "Ben"]
    assert (page().state, page().snoozed_until) == ("calling", None)


@pytest.mark.clause("oncall.respond", "hours.closed")
def test_a_page_that_is_asked_about_again_after_hours_waits_for_the_morning(world: World) -> None:
    world.forward(hours=4, minutes=20)
    alarm(world)
    world.press("Ben", "page.acknowledge", page().about)
    world.forward(minutes=30)
    assert (page().state, called()) == ("held", ["Ben"])
    assert page().held_until == world.moment("2026-11-25T07:00")
    world.forward(hours=8, minutes=42)
    assert called() == ["Ben", "Ben"], "who has the shift then is Ben again"


@pytest.mark.clause("oncall.respond")
@pytest.mark.parametrize(
    ("who", "after", "again"), [("Ben", 0, "Cy"), ("Ben", 22, "Cy"), ("Ada", 0, "Ada")]
)
def test_whoever_covers_by_then_is_asked_again(
    tmp_path: Path, who: str, after: int, again: str
) -> None:
    """Ben may answer just after his shift; Ada took it without one, so no end takes it from her."""
    world = World(tmp_path, "2026-11-24T18:00")
    ends = world.moment("2026-11-24T18:20")
    world.shift(world.at - timedelta(days=1), ends, primary="Ben")
    world.shift(ends, ends + timedelta(days=1), primary="Cy")
    world.forward(minutes=max(after - 4, 0))
    alarm(world)
    world.forward(minutes=min(after, 4))
    world.press(who, "page.acknowledge", page().about)
    world.forward(minutes=30)
    assert called() == ["Ben", again]
    assert ("Ben had it before" in "".join(world.said(HIGH))) == (again == "Cy")


@pytest.mark.parametrize(
    ("until", "says"),
    [
        ("2026-11-24T17:30", "between now"),
        ("2026-11-24T16:00", "between now"),
        ("2026-11-24T21:31", "today at 21:30 GMT"),
        ("soon", "not a time"),
        ("", "is missing"),
    ],
)
def test_a_page_is_put_off_for_four_hours_at_most(world: World, until: str, says: str) -> None:
    alarm(world)
    world.press("Ben", "page.acknowledge", page().about)
    with pytest.raises(Refused, match=says):
        world.press("Ben", "page.snooze", page().about, until=until)
    assert page().snoozed_until is None


def test_a_page_is_put_off_until_the_end_of_one_s_cover_at_most(world: World) -> None:
    world.forward(hours=2)
    alarm(world)
    world.press("Ben", "page.acknowledge", page().about)
    with pytest.raises(Refused, match="Give a time up to today at 22:00 GMT"):
        world.press("Ben", "page.snooze", page().about, until="2026-11-24T22:01")
    form = visit("Ben").get(f"/do/page.snooze/{page().about}").content.decode()
    assert 'value="2026-11-24T22:00"' in form


def test_what_is_resolved_while_it_is_put_off_never_comes_back(world: World) -> None:
    alarm(world)
    world.press("Ben", "page.acknowledge", page().about)
    world.press("Ben", "page.snooze", page().about, until="2026-11-24T19:45")
    alarm(world, firing=False)
    world.forward(hours=20)
    assert called() == ["Ben"]
    assert (page().state, page().snoozed_until) == ("resolved", None)
    with pytest.raises(acknowledgement.PageOver):
        world.press("Ben", "page.snooze", page().about, until="2026-11-25T19:45")


@pytest.mark.clause("oncall.respond")
def test_acknowledged_in_june_and_resolved_it_never_pages_in_october(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-06-09T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    alarm(world)
    world.press("Ben", "page.acknowledge", page().about)
    alarm(world, firing=False)
    world.forward(hours=12)
    world.at = world.moment("2026-10-16T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    world.forward(days=1)
    assert called() == ["Ben"]
    assert not Commitment.objects.filter(subject=page().about, state="open").exists()
    assert not OutboxMessage.objects.filter(
        state__in=["owed", "trying"], subject=page().about
    ).exists()


@pytest.mark.clause("oncall.respond")
def test_an_alarm_that_was_acknowledged_long_ago_and_fires_anew_pages_anew(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-06-09T19:00")
    world.shifts(primary="Ben")
    alarm(world)
    world.press("Ben", "page.acknowledge", page().about)
    alarm(world, firing=False)
    world.at += timedelta(days=14)
    alarm(world)
    pages = Page.objects.order_by("id")
    assert [one.state for one in pages] == ["resolved", "calling"]
    assert [call.engineer.name for call in pages[1].calls.all()] == ["Ben"]


@pytest.mark.clause("oncall.respond", "oncall.escalate")
def test_a_page_s_screen_shows_every_call_try_and_what_comes_next(world: World) -> None:
    with hook("refusal") as push, hook() as phone:
        method(world, "Ben", push)
        method(world, "Ben", phone, delay=2)
        found = alarm(world)
        world.forward(minutes=5)
    cy = visit("Cy")
    for address in (f"/pages/{page().pk}", f"/alarms/{found.pk}"):
        text = re.sub(r"<[^>]+>", " ", cy.get(address).content.decode())
        text = " ".join(text.split())
        assert "Ben, 17:30" in text and "Cy, 17:35" in text
        assert "hook 1 17:30 try 1: failed, it answered 403 ( 17:30 ) can't be sent" in text
        assert "hook 2 17:30 try 1: sent ( 17:30 )" in text
    text = re.sub(r"<[^>]+>", " ", cy.get(f"/pages/{page().pk}").content.decode())
    text = " ".join(text.split()).replace("&#x27;", "'")
    assert "Cy answers the page about Visits can't be booked by 17:40" in text
    assert "If nobody answers 17:40 #cloud-platform is told" in text
    assert "17:40 Ben is called by hook 1 and hook 2, round 2 17:45 Cy is called" in text


@pytest.mark.clause("oncall.respond")
def test_a_try_whose_worker_died_is_on_record_as_unknown_and_the_next_says_so(
    world: World,
) -> None:
    with hook() as push:
        method(world, "Ben", push, delay=1)
        alarm(world)
        message = OutboxMessage.objects.get(kind="contact-method")
        assert message.due_at and outbox.DELIVERIES.claim(message.pk, message.due_at)
        # And the worker dies.
        world.forward(minutes=3)
        assert len(push.asked) == 1
        assert "may have had this message before" in push.json()[0]["message"]
    tries = [(one.number, one.outcome) for one in message.tries.all()]
    assert tries == [(1, "unknown"), (2, "sent")]
    shown = seen(visit("Cy").get(f"/pages/{page().pk}"))
    assert "try 1: unknown, it may have arrived" in shown


def test_the_record_of_a_long_page_takes_few_queries(
    world: World, django_assert_max_num_queries: Any
) -> None:
    alarm(world)
    world.forward(hours=2)
    assert len(called()) > 20
    cy = visit("Cy")
    with django_assert_max_num_queries(37):
        cy.get(f"/pages/{page().pk}")


def test_a_link_is_for_the_page_that_was_raised_then_unless_it_knows_no_moment(
    world: World,
) -> None:
    address, found = link(world), page()
    token = signing.dumps([found.pk, Engineer.objects.get(name="Ben").pk], salt="page")
    assert page_calls.answered_by_link(token=token)[0] == found  # As earlier versions made them.
    Page.objects.update(raised_at=page().raised_at - timedelta(hours=3))  # As after a restore.
    answer = Client().post(address, headers={"accept": "application/json"})
    assert 400 <= answer.status_code < 500
    assert page().state == "calling"
