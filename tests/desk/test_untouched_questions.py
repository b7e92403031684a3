"""A question that waits for a word of ours is chased until it has it, kindly, and not for ever."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.commitments.flows.commitments import CommitmentDue
from dutydesk.commitments.models import Commitment
from dutydesk.desk.flows import team_nudges
from dutydesk.kernel.periods import Period
from dutydesk.people.flows import people
from dutydesk.rota.flows import edits
from testing.asked import ASK, TEAM, adopt, ask, happened, now, nudges, say, standing
from testing.world import World, number

pytestmark = pytest.mark.django_db


def untouched(world: World) -> list[Post]:
    found = Post.objects.filter(channel__name=TEAM, key__startswith="questions:untouched:")
    return list(found.order_by("pk"))


def test_after_an_answer_the_askers_next_word_owes_one_again_and_thanks_owe_none(
    world: World,
) -> None:
    question = ask(world)
    say(world, "Ada", "Try the form", thread=question.post_id)
    say(world, "Uma", "Thanks, great!", thread=question.post_id)
    assert now(question).state == "answered"
    world.forward(minutes=3)
    say(world, "Uma", "I did, it still says forbidden. Any idea?", thread=question.post_id)
    assert (now(question).state, now(question).unanswered_since) == ("open", world.at)
    world.forward(minutes=10)
    told = world.said(ASK, only_for="Ada")
    assert "Ada, Uma has been waiting for 10 minutes. Could you have a look?" in told
    world.forward(minutes=20)
    assert len(nudges(world)) == 1
    say(world, "Ada", "Ask for the role first", thread=question.post_id)
    assert (now(question).state, now(question).unanswered_since) == ("answered", None)
    assert standing(question) == "Ada is helping Uma."
    world.forward(hours=2)
    assert len(nudges(world)) == 1


def test_what_nobody_touches_is_told_of_each_working_day_in_one_post(world: World) -> None:
    answered = ask(world, text="Where are the logs?")
    say(world, "Ada", "In the console", thread=answered.post_id)
    world.forward(minutes=3)
    reopened = ask(world, text="Why is it slow?")
    world.press("Ada", "question.solve", reopened.about)
    world.press("Uma", "question.reopen", reopened.about)
    waiting = ask(world, "Ben", "Which one is it?")
    world.press("Ada", "question.wait", waiting.about)
    solved = ask(world, "Cy", "Does it work?")
    world.press("Ada", "question.solve", solved.about)
    assert not untouched(world)
    world.forward(days=1)
    (post,) = untouched(world)
    lines = [said.partition(" (")[0] for _, said in post.words.facts]
    assert lines == ["Where are the logs?", "Why is it slow?"]
    assert "nobody has it" in post.words.facts[1][1]
    assert "Ada has it" in post.words.facts[0][1]
    say(world, "Ada", "The cluster is new", thread=reopened.post_id)
    world.forward(days=1)
    _, second = untouched(world)
    assert "Where are the logs?" in second.words.body + str(second.words.facts)
    world.forward(days=3)  # A weekend: Friday's, and then Monday's.
    days = [one.key.rpartition(":")[2] for one in untouched(world)]
    assert days == ["2026-11-25", "2026-11-26", "2026-11-27"]
    world.press("Ada", "question.solve", answered.about)
    world.press("Ada", "question.solve", reopened.about)
    world.forward(days=2)
    assert len(untouched(world)) == 3
    assert happened(answered).count("nudged") == 3


def test_after_weeks_it_says_so_offers_to_close_it_and_is_quiet(
    world: World, tmp_path: Path
) -> None:
    adopt(world, "ask:\n", "ask:\n  chased_weeks: 1\n", tmp_path)
    question = ask(world)
    world.forward(days=7)
    before = len(untouched(world))
    assert not any("lapse" in str(post.message) for post in untouched(world))
    world.forward(days=3)
    last = untouched(world)[-1]
    assert [one.action for one in last.words.buttons] == ["question.show", "question.lapse"]
    assert len(untouched(world)) == before + 1
    world.forward(days=7)
    assert len(untouched(world)) == before + 1
    world.press("Ada", "question.lapse", question.about)
    assert (now(question).state, now(question).outcome) == ("solved", "lapsed")
    assert standing(question).startswith("We are sorry, Uma")
    assert now(question).happiness_asked_at is None
    assert not Commitment.objects.filter(subject=question.about, state="open").exists()
    say(world, "Uma", "The audit is on Monday by the way", thread=question.post_id)
    assert now(question).state == "open"  # As it says: whatever they write opens it again.


def test_five_that_wait_are_one_post_with_five_lines(world: World) -> None:
    world.at = world.moment("2026-11-25T09:00")
    for text in ("One?", "Two?", "Three?", "Four?"):
        ask(world, text=text)
        world.forward(minutes=4)
    world.at = world.moment("2026-11-25T10:02")
    ask(world, text="Five?")
    world.forward(minutes=39)
    team = [post for post in Post.objects.filter(channel__name=TEAM).order_by("pk")]
    told = [post for post in team if "5 questions have been waiting" in post.words.body]
    assert [len(post.words.facts) for post in told] == [5]
    assert not nudges(world)


def test_of_many_that_lapse_each_is_offered_to_be_closed_before_it_is_let_be(
    world: World, tmp_path: Path
) -> None:
    adopt(world, "ask:\n", "ask:\n  chased_weeks: 1\n", tmp_path)
    askers = [Author(f"Guest {n}", None, f"slack:T1:G{n}") for n in range(7)]
    questions = [ask(world, one, "Where are the logs?") for one in askers]
    world.forward(days=13)
    closing = [
        button.about
        for post in untouched(world)
        for button in post.words.buttons
        if button.action == "question.lapse"
    ]
    assert sorted(closing) == sorted(one.about for one in questions)
    assert not Commitment.objects.filter(kind="question.chase", state="open").exists()


def test_two_told_of_at_one_moment_are_told_of_once_and_none_out_of_hours(world: World) -> None:
    one = ask(world)
    world.press("Ada", "question.take", one.about)
    owed = Commitment.objects.get(subject=one.about, kind="question.chase", state="open")
    told = CommitmentDue(owed.pk, owed.kind, owed.subject)
    at = world.moment("2026-11-25T03:00")
    Commitment.objects.filter(pk=owed.pk).update(due_at=at)
    team_nudges.chase(event=told, at=at)
    owed.refresh_from_db()
    assert not untouched(world)
    assert owed.due_at == world.moment("2026-11-25T10:00")
    owed.state, owed.settled_at, owed.next_at = Commitment.State.WITHDRAWN, at, None
    owed.save()
    other = ask(world, "Ben", "Where are the logs?")
    Commitment.objects.filter(subject=other.about).update(due_at=owed.due_at)
    team_nudges.chase(event=told, at=owed.due_at)
    assert not untouched(world)  # The other's own reminder tells of it.


def test_what_somebody_has_who_left_is_told_to_whoever_covers(world: World) -> None:
    question = ask(world)
    world.press("Ben", "question.take", question.about)
    people.set_active(engineer=number("Ben"), active=False, at=world.at)
    world.forward(minutes=11)
    told = world.said(ASK, only_for="Ada")
    assert "Ada, Uma has been waiting for 10 minutes. Could you have a look?" in told


@pytest.mark.parametrize("wish", [False, True])
def test_what_somebody_has_who_is_away_is_told_to_whoever_covers(world: World, wish: bool) -> None:
    question = ask(world)
    say(world, "Ben", "Try it with the form", thread=question.post_id)
    leave = Period(world.at + timedelta(hours=20), world.at + timedelta(days=5))
    edits.be_away(engineer=number("Ben"), span=leave, at=world.at, by="Ben", wish=wish, anyway=True)
    world.forward(days=1)
    say(world, "Uma", "I did, it still says forbidden. Any idea?", thread=question.post_id)
    world.forward(minutes=11)
    text = "{}, Uma has been waiting for 10 minutes. Could you have a look?"
    told = {one: text.format(one) in world.said(ASK, only_for=one) for one in ("Ada", "Ben")}
    assert told == {"Ada": not wish, "Ben": wish}


def test_whoever_has_it_is_told_though_they_are_away_if_nobody_covers(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    question = ask(world)
    say(world, "Ben", "Try it with the form", thread=question.post_id)
    leave = Period(world.at, world.at + timedelta(hours=2))
    edits.be_away(engineer=number("Ben"), span=leave, at=world.at, by="Ben", anyway=True)
    world.forward(minutes=16)
    assert [one for one in world.said(ASK, only_for="Ben") if "raise a ticket" in one]
