"""The list of questions that are over: sorted, narrowed and paged by its address."""

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.desk.models import Question
from testing.screens import seen, squeezed, visit
from testing.world import Moving, World, number

pytestmark = pytest.mark.django_db
ASK = "#ask-cloud-platform"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def solved(world: World, text: str, by: str, minutes: int) -> Question:
    people_posts.post(by=Author.of(world.person("Uma")), channel=ASK, text=text, at=world.at)
    world.settle()
    question = Question.objects.latest("id")
    world.press(by, "question.take", question.about)
    world.forward(minutes=minutes)
    world.press(by, "question.solve", question.about)
    return question


def titles(client: Client, query: str = "") -> list[str]:
    rows = squeezed(client.get(f"/questions/{query}").text).partition("<tbody>")[2]
    return re.findall(r'<th scope="row"><a href="/threads/\d+">(.*?)</a>', rows)


def test_questions_that_are_over_are_sorted_and_narrowed_by_the_address(world: World) -> None:
    ada = visit("Ada")
    assert "None yet. A question comes here when it is solved" in seen(ada.get("/questions/"))
    solved(world, "Why is it slow?", "Ada", 50)
    solved(world, "Where is the log?", "Ben", 10)
    assert titles(ada) == ["Where is the log?", "Why is it slow?"]
    assert titles(ada, "?sort=-took") == ["Why is it slow?", "Where is the log?"]
    assert titles(ada, "?sort=engineer")[0] == "Why is it slow?"
    assert titles(ada, f"?engineer={number('Ben')}") == ["Where is the log?"]
    assert titles(ada, "?mine=yes") == ["Why is it slow?"]
    assert titles(ada, "?sort=password&engineer=x") == titles(ada)
    assert "Nothing matches. Show all" in seen(ada.get("/questions/?state=withdrawn"))
    page = squeezed(ada.get("/questions/?sort=took").text)
    assert '<th scope="col" class="num" aria-sort="ascending"><a href="?sort=-took">Took' in page


def test_a_page_of_questions_costs_the_same_however_many_there_are(world: World) -> None:
    ada = visit("Ada")
    for text in ("Why?", "When?", "Where?", "Who?"):
        solved(world, text, "Ada", 1)
    ada.get("/questions/")
    with CaptureQueriesContext(connection) as many:
        assert len(titles(ada)) == 4
    Question.objects.exclude(pk=Question.objects.latest("id").pk).delete()
    with CaptureQueriesContext(connection) as one:
        assert len(titles(ada)) == 1
    assert len(many) == len(one)


def test_lists_say_for_whom_a_question_waits_and_how_many_questions_cost_no_more(
    world: World,
) -> None:
    people_posts.post(by=Author.of(world.person("Uma")), channel=ASK, text="Slow?", at=world.at)
    world.settle()
    question = Question.objects.get()
    world.press("Ada", "question.wait", question.about)
    for page in ("/", "/mine/"):
        assert "we need a word from you" in seen(visit("Uma").get(page)), page
    assert "waits for a word from Uma" in seen(visit("Ben").get("/"))
    ada = visit("Ada")

    def statements(page: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            ada.get(page)
        return len(asked)

    pages = ("/questions/", "/mine/")
    few = [statements(page) for page in pages * 2][2:]  # The first time more is asked, once.
    for place in range(4):
        who = Author(f"P{place}", None, f"slack:T1:U{place}")
        people_posts.post(by=who, channel=ASK, text=f"Topic{place}?", at=world.at)
        people_posts.post(by=who, channel=ASK, text="And more", at=world.at)
        world.settle()
    assert [statements(page) for page in pages] == few
