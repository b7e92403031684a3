"""What somebody took back is gone from what another question, or a mail of several, quotes."""

from pathlib import Path

import pytest

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.desk.models import Question, Ticket
from dutydesk.incidents.models import Incident
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Account
from dutydesk.ports.delivery import MAIL, Delivery, Undelivered
from testing.asked import STRANGER, adopt, ask, now, say
from testing.searched import rows_with
from testing.world import World, as_if_committed

pytestmark = pytest.mark.django_db
SECRET, WORSE = "hunter2", "swordfish"
LEAK = f"My deploy fails, we are blocked: password={SECRET} is refused by the live cluster"
HINT = f"Then log in as root with {WORSE} for the time being"


@pytest.fixture
def world(tmp_path: Path) -> World:
    as_if_committed()
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    Account.objects.create_user(email="vic@example.org", name="Vic")
    return world


class MailIsDown:
    def deliver(self, parcel: Delivery) -> str:
        raise Undelivered(f"No mail goes out on attempt {parcel.attempt}")


def remove(world: World, post: Post) -> None:
    author = Author(post.author, post.account_id, post.outside)
    people_posts.remove(post=post.pk, by=author, at=world.at)
    world.settle()


def raise_ticket(world: World, question: Question, *said: Post) -> Ticket:
    """Raise one that quotes these posts, in its title the first."""
    title, body = said[0].words.body[:100], "\n\n".join(one.words.body for one in said)
    world.press("Ben", "ticket.raise", question.about, title=title, body=body)
    return Ticket.objects.latest("pk")


@pytest.mark.parametrize("again", [False, True])
def test_what_was_parted_is_gone_from_what_quotes_the_question_that_it_was_of(
    world: World, again: bool
) -> None:
    question = ask(world, text="Hi team, quick question")
    further = say(world, "Uma", LEAK)
    answer = say(world, "Ada", HINT, thread=further.pk)
    ticket = raise_ticket(world, question, further, answer)
    world.press("Ben", "incident.declare", question.about, title=now(question).title, criteria=[])
    world.press("Ada", "question.solve", question.about)
    world.press("Uma", "question.reopen", question.about)
    world.forward(minutes=40)
    world.press("Uma", "question.part-post", f"post:{further.pk}")
    if again:
        parted = Question.objects.get(post=further)
        assert now(parted).parted_from == question
        world.press("Uma", "question.join-again", parted.about)
    assert len(rows_with(SECRET)) > 5
    remove(world, answer)
    assert rows_with(WORSE) == []
    remove(world, further)
    assert rows_with(SECRET) == []
    ticket.refresh_from_db()
    assert (ticket.title, "(removed)" in ticket.body) == ("(removed)", True)
    assert "(removed)" in Incident.objects.get().title


def test_what_was_joined_again_is_gone_from_the_ticket_that_it_had_by_itself(world: World) -> None:
    question = ask(world)
    first = say(world, "Uma", "And who owns the logs?")
    world.press("Uma", "question.part-post", f"post:{first.pk}")
    parted = Question.objects.get(post=first)
    world.forward(minutes=1)
    second = say(world, "Uma", LEAK)
    assert now(parted).texts[-1] == LEAK
    ticket = raise_ticket(world, parted, second)
    world.press("Uma", "question.join-again", parted.about)
    assert now(question).texts[-1] == LEAK
    remove(world, second)
    assert rows_with(SECRET) == []
    ticket.refresh_from_db()
    assert "(removed)" in ticket.body


def test_what_is_said_under_a_further_post_is_gone_from_the_page_that_is_asked_for(
    world: World,
) -> None:
    question = ask(world, text="Hi team, quick question")
    further = say(world, "Uma", LEAK)
    answer = say(world, "Ada", HINT, thread=further.pk)
    world.press("Ada", "question.solve", question.about)
    text = f"# Deploys\n\n{LEAK}\n\n{HINT}"
    world.press("Ada", "question.write-down", question.about, title="Deploys", text=text)
    remove(world, answer)
    assert rows_with(WORSE) == []
    remove(world, further)
    assert rows_with(SECRET) == []


@pytest.mark.parametrize("which", [0, 1])
def test_it_is_gone_from_a_mail_of_several_questions_whichever_it_is(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, which: int
) -> None:
    monkeypatch.setitem(outbox._senders, MAIL, MailIsDown())
    adopt(world, "support:\n  size: 3\n", "support:\n  size: 3\n  lead: Cy\n", tmp_path)
    texts = [LEAK, "Where are the logs of the visits namespace?"]
    asked = [
        ask(world, by, text)
        for by, text in zip(("Uma", "Vic"), texts[::-1] if which else texts, strict=True)
    ]
    world.forward(hours=2)
    (mail,) = OutboxMessage.objects.filter(kind=MAIL, key__contains=":lead:")
    assert mail.subject == asked[0].about
    assert (SECRET in mail.payload["body"], mail.state) == (True, "owed")
    remove(world, asked[which].post)
    mail.refresh_from_db()
    assert rows_with(SECRET) == []
    assert texts[1] in mail.payload["body"]


def test_it_is_gone_from_a_post_that_was_there_before_it_and_told_of_it_later(
    world: World,
) -> None:
    for by in ("Uma", "Vic", "Cy"):
        ask(world, by, "The deploy fails and is refused by the live cluster, password?")
        world.forward(minutes=3)
    burst = Post.objects.get(key__endswith=":burst")
    last = ask(world, STRANGER, LEAK)
    burst.refresh_from_db()
    assert last.post_id > burst.pk
    assert SECRET in str(burst.message)
    remove(world, last.post)
    assert rows_with(SECRET) == []
