"""Who asks the team gets to a field for their words with one press."""

import re
from pathlib import Path

import pytest

from dutydesk.desk.models import Question
from testing.screens import seen, squeezed, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben")
    return world


@pytest.mark.parametrize(
    ("path", "words"), [("/", "<span>Ask</span>"), ("/mine/", "ask"), ("/questions/", "Ask in")]
)
def test_every_offer_to_ask_leads_to_the_field(path: str, words: str) -> None:
    page = squeezed(visit("Uma").get(path).text)
    offers = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>((?:(?!</a>).)*)</a>', page)
    assert {where for where, says in offers if words in says} == {"/ask"}
    form = squeezed(visit("Uma").get("/ask").text).partition('<form class="card"')[2]
    assert re.search(r'<textarea [^>]*name="text"', form.partition("</form>")[0])


def test_what_is_asked_is_a_question_in_a_thread_of_its_own(world: World) -> None:
    answer = visit("Uma").post("/ask", {"text": "How do I add a `namespace`?"})
    world.settle()
    asked = Question.objects.get()
    assert answer.headers["Location"] == f"/threads/{asked.post_id}"
    page = squeezed(visit("Uma").get(answer.headers["Location"]).text)
    assert "<h1>How do I add a namespace?</h1>" in page
    assert "<code>namespace</code>" in page


def test_a_question_without_words_is_refused_and_nothing_is_asked() -> None:
    answer = visit("Uma").post("/ask", {"text": "  "})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert not Question.objects.exists()


@pytest.mark.parametrize("name", ["Uma", "Ada"])
def test_a_question_s_thread_offers_each_deed_once(world: World, name: str) -> None:
    visit("Uma").post("/ask", {"text": "The login fails"})
    world.settle()
    thread = f"/threads/{Question.objects.get().post_id}"
    page = squeezed(visit(name).get(thread).text)
    assert page.count("/do/question.solve/") == 1
    assert page.count("/do/question.take/") == (name == "Ada")
    world.press("Ada", "question.take", Question.objects.get().about)
    world.settle()
    page = squeezed(visit(name).get(thread).text)
    assert page.count("/do/question.solve/") == 1
    world.press("Ada", "question.solve", Question.objects.get().about)
    world.settle()
    page = squeezed(visit(name).get(thread).text)
    assert page.count("/do/question.solve/") == 0
    assert page.count("/do/question.reopen/") == 1


def test_what_is_a_tab_is_no_button_beside_it() -> None:
    for path, tabs in (
        ("/alarms/", ("/alarms/heartbeats/", "/alarms/keys/", "/alarms/explain")),
        ("/shifts/", ("/shifts/plan/", "/shifts/shares/", "/shifts/calendars/")),
        ("/people/", ("/people/accounts/",)),
    ):
        page = squeezed(visit("Ada").get(path).text)
        for tab in tabs:
            assert page.partition("<h1>")[2].count(f'href="{tab}"') == 0, tab
    assert 'href="/shifts/shares/"' in visit("Uma").get("/shifts/").text


def test_the_top_offers_what_one_may(world: World) -> None:
    def top(name: str) -> str:
        return squeezed(visit(name).get("/").text).partition("</header>")[0]

    assert "Declare an incident" in top("Ada")
    assert "How I am reached" in top("Ada")
    assert "Declare an incident" not in top("Uma")
    assert "How I am reached" not in top("Uma")
    assert "My account and sessions" in top("Uma")
    assert 'action="/find"' in top("Uma")
    searching = squeezed(visit("Uma").get("/find").text).partition("</form>")[0]
    assert 'aria-current="page"' in searching
    assert "Now" in seen(visit("Uma").get("/"))
