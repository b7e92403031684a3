"""Somebody leaves the team: what they had is nobody's, wherever that is asked, and is told."""

import re
from itertools import product
from pathlib import Path

import pytest

from dutydesk.chat.models import Post
from dutydesk.commitments.models import Commitment
from dutydesk.desk.models import Question, Ticket
from dutydesk.handovers.flows import present_facts
from dutydesk.people.flows import people
from dutydesk.people.models import Engineer
from dutydesk.routines.flows import facts
from dutydesk.site.counts import counts
from testing.asked import TEAM, ask, now, say, standing
from testing.house import HOUSE, named
from testing.routines import request
from testing.screens import squeezed, visit
from testing.world import Moving, World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("ask.board", "support.day-start")]
LEFT = "Ben has left the team"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def goes(world: World, name: str = "Ben", *, back: bool = False) -> None:
    people.set_active(engineer=number(name), active=back, at=world.at)
    world.settle()


def told(world: World) -> list[Post]:
    posts = Post.objects.filter(channel__name=TEAM).order_by("pk")
    return [post for post in posts if LEFT in post.words.body]


def owners(question: Question) -> set[str]:
    owed = Commitment.objects.filter(subject=question.about, state="open")
    return set(owed.exclude(owner="").values_list("owner", flat=True))


def of_ben(world: World) -> tuple[Question, Ticket, Ticket]:
    """Give a question that Ben looks into, its ticket, and another ticket of his."""
    question, other = ask(world), request(world, "A second namespace")
    world.press("Ben", "question.take", question.about)
    world.press("Ben", "ticket.raise", question.about, title="Visits", body="It")
    world.press("Ben", "ticket.take", other.about)
    return question, Ticket.objects.get(question=question), other


def test_what_they_had_is_offered_to_the_team_once_and_goes_to_who_takes_it(world: World) -> None:
    question, ticket, other = of_ben(world)
    assert standing(question) == "Ben is looking into this."
    goes(world)
    assert standing(question).startswith("Thanks, Uma")
    assert owners(question) == {"cover"}
    (post,) = told(world)
    assert [one.about for one in post.words.buttons] == [question.about, other.about]
    world.forward(days=1)
    assert len(told(world)) == 1
    world.press("Ada", "question.take", question.about)
    ticket.refresh_from_db()
    assert (ticket.has_it, now(question).has_it) == ("Ada", "Ada")
    assert standing(question) == "Ada is looking into this."


def test_whoever_answers_next_has_it_and_its_ticket(world: World) -> None:
    question = ask(world)
    say(world, "Ben", "With the form", thread=question.post_id)
    goes(world)
    assert standing(question) == "The team is helping Uma."
    assert owners(question) == {"cover"}
    say(world, "Cy", "The form is on the second page", thread=question.post_id)
    assert (now(question).has_it, owners(question)) == ("Cy", {"Cy"})
    assert standing(question) == "Cy is helping Uma."


def test_a_question_of_theirs_that_is_opened_again_is_nobodys(world: World) -> None:
    question = ask(world)
    say(world, "Ben", "With the form", thread=question.post_id)
    world.press("Uma", "question.solve", question.about)
    goes(world)
    assert told(world) == []
    world.press("Uma", "question.reopen", question.about)
    assert owners(question) == {"cover"}
    assert standing(question).startswith("Thanks, Uma")
    world.press("Cy", "question.wait", question.about)
    assert now(question).has_it == "Cy"


def test_who_is_back_has_what_nobody_took_meanwhile(world: World) -> None:
    question, ticket, other = of_ben(world)
    goes(world)
    world.press("Ada", "ticket.take", other.about)
    goes(world, back=True)
    ticket.refresh_from_db()
    other.refresh_from_db()
    assert (now(question).has_it, ticket.has_it, other.has_it) == ("Ben", "Ben", "Ada")
    assert standing(question) == "Ben is looking into this."
    assert len(told(world)) == 1


def test_all_that_asks_whether_somebody_has_a_ticket_says_the_same(world: World) -> None:
    ada, ben = Engineer.objects.get(name="Ada"), Engineer.objects.get(name="Ben")
    for who, outside, over in product((None, ada, ben), ("", "stranger"), (None, world.at)):
        if who is None or not outside:
            ticket = request(world, f"Of {who or outside or 'nobody'}")
            ticket.engineer, ticket.assigned, ticket.closed_at = who, outside, over
            ticket.save()
    goes(world)
    open_ = Ticket.objects.filter(closed_at=None)
    free = {one.pk for one in open_ if not one.has_it}
    assert len(free) == 2
    assert set(facts.untaken().values_list("pk", flat=True)) == free
    assert {one.about for one in facts._taken()} == {one.about for one in open_ if one.has_it}
    assert counts(world.person("Ada"))["tickets"].number == len(free)
    seen = squeezed(visit("Ada").get("/board/nobody").text)
    assert "2 taken by nobody" in seen
    assert seen.count('<article class="card ticket"') == len(free)
    assert seen.count("ticket.take") == len(free)


def test_all_that_says_who_has_a_question_says_the_same(world: World) -> None:
    question = ask(world)
    world.press("Ben", "question.take", question.about)
    goes(world)
    for page in ("/", "/questions/"):
        assert "Ben" not in visit("Ada").get(page).text.partition('id="over"')[0], page
    assert "nobody has it" in visit("Ada").get("/questions/").text
    (line,) = [one.text for one in present_facts._questions()]
    assert "nobody has it" in line


def test_one_place_alone_says_which_tickets_nobody_has() -> None:
    asks = re.compile(r"\bassigned=\"\"|\bassigned__exact|\bengineer(?:_id)?(?:=None|__isnull)")
    rooms = ("desk", "routines", "handovers", "site", "chat", "slack", "measures")
    sources = (file for room in rooms for file in sorted((HOUSE / room).rglob("*.py")))
    found = {
        named(f) for f in sources if "migrations" not in f.parts and asks.search(f.read_text())
    }
    assert found == {"src/dutydesk/desk/models/holders.py"}
