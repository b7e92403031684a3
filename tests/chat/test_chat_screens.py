"""The built-in chat on the web: marks, changing and removing posts, and where questions stand."""

from pathlib import Path

import pytest

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.desk.models import Question
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
ASK = "#ask-cloud-platform"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def ask(world: World, text: str = "How do I add a namespace?") -> Question:
    people_posts.post(by=Author.of(world.person("Uma")), channel=ASK, text=text, at=world.at)
    world.settle()
    return Question.objects.latest("id")


def test_a_mark_is_put_on_and_taken_off_by_a_button(world: World) -> None:
    question, ben = ask(world), visit("Ben")
    thread = f"/threads/{question.post_id}"
    assert "post.mark=eyes" in ben.get(thread).text
    answer = ben.post(f"/do/post.mark=eyes/post:{question.post_id}", {"back": thread})
    assert answer.headers["Location"] == f"/posts/{question.post_id}"
    assert ben.get(answer.headers["Location"]).headers["Location"] == (
        f"{thread}#post-{question.post_id}"
    )
    world.settle()
    page = ben.get(thread).text
    assert "post.unmark=eyes" in page and 'aria-pressed="true"' in page
    assert "Ben is looking into this." in seen(ben.get(thread))
    ben.post(f"/do/post.unmark=eyes/post:{question.post_id}", {"back": thread})
    world.settle()
    assert Question.objects.get().engineer is None
    ben.post(f"/do/post.mark=nonsense/post:{question.post_id}", {"back": thread})
    assert "There is no such mark." in seen(ben.get(thread))


def test_one_s_own_post_is_changed_and_removed_after_a_look_and_nobody_else_s(
    world: World,
) -> None:
    question, uma, ben = ask(world), visit("Uma"), visit("Ben")
    about = f"post:{question.post_id}"
    assert "post.edit" in uma.get(f"/threads/{question.post_id}").text
    assert "post.edit" not in ben.get(f"/threads/{question.post_id}").text
    assert "How do I add a namespace?" in seen(uma.get(f"/do/post.edit/{about}"))
    uma.post(f"/do/post.edit/{about}", {"text": "How do I add <b>two</b>?", "filled": "1"})
    assert Question.objects.get().title == "How do I add <b>two</b>?"
    assert "&lt;b&gt;two" in uma.get(f"/threads/{question.post_id}").text
    refused = ben.post(f"/do/post.edit/{about}", {"text": "Mine", "filled": "1"})
    assert refused.status_code == 422
    uma.post(f"/do/post.remove/{about}")
    assert Post.objects.get(pk=question.post_id).removed_at is None
    assert "Remove it for good" in seen(uma.get(f"/do/post.remove/{about}"))
    uma.post(f"/do/post.remove/{about}", {"filled": "1"})
    world.settle()
    assert Question.objects.get().state == "withdrawn"
    page = uma.get(f"/threads/{question.post_id}").text
    assert "(removed)" in page and "post.edit" not in page and "post.mark" not in page


def test_nobody_reaches_a_post_that_is_for_another(world: World) -> None:
    question = ask(world)
    world.press("Ada", "question.solve", question.about)
    private = Post.objects.get(key=f"{question.about}:happiness")
    ben = visit("Ben")
    assert ben.get(f"/posts/{private.pk}").status_code == 404
    ben.post(f"/do/post.mark=eyes/post:{private.pk}")
    assert not private.marks.exists()


def test_open_questions_are_listed_with_who_has_them_and_for_how_long(world: World) -> None:
    ada = visit("Ada")
    assert "No question is open." in seen(ada.get("/questions/"))
    first = ask(world)
    world.forward(minutes=20)
    second = ask(world, "Is it <slow>?")
    world.press("Ben", "question.take", second.about)
    world.press("Ben", "question.wait", second.about)
    world.forward(minutes=10)
    page = seen(ada.get("/questions/"))
    assert page.index("Unanswered") < page.index("How do I add a namespace?")
    assert "nobody has it" in page and "30 min of support time" in page
    assert page.index("Waiting for the asker") < page.index("Is it <slow>?")
    world.press("Ada", "question.take", first.about)
    assert "Is it <slow>?" not in seen(ada.get("/questions/?mine=yes")).partition("Over")[0]
    assert "You have no open question." in seen(visit("Cy").get("/questions/?mine=yes"))


def test_a_question_s_record_tells_its_figures_on_both_clocks(world: World) -> None:
    question, ada = ask(world), visit("Ada")
    world.forward(minutes=12)
    people_posts.post(
        by=Author.of(world.person("Ada")),
        channel=ASK,
        text="So",
        at=world.at,
        thread=question.post_id,
    )
    world.settle()
    world.forward(hours=24)
    world.press("Uma", "question.solve", question.about)
    page = seen(ada.get(f"/questions/{question.pk}/record"))
    assert "Answered by Ada 12 min 12 min" in page
    assert "Solved 7 h 12 min 24 h" in page
    assert "in the channel alone" in page and "How to" in page
