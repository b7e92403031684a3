"""What is owed for questions follows from where they stand: whatever is said, in which order."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.commitments.models import Commitment
from dutydesk.desk.models import FurtherPost, Question, Ticket
from dutydesk.desk.rules.questions import UNSOLVED
from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import Account
from testing.asked import mark, now, say
from testing.world import World

pytestmark = pytest.mark.django_db

ORDERS = settings.get_profile("orders")

TROUBLE, NEWS = "It still says forbidden. Any idea?", "The namespace is visits-dev"
ASKER = (TROUBLE, NEWS, "Thanks, that works!", "Never mind, found it", "I will try tomorrow", "OK")
TEAM = ("Try the form", "Which namespace is it?", "+1", "Done for you, closing this")
Step = tuple[str, int, str]
PRESSED = (
    *("take", "wait", "solve", "reopen", "more-time", "nearly", "lapse", "not-same"),
    *("join-again", "write-down"),
)
ABOUT = st.integers(0, 2)
STEP = st.one_of(
    st.tuples(st.just("asker"), ABOUT, st.sampled_from(ASKER)),
    st.tuples(st.just("team"), ABOUT, st.sampled_from(TEAM)),
    st.tuples(st.just("other"), ABOUT, st.sampled_from(("same here", "How do I get access?"))),
    st.tuples(st.just("more"), ABOUT, st.sampled_from((NEWS, "And how on live?"))),
    st.tuples(st.just("top"), ABOUT, st.sampled_from(ASKER)),
    st.tuples(st.just("change"), ABOUT, st.sampled_from((*ASKER, *TEAM))),
    st.tuples(st.just("remove"), ABOUT, st.just("last")),
    st.tuples(st.just("remove"), ABOUT, st.just("first")),
    st.tuples(st.just("press"), ABOUT, st.sampled_from(PRESSED)),
    st.tuples(st.just("ticket"), ABOUT, st.sampled_from(("raise", "close", "reopen"))),
    st.tuples(st.just("mark"), ABOUT, st.sampled_from(("eyes", "white_check_mark"))),
    st.tuples(st.just("unmark"), ABOUT, st.sampled_from(("eyes", "white_check_mark"))),
    st.tuples(st.just("same"), ABOUT, st.just("")),
    st.tuples(st.just("part"), ABOUT, st.just("")),
    st.tuples(st.just("wait"), ABOUT, st.sampled_from(("1", "4", "12", "17", "45", "1500"))),
)
STEPS = st.lists(STEP, min_size=4, max_size=16)


class History:
    """A desk with three questions to which things happen, and what must hold after each."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder, "2026-11-24T11:00")
        self.world.shifts(support="Ada")
        Account.objects.create_user(email="vic@example.org", name="Vic")
        self.after: list[int] = []  # Questions whose ticket was raised when they were over.
        self.questions = [self._ask("Uma", "How do I add it?"), self._ask("Vic", "Where is it?")]
        self.questions.append(self._ask("Ben", "Why is it slow?"))

    def _ask(self, by: str, text: str) -> Question:
        return Question.objects.get(post=say(self.world, by, text))

    def step(self, what: str, about: int, how: str) -> None:
        with suppress(Refused):
            getattr(self, f"_{what}")(self.questions[about], how)
        self.world.settle()
        self.check()

    def _asker(self, question: Question, text: str) -> None:
        before = now(question)
        say(self.world, question.post.author, text, thread=question.post_id)
        if text == TROUBLE and not self._engineers(question) and before.state != "withdrawn":
            assert now(question).unanswered_since is not None, "nobody owes an answer"

    def _engineers(self, question: Question) -> bool:
        return question.post.author in ("Ada", "Ben", "Cy")

    def _team(self, question: Question, text: str) -> None:
        before = now(question)
        say(self.world, "Ada", text, thread=question.post_id)
        if text == "Try the form" and not before.over:
            assert now(question).unanswered_since is None
            assert now(question).answered_at is not None

    def _other(self, question: Question, text: str) -> None:
        say(self.world, "Cy", text, thread=question.post_id)

    def _more(self, question: Question, text: str) -> None:
        say(self.world, question.post.author, text)

    _top = _more

    def _change(self, question: Question, text: str) -> None:
        last = self._last(question)
        if last is not None:
            by = Author.of(self.world.person(last.author))
            people_posts.edit(post=last.pk, by=by, text=text, at=self.world.at)

    def _remove(self, question: Question, which: str) -> None:
        post = self._last(question) if which == "last" else Post.objects.get(pk=question.post_id)
        if post is not None and post.removed_at is None:
            by = Author.of(self.world.person(post.author))
            people_posts.remove(post=post.pk, by=by, at=self.world.at)

    def _last(self, question: Question) -> Post | None:
        said = Post.objects.filter(thread=question.post_id, removed_at=None, outside="")
        return said.exclude(account=None).order_by("-pk").first()

    def _press(self, question: Question, what: str) -> None:
        values = {"title": "It", "text": "So"} if what == "write-down" else {}
        self.world.press("Ada", f"question.{what}", question.about, **values)

    def _ticket(self, question: Question, what: str) -> None:
        if what == "raise":
            self.after += [question.pk] if now(question).over else []
            self.world.press("Ada", "ticket.raise", question.about, title="It", body="So")
        elif (found := Ticket.objects.filter(question=question).first()) is not None:
            self.world.press("Ada", f"ticket.{what}", found.about)

    def _mark(self, question: Question, name: str) -> None:
        mark(self.world, "Cy", name, question)

    def _unmark(self, question: Question, name: str) -> None:
        mark(self.world, "Cy", name, question, on=False)

    def _same(self, question: Question, _: str) -> None:
        others = [one.pk for one in self.questions if one.pk < question.pk]
        if others:
            self.world.press("Ada", "question.same", question.about, other=str(others[-1]))

    def _part(self, question: Question, _: str) -> None:
        joined = FurtherPost.objects.filter(question=question).order_by("pk").first()
        if joined is not None:
            self.world.press("Ada", "question.part-post", f"post:{joined.post_id}")

    def _wait(self, _: Question, minutes: str) -> None:
        self.world.forward(minutes=int(minutes))

    def check(self) -> None:
        for question in Question.objects.select_related("post", "engineer").order_by("pk"):
            self._check(question)

    def _check(self, question: Question) -> None:
        rows = Commitment.objects.filter(subject=question.about).order_by("pk")
        open_ = {one.kind.partition(".")[2]: one for one in rows if one.state == "open"}
        must, may = owed(question)
        where = (question.pk, question.state, question.unanswered_since, question.answered_at)
        assert must <= open_.keys() <= must | may, (where, open_.keys(), must, may)
        for kind, one in open_.items():
            assert f"“{question.title}”" in one.text, (one.text, question.title)
            has_it = question.engineer.name if question.engineer else "cover"
            assert kind not in ("answer", "quick") or one.owner == has_it, (kind, one.owner)
            if kind != "answer":
                assert one.due_at >= self.world.at, (kind, one.due_at)
        self._check_columns(question)
        self._check_ticket(question)

    def _check_columns(self, question: Question) -> None:
        assert (question.state == "solved") == (question.solved_at is not None)
        assert (question.state == "waiting") == (question.waiting_since is not None)
        assert question.state != "answered" or question.answered_at is not None
        if question.over or question.state == "waiting":
            assert question.unanswered_since is None

    def _check_ticket(self, question: Question) -> None:
        """They end, and go on, together, unless nobody said that the question is solved."""
        ticket = Ticket.objects.filter(question=question).first()
        apart = question.outcome in UNSOLVED or question.pk in self.after
        assert apart or ticket is None or (ticket.closed_at is None) == (not question.over)


def owed(question: Question) -> tuple[set[str], set[str]]:
    """Give what must be owed for a question, and what may be, unless it was told of already."""
    if question.over:
        return set(), set()
    new = question.unanswered_since is not None
    answer = ({"answer"}, {"nudge-team", "nudge-lead"}) if new else (set(), set())
    if question.follows is not None:
        return answer
    if question.state == "waiting":
        return {"silence"}, set()
    assert new == (question.state == "open"), "an open question has an unanswered word"
    ticket = Ticket.objects.filter(question=question).exists()
    chased = set() if ticket else {"chase"}
    quick = {"quick"} if question.answered_at is not None and not ticket else set()
    return answer[0] | chased, answer[1] | quick


def live(folder: Path, steps: Sequence[Step]) -> None:
    """Let these things happen, one after the other, and leave nothing of them."""
    with transaction.atomic():
        history = History(folder)
        for step in steps:
            history.step(*step)
        transaction.set_rollback(True)


@ORDERS
@given(steps=STEPS)
def test_what_is_owed_follows_from_where_a_question_stands(
    tmp_path: Path, steps: Sequence[Step]
) -> None:
    live(tmp_path, steps)


@pytest.mark.parametrize(
    "steps",
    [
        # More time for what nobody has answered; the quick limit counts from the answer.
        [("press", 0, "more-time"), ("team", 0, "Try the form")],
        # Somebody else takes what one has answered: they owe its quick solution too.
        [("team", 0, "Try the form"), ("mark", 0, "eyes")],
        # An answer to what waits for another question.
        [("same", 1, ""), ("team", 1, "Try the form"), ("press", 1, "not-same")],
        # Of two posts the first is taken back: what is owed is about the other.
        [("more", 1, "And how on live?"), ("remove", 1, "first")],
    ],
)
def test_what_is_owed_follows_in_histories_that_are_easily_missed(
    tmp_path: Path, steps: Sequence[Step]
) -> None:
    live(tmp_path, steps)
