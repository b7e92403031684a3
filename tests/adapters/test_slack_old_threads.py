"""Threads of questions that go on are read back whole, however old they are."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from doubles.slack_workspace import Workspace
from dutydesk.chat.flows import people_posts, post_mirror
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post, PostMirror
from dutydesk.desk.models import Question
from dutydesk.slack import kept_threads
from dutydesk.slack.backfill import AGAIN, SOON, Backfill
from testing.slack import ADA, ASK, UMA, changed, event, hear, message, slack_of, ts_of, workspace
from testing.slack_history import posts, read_back, reading, said
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> Iterator[Workspace]:
    found = workspace()
    found.history = {number: [] for number in found.channels}
    yield found
    found.close()


@pytest.fixture
def world(tmp_path: Path, there: Workspace) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    slack_of(world, there)
    read_back(world, reading(world, there))
    return world


def told(world: World, there: Workspace, text: str, number: int = 0, **more: Any) -> str:
    """Let something be said there that is heard here; give where it stands."""
    ts = ts_of(world.at, number)
    said(there, text, ts, **more)
    hear(world, event(message(text, ts, **more)))
    return ts


def found(world: World, there: Workspace, **away: int) -> None:
    """Let the desk be away for so long, and read back what was said meanwhile."""
    world.at += timedelta(**away)
    read_back(world, reading(world, there))


def question(ts: str) -> Question:
    return Question.objects.get(post__key=f"slack:{ASK}:{ts}")


@pytest.mark.clause("ask.entry", "ask.in-channel")
def test_an_answer_to_a_question_of_last_week_is_heard_as_if_it_was_heard_then(
    world: World, there: Workspace
) -> None:
    old = told(world, there, "How do I deploy?")
    world.at += timedelta(days=9)
    told(world, there, "[fyi] The window is at noon")
    found(world, there, minutes=1)  # The last that is known is of now.
    answered = world.at + timedelta(minutes=5)
    said(there, "With the pipeline", ts_of(answered), by=ADA, thread_ts=old)
    said(there, "It still fails, why?", ts_of(answered, 9), thread_ts=old)
    found(world, there, hours=20)
    for _ in range(3):
        found(world, there, hours=2)
    assert posts()[2:] == ["With the pipeline", "It still fails, why?"]
    asked = question(old)
    assert asked.engineer is not None and asked.engineer.name == "Ada"
    assert asked.answered_at is not None
    assert abs(asked.answered_at - answered) < timedelta(seconds=1)
    assert asked.state == "open"


def test_answers_that_were_changed_or_deleted_meanwhile_are_followed(
    world: World, there: Workspace
) -> None:
    old = told(world, there, "How do I deploy?")
    answer = told(world, there, "With password=hunter2", 5, by=ADA, thread_ts=old)
    reply = told(world, there, "Thanks, I look at it later", 9, thread_ts=old)
    told(world, there, "Try staging", 12, by=ADA, thread_ts=old)
    world.at += timedelta(days=3)
    stays = [one for one in there.history[ASK] if one["ts"] != answer]
    edited = {"user": UMA, "ts": ts_of(world.at)}
    there.history[ASK] = [
        one | {"text": "It still fails, why?", "edited": edited} if one["ts"] == reply else one
        for one in stays
    ]
    for _ in range(3):
        found(world, there, hours=5)
    assert posts() == ["How do I deploy?", "(removed)", "It still fails, why?", "Try staging"]


def test_only_so_many_threads_are_read_at_a_time_and_all_of_them_are(
    world: World, there: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_threads, "MOST", 2)
    roots = []
    for number in range(5):
        roots.append(told(world, there, f"How do I do {number}?"))
        world.at += timedelta(hours=2)
    world.at += timedelta(days=2)
    for ts in roots:
        said(there, f"Like {ts}", ts_of(world.at, roots.index(ts)), by=ADA, thread_ts=ts)
    world.at += timedelta(minutes=1)
    catching, before = reading(world, there), len(there.called("conversations.replies"))
    for heard in (2, 4, 5, 5):
        read_back(world, catching)
        assert len(posts()) == 5 + heard
        world.at += SOON
    read = [one["ts"] for one in there.called("conversations.replies")[before:]]
    assert sorted(read) == roots
    world.at += AGAIN
    read_back(world, catching)
    asked = len(there.called("conversations.replies"))
    world.at += AGAIN
    read_back(world, catching)
    assert len(there.called("conversations.replies")) == asked  # They were read a moment ago.
    there.mood = "fatal_error"  # Slack was away, and what it tells may be lost.
    world.at += AGAIN
    read_back(world, catching)
    there.mood = ""
    read_back(world, catching)
    assert len(there.called("conversations.replies")) > asked


def test_what_slack_lets_nobody_read_for_a_moment_is_read_where_it_stopped(
    world: World, there: Workspace
) -> None:
    old = told(world, there, "How do I deploy?")
    world.at += timedelta(days=9)
    for number in range(7):
        said(there, f"Step {number}", ts_of(world.at, number), by=ADA, thread_ts=old)
    world.at += timedelta(hours=1)
    catching, allowed = reading(world, there), [0]

    def weather(method: str) -> int | str:
        allowed[0] -= 1
        return "" if allowed[0] >= 0 else 429

    there.weather = weather
    for _ in range(3):
        allowed[0] = 6  # Who it is, the channels, this one, and three of four pages.
        catching.look_after(at=world.at)
        world.at += SOON
    there.weather = None
    read_back(world, catching)
    assert posts()[1:] == [f"Step {number}" for number in range(7)]


def test_what_is_hidden_or_no_longer_kept_is_not_taken_for_deleted(
    world: World, there: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = told(world, there, "How do I deploy?")
    told(world, there, "With the pipeline", 5, by=ADA, thread_ts=old)
    world.at += timedelta(days=3)
    told(world, there, "Where are the logs?")
    kept = there.history[ASK]
    there.history[ASK] = kept[2:]
    found(world, there, hours=1)
    there.history[ASK] = kept
    page = there._page

    def lacking(given: dict[str, Any], *, threads: bool) -> dict[str, Any] | str:
        answer = page(given, threads=threads)
        if isinstance(answer, str) or given["ts" if threads else "channel"] != old:
            return answer
        return {"messages": [one for one in answer["messages"] if one["ts"] == old]}

    monkeypatch.setattr(there, "_page", lacking)
    found(world, there, hours=1)
    assert posts() == ["How do I deploy?", "With the pipeline", "Where are the logs?"]


def test_what_was_changed_on_the_desk_since_stays_so(world: World, there: Workspace) -> None:
    old = told(world, there, "How do I deploy?")
    reply = told(world, there, "On staging", 5, thread_ts=old)
    edited = ts_of(world.at, 9)
    hear(world, event(changed(reply, "On live", edited, thread_ts=old)))
    there.history[ASK][1] |= {"text": "On live", "edited": {"user": UMA, "ts": edited}}
    world.at += timedelta(minutes=10)
    post = Post.objects.get(key=f"slack:{ASK}:{reply}")
    by = Author(post.author, post.account_id, post.outside)
    people_posts.edit(post=post.pk, by=by, text="On both", at=world.at)
    found(world, there, days=2)
    assert posts() == ["How do I deploy?", "On both"]


def test_of_what_was_solved_long_ago_no_thread_is_read(world: World, there: Workspace) -> None:
    old = told(world, there, "How do I deploy?")
    for days, read in ((6, True), (2, False)):
        if read:
            world.press("Ada", "question.solve", question(old).about)
        before = len(there.called("conversations.replies"))
        found(world, there, days=days)
        assert (len(there.called("conversations.replies")) > before) is read


def test_answers_there_to_what_was_asked_on_the_desk_are_read_back_too(
    world: World, there: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack_of(world, there, post_mirror.post_at)
    uma = Author.of(world.person("Uma"))
    name = "#ask-cloud-platform"
    asked = people_posts.post(by=uma, channel=name, text="How do I deploy?", at=world.at)
    world.settle()
    ts = ts_of(world.at)
    PostMirror.objects.create(
        post=asked, channel=asked.channel, reference=ts, owed=False, urgent=False, owed_at=world.at
    )
    there.history[ASK].append({"ts": ts, "bot_id": "B0BOT", "text": "How do I deploy?"})
    catching = reading(world, there)
    slack_of(world, there, post_mirror.post_at)
    world.at += timedelta(days=3)
    said(there, "With the pipeline", ts_of(world.at), by=ADA, thread_ts=ts)
    world.at += timedelta(hours=1)
    read_back(world, catching)
    assert asked.replies.filter(author="Ada").count() == 1
    assert Question.objects.get(post=asked).state == "answered"


def test_a_further_post_that_was_deleted_while_what_is_older_stands_is_taken_back(
    world: World, there: Workspace
) -> None:
    old = told(world, there, "How do I deploy?")
    told(world, there, "The password is hunter2, why is it refused?", 5)
    assert question(old).texts[1:] == ["The password is hunter2, why is it refused?"]
    world.at += timedelta(days=3)
    told(world, there, "[fyi] The window is at noon")
    del there.history[ASK][1]
    found(world, there, hours=1)
    assert question(old).texts == ["How do I deploy?"]
    assert posts()[:2] == ["How do I deploy?", "(removed)"]
    kept, there.history[ASK] = there.history[ASK], there.history[ASK][1:]
    found(world, there, hours=1)
    there.history[ASK] = kept
    assert question(old).texts == ["How do I deploy?"]  # It is only kept there no longer.


def test_a_thread_that_slack_refuses_for_good_holds_up_no_other_and_is_not_taken_for_gone(
    world: World, there: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = told(world, there, "How do I deploy?")
    told(world, there, "With the pipeline", 5, by=ADA, thread_ts=refused)
    world.at += timedelta(minutes=5)
    other = told(world, there, "Where are the logs?")
    world.at += timedelta(minutes=5)
    given = Workspace._page

    def refuse(self: Workspace, asked: dict[str, Any], *, threads: bool) -> dict[str, Any] | str:
        if threads and asked["ts"] == refused:
            return "internal_failure_of_it"
        return given(self, asked, threads=threads)

    monkeypatch.setattr(Workspace, "_page", refuse)
    said(there, "In a minute", ts_of(world.at), by=ADA, thread_ts=refused)
    said(there, "On the board", ts_of(world.at, 1), by=ADA, thread_ts=other)
    said(there, "Is there a quota?", ts_of(world.at, 2))
    found(world, there, minutes=30)
    assert posts()[-2:] == ["On the board", "Is there a quota?"]
    assert "(removed)" not in posts()
    monkeypatch.undo()
    found(world, there, hours=2)
    assert "In a minute" in posts()


def test_what_is_changed_while_a_thread_is_read_stays_changed(
    world: World, there: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = told(world, there, "How do I deploy?")
    reply = told(world, there, "On staging", 5, thread_ts=old)
    world.at += timedelta(days=2)
    edited = ts_of(world.at)
    there.history[ASK][1] |= {"text": "With hunter2", "edited": {"user": UMA, "ts": edited}}
    world.at += timedelta(seconds=20)
    catching, tell = reading(world, there), Backfill._tell

    def hear_first(self: Backfill, *given: Any) -> None:
        monkeypatch.setattr(Backfill, "_tell", tell)
        hear(world, event(changed(reply, "With a token", ts_of(world.at), thread_ts=old)))
        world.at += timedelta(seconds=5)
        tell(self, *given)

    monkeypatch.setattr(Backfill, "_tell", hear_first)
    read_back(world, catching)
    assert posts() == ["How do I deploy?", "With a token"]


def test_an_older_change_of_what_was_read_back_as_new_is_not_followed(
    world: World, there: Workspace
) -> None:
    world.at += timedelta(minutes=1)
    ts, last = ts_of(world.at), ts_of(world.at, 30)
    said(there, "With a token", ts, edited={"user": UMA, "ts": last})
    found(world, there, minutes=2)
    hear(world, event(changed(ts, "With hunter2", ts_of(world.at - timedelta(minutes=2), 10))))
    assert posts() == ["With a token"]
    hear(world, event(message("With hunter2", ts)))
    hear(world, event(changed(ts, "By the form", ts_of(world.at))))
    assert posts() == ["By the form"]
