"""Out of hours a question can page on call, if the process says so; else the desk says it can't."""

import threading
from pathlib import Path

import pytest
from django.db import connection

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.desk.flows import urgent_pages
from dutydesk.desk.flows.events import QuestionRefused
from dutydesk.desk.models import Question
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.forms import FormRefused
from dutydesk.oncall.models import Page
from dutydesk.process.flows import process
from dutydesk.wiring import ACTIONS
from testing.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("hours.out-of-hours")]
ASK = "#ask-cloud-platform"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T20:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    return world


def lets_page(world: World, folder: Path, text: str = "{at_most: 1, within: 1 hour}") -> None:
    file = folder / "process.yaml"
    limit = "  quick_limit: 15 minutes\n"
    file.write_text(file.read_text().replace(limit, f"{limit}  urgent: {text}\n"))
    process.adopt(file=file, at=world.at)


def asked(world: World, text: str = "Prison visits is down in production") -> Question:
    by = Author.of(world.person("Uma"))
    post = people_posts.post(by=by, channel=ASK, text=text, at=world.at)
    world.settle()
    return Question.objects.get(post=post)


def buttons(question: Question) -> list[str]:
    said = question.post.replies.order_by("pk").first()
    assert said is not None
    return [one.action for one in said.words.buttons]


def test_without_the_key_the_desk_says_that_nobody_is_called(world: World) -> None:
    question = asked(world)
    greeting = question.post.replies.get().words.body
    assert greeting.endswith("Nobody is called for a question before then.")
    assert "question.page" not in buttons(question)
    with pytest.raises(QuestionRefused, match="no way to call somebody"):
        world.press("Uma", "question.page", question.about, why="Nobody can book")
    assert not Page.objects.exists()


def test_who_is_on_call_is_paged_with_what_is_wrong_and_it_is_on_record(
    world: World, tmp_path: Path
) -> None:
    lets_page(world, tmp_path)
    question = asked(world)
    assert question.post.replies.get().words.body.endswith("you can page on call.")
    assert buttons(question) == ["question.take", "question.solve", "question.page"]
    form = ACTIONS["question.page"].form
    assert form is not None
    shown = form(question.about, world.person("Uma"), world.at)
    assert shown.note.startswith("Ben is called now, and others if Ben doesn't answer.")
    with pytest.raises(FormRefused):
        world.press("Uma", "question.page", question.about, why=" ")
    done = world.press("Uma", "question.page", question.about, why="Nobody can\nbook visits")
    assert done.says.startswith("On call is paged.")
    page = Page.objects.get()
    assert (page.subject, page.called and page.called.name) == (question.about, "Ben")
    assert page.title == "Urgent, Uma says: Nobody can book visits"
    assert page.details.endswith("\n\nNobody can\nbook visits")
    entry = JournalEntry.objects.get(kind="question.paged")
    assert (entry.subject, entry.text) == (question.about, "Uma paged on call about it")
    assert "Ben" in question.post.replies.latest("pk").words.body
    with pytest.raises(QuestionRefused, match="paged about it already"):
        world.press("Cy", "question.page", question.about, why="Still so")
    world.press("Uma", "question.solve", question.about)
    page.refresh_from_db()
    assert page.state == "resolved"


def test_one_person_pages_no_more_often_than_the_process_says(world: World, tmp_path: Path) -> None:
    lets_page(world, tmp_path)
    first = asked(world)
    world.press("Uma", "question.page", first.about, why="Nobody can book")
    world.forward(minutes=30)
    second = asked(world, "The gateway is down too")
    with pytest.raises(QuestionRefused, match="You can again today at 21:00"):
        world.press("Uma", "question.page", second.about, why="It is down")
    world.press("Ada", "question.page", second.about, why="I see it as well")
    world.press("Ada", "question.solve", second.about)
    world.press("Ada", "question.reopen", second.about)
    world.forward(minutes=30)
    world.press("Uma", "question.page", second.about, why="It is down again")
    assert Page.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_five_pages_at_once_no_more_are_sent_than_the_process_says(
    world: World, tmp_path: Path
) -> None:
    lets_page(world, tmp_path, "{at_most: 2, within: 1 hour}")
    about = []
    for name in ("Prison visits", "The gateway", "DNS", "Our build", "The registry"):
        about.append(asked(world, f"{name} is down in production").pk)
        world.forward(minutes=15)
    uma, refused = world.person("Uma"), list[str]()
    ready = threading.Barrier(len(about), timeout=60)

    def page(question: int) -> None:
        try:
            ready.wait()
            urgent_pages.page(question=question, why="It is down", by=uma, at=world.at)
        except QuestionRefused as refusal:
            refused.append(refusal.reason)
        finally:
            connection.close()

    threads = [threading.Thread(target=page, args=(one,)) for one in about]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert refused == ["You paged on call 2 times within 1 hour."] * 3
    assert Page.objects.count() == 2


def test_in_support_hours_and_for_what_is_over_nobody_is_paged(
    world: World, tmp_path: Path
) -> None:
    lets_page(world, tmp_path, "{}")
    question = asked(world)
    world.press("Uma", "question.solve", question.about)
    with pytest.raises(QuestionRefused, match="It is over"):
        world.press("Uma", "question.page", question.about, why="It is down")
    world.press("Uma", "question.reopen", question.about)
    world.forward(hours=15)
    with pytest.raises(QuestionRefused, match="Support is open now"):
        world.press("Uma", "question.page", question.about, why="It is down")
    assert "question.page" not in buttons(asked(world, "And now?"))


def test_when_nobody_is_on_call_the_form_says_so_and_the_page_waits(
    world: World, tmp_path: Path
) -> None:
    lets_page(world, tmp_path)
    world.forward(hours=5)  # One in the night.
    question = asked(world)
    form = ACTIONS["question.page"].form
    assert form is not None
    shown = form(question.about, world.person("Uma"), world.at)
    assert shown.note.startswith("Nobody is on call at this hour")
    world.press("Uma", "question.page", question.about, why="It is down")
    assert Page.objects.get().state == "held"
    world.forward(hours=7)
    page = Page.objects.get()
    assert (page.state, page.called and page.called.name) == ("calling", "Ben")


@pytest.mark.parametrize("where", ["in its thread", "in the channel"])
def test_what_was_asked_by_day_can_page_too_once_its_asker_says_more_by_night(
    world: World, tmp_path: Path, where: str
) -> None:
    lets_page(world, tmp_path)
    world.forward(hours=20, minutes=59)  # A minute before support closes.
    question = asked(world, "Prison visits is slow")
    assert "question.page" not in buttons(question)
    world.forward(minutes=1)
    people_posts.post(
        by=Author.of(world.person("Uma")),
        channel=ASK,
        text="It is down for everybody now",
        at=world.at,
        thread=question.post_id if where == "in its thread" else None,
    )
    world.settle()
    assert Question.objects.get() == question
    assert "question.page" in buttons(question)
    world.press("Uma", "question.page", question.about, why="Nobody can book visits")
    assert Page.objects.get().subject == question.about
