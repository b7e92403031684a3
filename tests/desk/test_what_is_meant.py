"""What follows of thanks, found it, same here and the like, in the channel and in threads."""

from datetime import timedelta

import pytest

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.desk.models import FurtherPost, Question
from testing.asked import ASK, STRANGER, TEAM, ask, happened, now, nudges, say, standing
from testing.world import World

pytestmark = pytest.mark.django_db

ZED = Author("Zed", None, "slack:T1:U7")


def answered(world: World, by: str | Author = "Uma", text: str = "How do I add it?") -> Question:
    question = ask(world, by, text)
    say(world, "Ada", "Use the form", thread=question.post_id)
    return question


def offered(world: World, question: Question) -> list[Post]:
    return list(Post.objects.filter(key__startswith=f"{question.about}:settled").order_by("pk"))


def tickets_offered(world: World) -> list[str]:
    return [text for text in world.said(ASK, only_for="Ada") if "raise a ticket" in text]


@pytest.mark.clause("ask.in-channel")
def test_what_needs_no_answer_any_more_is_solved_and_nobody_is_nudged(world: World) -> None:
    for words in ("Never mind, found it!", "ah great, that worked, thanks"):
        question = ask(world, "Uma", f"How is it? {words}")
        say(world, STRANGER, "Have you tried the form?", thread=question.post_id)
        say(world, "Uma", words, thread=question.post_id)
        assert (now(question).state, now(question).outcome) == ("solved", "found")
        world.forward(minutes=3)
    question = ask(world, "Uma", "Where is the guide?")
    world.forward(minutes=5)
    say(world, "Uma", "nvm, found it")
    assert now(question).state == "solved"
    world.forward(hours=2)
    assert not nudges(world)
    assert Question.objects.count() == 3


def test_thanks_in_an_open_thread_offer_solved_if_somebody_else_wrote_there(world: World) -> None:
    question = ask(world)
    say(world, "Uma", "Thanks!", thread=question.post_id)
    assert not offered(world, question)
    say(world, STRANGER, "Use the form", thread=question.post_id)
    say(world, "Uma", "Perfect, thank you", thread=question.post_id)
    (offer,) = offered(world, question)
    assert offer.only_for is not None and offer.only_for.name == "Uma"
    assert now(question).state == "open", "nobody of the team has looked at it"
    world.press("Uma", offer.words.buttons[0].action, question.about)
    assert now(question).state == "solved"


@pytest.mark.clause("ask.quick")
@pytest.mark.parametrize("top", [False, True])
def test_that_it_works_offers_solved_to_the_asker_and_no_ticket_to_the_engineer(
    world: World, top: bool
) -> None:
    question = answered(world)
    world.forward(minutes=5)
    say(world, "Uma", "Thanks @Ada, that worked!", thread=None if top else question.post_id)
    assert Question.objects.count() == 1
    assert len(offered(world, question)) == 1
    world.forward(minutes=30)
    assert not tickets_offered(world)
    assert not nudges(world)
    say(world, "Uma", "Oh, now it fails again", thread=question.post_id)
    assert now(question).state == "open"
    world.forward(minutes=10)
    assert len(tickets_offered(world)) == 1, "the rest of the quick limit counts again"


def test_whoever_says_no_more_once_it_works_is_taken_at_their_word(world: World) -> None:
    question = answered(world)
    say(world, "Uma", "That works, thanks", thread=question.post_id)
    world.forward(days=6)
    assert (now(question).state, now(question).outcome) == ("solved", "silent")


@pytest.mark.clause("ask.quick")
def test_to_look_tomorrow_is_no_news_and_needs_no_ticket(world: World) -> None:
    question = answered(world)
    world.forward(minutes=5)
    say(world, "Uma", "ok, will check tomorrow", thread=question.post_id)
    assert now(question).state == "waiting"
    world.forward(hours=2)
    say(world, "Uma", "Thanks, will do", thread=question.post_id)
    assert now(question).state == "waiting"
    world.forward(minutes=30)
    assert not tickets_offered(world)
    say(world, "Uma", "It still says forbidden", thread=question.post_id)
    assert now(question).state == "open"
    assert happened(question)[-2:] == ["waiting", "resumed"]


@pytest.mark.parametrize(
    "text",
    [
        "How easy is it to move to v2?",
        "Why did we not see the alert last night?",
        "Our login page returns 500, all users are affected by this",
        "Which teams are affected by this?",
    ],
)
def test_what_looks_like_praise_or_like_the_same_is_a_question_of_its_own(
    world: World, text: str
) -> None:
    ask(world, STRANGER, "How do I add a namespace?")
    asked = say(world, "Uma", text)
    assert Question.objects.filter(post=asked).exists()
    assert not Post.objects.filter(key__contains=":same-here:").exists()


def test_what_helped_nobody_opens_it_again_and_what_was_their_own_mistake_does_not(
    world: World,
) -> None:
    question = answered(world)
    world.press("Uma", "question.solve", question.about)
    say(world, "Uma", "The problem was my config", thread=question.post_id)
    assert now(question).state == "solved"
    say(world, "Uma", "It didn't help", thread=question.post_id)
    assert now(question).state == "open"


def test_thanks_greetings_and_notices_at_the_top_level_are_no_questions(world: World) -> None:
    for words in ("Thanks, that worked!", "Hi team", "FYI we upgrade tonight", "+1"):
        say(world, "Uma", words)
        world.forward(minutes=3)
    for words in ("Heads up: we upgrade on Thursday", "@Uma it should work now", "Docs are live"):
        say(world, "Ben", words)
        world.forward(minutes=3)
    assert not Question.objects.exists()
    assert not nudges(world)
    question = ask(world, "Ben", "How do I renew the certificate?")
    world.forward(minutes=1)
    say(world, "Ben", "the one of the live cluster")
    assert question.joined.count() == 1


def test_thanks_are_said_of_the_question_that_is_meant_and_solve_none_of_two(
    world: World,
) -> None:
    first = answered(world, text="How do I add a user?")
    world.forward(minutes=5)
    second = ask(world, "Uma", "How do I add a bucket?")
    world.forward(minutes=5)
    say(world, "Uma", "never mind, found it")
    assert (now(first).state, now(second).state) == ("answered", "open")
    assert len(offered(world, second)) == 1


@pytest.mark.clause("ask.entry")
def test_what_says_that_it_adds_something_is_a_part_of_the_last_question(world: World) -> None:
    question = ask(world, "Uma", "deploys fail")
    world.forward(minutes=4)
    ask(world, STRANGER, "Where is the guide?")
    more = say(world, "Uma", "forgot to say: namespace prison-visits-prod")
    assert FurtherPost.objects.get(post=more).question == question
    say(world, "Ada", "Which image?", thread=more.pk)
    world.press("Ada", "question.wait", question.about)
    say(world, "Uma", "I should add that it is the old image")
    assert (now(question).state, question.joined.count()) == ("open", 2)
    world.forward(hours=2)
    assert ask(world, "Uma", "forgot to say: it is the London region") != question


def test_an_engineer_who_answers_a_question_of_their_own_leaves_none(world: World) -> None:
    question = ask(world, "Ben", "How do I renew the certificate?")
    say(world, "Ben", "I mean the one of the status page", thread=question.post_id)
    assert now(question).state == "open"
    say(world, "Ben", "It is documented: https://guide.example/renew", thread=question.post_id)
    assert len(offered(world, question)) == 1
    say(world, "Ben", "Found it in the guide", thread=question.post_id)
    assert now(question).state == "solved"
    world.forward(hours=2)
    assert not nudges(world)


def test_an_engineer_closes_it_by_saying_so_and_agreeing_is_no_answer(world: World) -> None:
    question = ask(world)
    say(world, "Ben", "+1", thread=question.post_id)
    assert now(question).state == "open"
    say(world, "Cy", "That is the form's job. Closing this then", thread=question.post_id)
    assert (now(question).state, now(question).solved_by) == ("solved", "Cy")
    assert happened(question) == ["asked", "answered", "solved"]


def test_the_same_trouble_of_somebody_else_is_told_to_whoever_helps(world: World) -> None:
    question = ask(world, "Uma", "deploys fail")
    told = "Una says that they have the same trouble as Uma. | Question: deploys fail"
    for _ in range(2):
        say(world, STRANGER, "same here, urgent!", thread=question.post_id)
    assert world.said(ASK, only_for="Ada").count(told) == 1
    world.press("Ben", "question.take", question.about)
    say(world, ZED, "+1")
    assert told.replace("Una", "Zed") in world.said(ASK, only_for="Ben")
    assert Question.objects.count() == 1


def test_where_nobody_is_on_the_team_hears_of_the_same_trouble(world: World) -> None:
    world.at += timedelta(days=200)
    question = ask(world, "Uma", "deploys fail")
    say(world, ZED, "Same for us", thread=question.post_id)
    assert any("Zed says" in text for text in world.said(TEAM))


@pytest.mark.clause("ask.entry")
def test_a_question_of_somebody_elses_in_what_is_solved_is_one_of_its_own(world: World) -> None:
    question = answered(world)
    world.press("Ada", "question.solve", question.about)
    say(world, STRANGER, "Thanks, helped me too", thread=question.post_id)
    assert Question.objects.count() == 1
    reply = say(world, STRANGER, "I have the same, the guide is a 404?", thread=question.post_id)
    asked = Question.objects.exclude(pk=question.pk).select_related("post").get()
    assert (asked.who, asked.post.thread, asked.state) == (STRANGER.who, None, "open")
    assert asked.post.words.body == reply.words.body
    assert standing(asked) == "Thanks, Una. Ada is answering questions just now."
    assert now(question).state == "solved"
    told = Post.objects.get(key=f"{asked.about}:anew")
    assert told.thread_id == question.post_id
    assert told.words.buttons[0].about == asked.about
    people_posts.edit(post=reply.pk, by=STRANGER, text="The guide is a 404?", at=world.at)
    world.settle()
    assert now(asked).post.words.body == "The guide is a 404?"
    people_posts.remove(post=reply.pk, by=STRANGER, at=world.at)
    world.settle()
    assert now(asked).state == "withdrawn"


@pytest.mark.parametrize(("days", "anew"), [(6, False), (60, True)])
def test_what_its_asker_asks_long_after_it_was_solved_is_another_question(
    world: World, days: int, anew: bool
) -> None:
    question = answered(world)
    world.press("Uma", "question.solve", question.about)
    world.at += timedelta(days=days)
    say(world, "Uma", "How do I add a second one?", thread=question.post_id)
    assert now(question).state == ("solved" if anew else "open")
    assert Question.objects.count() == (2 if anew else 1)


def test_on_doubt_it_stays_solved_and_its_asker_is_told_how_to_open_it(world: World) -> None:
    question = answered(world)
    world.press("Uma", "question.solve", question.about)
    for words in ("Merci beaucoup !", "The second pod runs on another node", "It runs at noon"):
        say(world, "Uma", words, thread=question.post_id)
        assert now(question).state == "solved"
    (told,) = Post.objects.filter(key__startswith=f"{question.about}:still-solved")
    assert [button.action for button in told.words.buttons] == ["question.reopen"]
    world.press("Uma", "question.reopen", question.about)
    assert now(question).state == "open"


def test_a_greeting_that_is_changed_into_a_question_is_one(world: World) -> None:
    uma = Author.of(world.person("Uma"))
    early, late = say(world, "Uma", "Hi team"), say(world, STRANGER, "Good morning")
    world.forward(minutes=20)
    people_posts.edit(post=early.pk, by=uma, text="Hi team, why is ECR down?", at=world.at)
    people_posts.edit(post=late.pk, by=STRANGER, text="Good morning all", at=world.at)
    world.settle()
    asked = Question.objects.get()
    assert asked.post == early
    world.forward(hours=2)
    people_posts.edit(post=late.pk, by=STRANGER, text="Is it down?", at=world.at)
    world.settle()
    assert Question.objects.get() == asked


def test_an_engineer_who_adds_to_an_own_question_is_offered_solved_and_asked_no_more(
    world: World,
) -> None:
    question = ask(world, "Ben", "How do I add a user?")
    for words in ("Thanks in advance", "fyi @Cy"):
        say(world, "Ben", words, thread=question.post_id)
        assert not offered(world, question)
    say(world, "Ben", "Context: the courts want it", thread=question.post_id)
    assert now(question).state == "open"
    assert len(offered(world, question)) == 1


def change(world: World, post: Post, text: str) -> None:
    by = Author(post.author, post.account_id, post.outside)
    people_posts.edit(post=post.pk, by=by, text=text, at=world.at)
    world.settle()


def test_what_its_asker_changes_in_their_last_reply_counts_as_it_reads(world: World) -> None:
    question = answered(world)
    said = say(world, "Uma", "That works, thanks", thread=question.post_id)
    assert now(question).state == "waiting"
    world.forward(minutes=2)
    change(world, said, "That works not, it says forbidden")
    assert now(question).state == "open"
    change(world, said, "Never mind, found it")
    assert now(question).state == "solved"
    change(world, said, "Never mind the form, it still fails")
    assert now(question).state == "open"
    world.forward(minutes=1)
    world.press("Ada", "question.solve", question.about)
    change(world, said, "Never mind the form, it still fails!")
    assert now(question).state == "solved", "Ada has read it"


def test_what_is_changed_later_or_was_answered_since_counts_for_nothing(world: World) -> None:
    question = answered(world)
    said = say(world, "Uma", "That works, thanks", thread=question.post_id)
    say(world, STRANGER, "For me too", thread=question.post_id)
    change(world, said, "That does not work")
    assert now(question).state == "waiting"
    late = say(world, "Uma", "Thanks again", thread=question.post_id)
    world.forward(hours=2)
    change(world, late, "It fails again")
    assert now(question).state == "waiting"


def test_a_question_without_a_word_is_named_by_what_it_shows(world: World) -> None:
    assert ask(world, text="```").title == "```"


def test_thanks_beside_two_questions_are_for_the_one_that_was_answered(world: World) -> None:
    answered = ask(world, text="How do I add a namespace?")
    world.forward(minutes=5)
    say(world, "Ada", "Use the form", thread=answered.post_id)
    world.forward(minutes=1)
    other = ask(world, text="Why is the pipeline red?")
    world.forward(minutes=1)
    say(world, "Uma", "Thanks, that worked!")
    assert (now(answered).state, now(other).state) == ("waiting", "open")
