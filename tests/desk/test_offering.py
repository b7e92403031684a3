"""Past answers, offered to whoever asks; and questions that were asked before."""

from pathlib import Path

import pytest
from django.test import Client

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.desk.flows.events import QuestionRefused
from dutydesk.desk.models import Duplicate, PastAnswer, Question
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.actions import NotYours
from dutydesk.people.models import Account
from dutydesk.wiring import ACTIONS
from testing.world import World, as_if_committed

pytestmark = pytest.mark.django_db
ASK = "#ask-cloud-platform"
OFFER = "This looks like something we answered before"


@pytest.fixture
def world(tmp_path: Path) -> World:
    as_if_committed()
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada")
    Account.objects.create_user(email="vic@example.org", name="Vic")
    return world


def ask(world: World, text: str, by: Author | str = "Uma", answer: str = "") -> Question:
    world.forward(minutes=5)
    author = Author.of(world.person(by)) if isinstance(by, str) else by
    root = people_posts.post(by=author, channel=ASK, text=text, at=world.at)
    world.settle()
    if answer:
        ada = Author.of(world.person("Ada"))
        people_posts.post(by=ada, channel=ASK, text=answer, at=world.at, thread=root.pk)
        world.settle()
    return Question.objects.get(post=root)


def offers(question: Question) -> list[Post]:
    posts = Post.objects.filter(thread=question.post_id).order_by("id")
    return [post for post in posts if post.key == f"{question.about}:past"]


@pytest.mark.clause("ask.in-channel", "ask.style")
def test_a_past_answer_is_offered_to_the_asker_alone_and_closes_the_question(
    world: World,
) -> None:
    past = ask(world, "How do I add a namespace to the live cluster?", answer="With the form.")
    question = ask(world, "Hello, how can I add a new namespace to live please?", by="Vic")
    (offer,) = offers(question)
    assert offer.only_for is not None
    assert offer.only_for.name == "Vic"
    assert OFFER in offer.words.body
    assert past.title in offer.words.facts[0][1]
    buttons = {button.label: button for button in offer.words.buttons}
    assert buttons["See it"].about == past.about
    helped = buttons["That helped"]
    with pytest.raises(NotYours):
        world.press("Uma", helped.action, helped.about)
    world.press("Vic", helped.action, helped.about)
    question.refresh_from_db()
    assert (question.state, question.outcome) == ("solved", "known")
    assert PastAnswer.objects.get().helped_at == world.at
    assert JournalEntry.objects.get(kind="question.helped").data == {
        "question": question.pk,
        "past": past.pk,
    }
    assert "a past answer helped" in offers(question)[0].words.body
    with pytest.raises(QuestionRefused):
        world.press("Vic", helped.action, helped.about)


@pytest.mark.parametrize(
    "text", ["Is the coffee machine down?", "How do I delete a namespace?", "Hello?", "namespace"]
)
def test_what_is_not_likely_is_not_offered(world: World, text: str) -> None:
    ask(world, "How do I add a namespace to the live cluster?", answer="With the form.")
    question = ask(world, text)
    assert not offers(question)
    assert not PastAnswer.objects.exists()


def test_what_nobody_answered_is_not_offered_and_three_are_the_most(world: World) -> None:
    ask(world, "How do I renew a certificate?")
    question = ask(world, "How do I renew the certificate?")
    assert not offers(question)
    past = [
        ask(world, f"How do I renew a certificate? {word}", answer="So.")
        for word in ("Please", "Thanks", "Kindly", "Really")
    ]
    question = ask(world, "How do I renew my certificate?")
    (offer,) = offers(question)
    assert len(offer.words.facts) == 3
    assert "See 3" in [button.label for button in offer.words.buttons]
    assert {one.past for one in question.similar} <= set(past)


def test_somebody_without_an_account_is_offered_it_in_the_thread(world: World) -> None:
    ask(world, "How do I renew a certificate?", answer="So.")
    stranger = Author("Zed", None, "slack:T1:U1")
    question = ask(world, "How do I renew a certificate?", by=stranger)
    (offer,) = offers(question)
    assert offer.only_for is None


def test_engineers_see_what_was_similar_on_the_thread(world: World, client: Client) -> None:
    past = ask(world, "How do I renew a certificate?", answer="So.")
    question = ask(world, "How do I renew my certificate?")
    for name, seen in (("Ada", True), ("Uma", False)):
        client.force_login(Account.objects.get(name=name))
        page = client.get(f"/threads/{question.post_id}").content.decode()
        assert ("Similar before" in page) == seen
        assert (f'href="/questions/{past.pk}"' in page) == seen


def test_a_question_asked_before_is_joined_to_the_first_and_closed(
    world: World, client: Client
) -> None:
    first = ask(world, "How do I renew a certificate?", answer="So.")
    second = ask(world, "Certificate expired, what now?", by="Vic")
    third = ask(world, "How do I renew my certificate?", by="Vic")
    form = ACTIONS["question.same"].form
    assert form is not None
    fields = {each.name: each for each in form(third.about, world.person("Ada"), world.at).fields}
    assert fields["original"].options[0] == (str(first.pk), f"{first.pk}: {first.title}")
    with pytest.raises(NotYours):
        world.press("Vic", "question.same", third.about, original=str(first.pk))
    for wrong in ("", "x", "999999", str(third.pk), str(third.pk + 1), "9" * 30):
        with pytest.raises(QuestionRefused):
            world.press("Ada", "question.same", third.about, other=wrong)
    world.press("Ada", "question.solve", first.about)
    world.press("Ada", "question.same", third.about, other=f"http://desk/questions/{second.pk}")
    world.press("Ada", "question.same", second.about, other=str(first.pk))
    assert {one.original_id for one in Duplicate.objects.all()} == {first.pk}
    with pytest.raises(QuestionRefused):
        world.press("Ada", "question.same", third.about, other=str(first.pk))
    third.refresh_from_db()
    assert (third.state, third.outcome) == ("solved", "known")
    said = world.said(ASK)
    assert any(text.startswith("This was asked before: Ada found") for text in said)
    assert any(text.startswith("Vic asked the same since then.") for text in said)
    client.force_login(Account.objects.get(name="Uma"))
    for here, there in ((first, third), (third, first)):
        page = client.get(f"/threads/{here.post_id}").content.decode()
        assert "The same question" in page
        assert f'href="/questions/{there.pk}"' in page
    fourth = ask(world, "How do I renew my certificate?")
    assert [one.past for one in fourth.similar] == [first]
    world.press("Ada", "question.same", fourth.about, other=str(third.pk))
    assert Duplicate.objects.get(question=fourth).original == first


def test_an_offer_says_what_the_answer_comes_to(world: World) -> None:
    past = ask(world, "How do I add a namespace to live?", answer="Which team are you in?")
    for by, text in (
        ("Uma", "I am in the visits team, and we have had one before"),
        ("Ada", "Hi Uma,\n> visits\nUse the form, it takes five minutes"),
        ("Ada", "Will look tomorrow whether it is there"),
    ):
        author = Author.of(world.person(by))
        people_posts.post(by=author, channel=ASK, text=text, at=world.at, thread=past.post_id)
        world.settle()
    (offer,) = offers(ask(world, "How can I add a namespace to live?", by="Vic"))
    assert "Answer: “Use the form, it takes five minutes”" in offer.words.facts[0][1]


def test_what_was_opened_again_is_no_answer_until_it_is_solved(world: World) -> None:
    past = ask(world, "How do I renew a certificate?", answer="So.")
    world.press("Ada", "question.solve", past.about)
    world.press("Ada", "question.reopen", past.about)
    assert not offers(ask(world, "How do I renew my certificate?", by="Vic"))
    world.press("Ada", "question.solve", past.about)
    assert offers(ask(world, "How do I renew the certificate?", by="Vic"))


def test_reviews_asked_for_are_no_past_answers_and_no_alleged_incident(world: World) -> None:
    address = "https://github.com/acme/environments/pull/{}"
    texts = (
        "could I get a review on {} please?",
        "please can someone approve {}",
        "{} ready for review",
        "PR review please: {}",
    )
    for number, text in enumerate(texts):
        by = Author(f"P{number}", None, f"slack:T1:U{number}")
        question = ask(world, text.format(address.format(number)), by=by, answer="Approved.")
        assert not offers(question)
    assert not Post.objects.filter(key__endswith=":burst").exists()
    question = ask(world, f"Why is the check of {address.format(9)} red?", by="Vic")
    assert not offers(question)
