"""What somebody took back is gone: from every table, and from what the desk says and promises."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from dutydesk.chat.flows import desk_posts, people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import EarlierText, Post
from dutydesk.commitments.models import Commitment
from dutydesk.desk.models import Question, Ticket
from dutydesk.incidents.models import Incident
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.files import SentFile
from dutydesk.kernel.messages import Message
from dutydesk.people.models import Account
from dutydesk.wiring import ACTIONS
from testing.asked import ASK, ask, happened, now, say, standing
from testing.drawn import png_of
from testing.searched import rows_with
from testing.world import World, as_if_committed

pytestmark = pytest.mark.django_db
SECRET = "hunter2"
LEAK = f"My deploy fails, we are blocked: password={SECRET} is refused by the live cluster"


@pytest.fixture
def world(tmp_path: Path) -> World:
    as_if_committed()
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    Account.objects.create_user(email="vic@example.org", name="Vic")
    return world


def remove(world: World, post: Post) -> None:
    author = Author(post.author, post.account_id, post.outside)
    people_posts.remove(post=post.pk, by=author, at=world.at)
    world.settle()


def raise_ticket(world: World, question: Question) -> Ticket:
    """Raise it as its form is filled from the thread."""
    form = ACTIONS["ticket.raise"].form
    assert form is not None
    fields = form(question.about, world.person("Ben"), world.at).fields
    filled = {one.name: one.value for one in fields}
    world.press("Ben", "ticket.raise", question.about, **filled)  # type: ignore[arg-type]
    return Ticket.objects.latest("pk")


def test_what_nobody_answered_is_withdrawn_and_gone_from_the_whole_database(world: World) -> None:
    question = ask(world, text=LEAK)
    more = say(world, "Uma", f"Also for the user root, {SECRET}-too!")
    world.forward(hours=2)  # Cover, the team and who leads support were told.
    assert len(rows_with(SECRET)) > 5
    remove(world, question.post)
    assert now(question).state == "open"  # Something was asked all the same.
    remove(world, more)
    assert rows_with(SECRET) == []
    assert now(question).state == "withdrawn"
    assert not Commitment.objects.filter(subject=question.about, state="open").exists()
    assert standing(question) == "Uma took this back."
    said = JournalEntry.objects.get(kind="question.asked").text
    assert said == "Uma asked: (removed)"
    world.forward(days=3)
    assert happened(question)[-1] == "withdrawn"


def test_it_is_gone_from_all_that_was_made_of_it(world: World) -> None:
    question = ask(world, text=LEAK)
    say(world, "Ada", "Which cluster?", thread=question.post_id)
    ticket = raise_ticket(world, question)
    ben = Author.of(world.person("Ben"))
    people_posts.mark(post=question.post_id, name="pushpin", by=ben, on=True, at=world.at)
    for asker in ("Vic", "Cy"):  # It is offered to them, and they look alike: a burst.
        world.forward(minutes=3)
        again = ask(world, asker, "The deploy fails and is refused by the live cluster, password?")
    world.press("Ada", "question.same", again.about, original=str(question.pk))
    world.press("Ben", "incident.declare", question.about, title=question.title, criteria=[])
    world.press("Ada", "question.solve", question.about)
    for slept in (0, 4.5, 20):  # The team is called together, and the turn changes.
        world.at += timedelta(hours=slept)
        world.forward(hours=1)
    tables = {found.partition(":")[0] for found in rows_with(SECRET)}
    assert tables >= {
        "chat_post",
        "commitments_commitment",
        "desk_searchdocument",
        "desk_ticket",
        "desk_ticketcomment",
        "incidents_incident",
        "journal_entry",
    }
    remove(world, question.post)
    assert rows_with(SECRET) == []
    ticket.refresh_from_db()
    assert "Which cluster?" in ticket.body  # What others said stays.
    assert now(question).state == "solved"


def test_an_edited_question_is_quoted_as_it_reads_now_and_so_is_gone_once_removed(
    world: World,
) -> None:
    question = ask(world, text=LEAK)
    world.forward(minutes=40)
    uma = Author.of(world.person("Uma"))
    people_posts.edit(post=question.post_id, by=uma, text="My deploy fails, why?", at=world.at)
    world.settle()
    assert rows_with(SECRET) == []
    owed = Commitment.objects.get(subject=question.about, kind="question.answer")
    assert owed.text == "Answer “My deploy fails, why?”"
    assert JournalEntry.objects.get(kind="question.asked").text.endswith("My deploy fails, why?")


def test_an_edit_is_told_once_wherever_its_title_stands(world: World) -> None:
    question = ask(world, text="The deploy fails")
    ticket = raise_ticket(world, question)
    uma = Author.of(world.person("Uma"))
    new = "On prod the deploy fails on prod"
    people_posts.edit(post=question.post_id, by=uma, text=new, at=world.at)
    world.settle()
    ticket.refresh_from_db()
    raised = Post.objects.get(key=f"{ticket.about}:raised")
    assert raised.words.facts[0][1] == ticket.title == new


@pytest.mark.clause("ask.ticket-record")
def test_the_ticket_of_what_is_taken_back_is_closed_with_a_word(world: World) -> None:
    question = ask(world)
    ticket = raise_ticket(world, question)
    remove(world, question.post)
    ticket.refresh_from_db()
    assert ticket.closed_at == world.at
    assert Post.objects.get(key__startswith=f"{ticket.about}:solved").words.body == (
        "Uma took this back. Its ticket is closed with it."
    )


def test_the_ticket_of_what_joins_again_is_closed_and_open_again_with_it(world: World) -> None:
    question = ask(world)
    further = say(world, "Uma", "And who owns the logs?")
    world.press("Uma", "question.part-post", f"post:{further.pk}")
    parted = Question.objects.get(post=further)
    ticket = raise_ticket(world, parted)
    world.press("Uma", "question.join-again", parted.about)
    ticket.refresh_from_db()
    assert ticket.closed_at == world.at
    said = Post.objects.get(key__startswith=f"{ticket.about}:solved").words.body
    assert said == f"This goes on with question {question.pk}. Its ticket is closed with it."
    world.forward(minutes=1)
    world.press("Uma", "question.part-post", f"post:{further.pk}")
    ticket.refresh_from_db()
    assert ticket.closed_at is None


def test_a_line_that_an_edit_adds_stands_in_no_title_and_no_promise(world: World) -> None:
    asked = "My build fails, why?"
    question = ask(world, text=asked)
    ticket = raise_ticket(world, question)
    world.press("Ben", "incident.declare", question.about, title=asked, criteria=[])
    uma = Author.of(world.person("Uma"))
    people_posts.edit(post=question.post_id, by=uma, text=f"{asked}\nSince noon", at=world.at)
    world.settle()
    ticket.refresh_from_db()
    promised = Commitment.objects.filter(subject=question.about).values_list("text", flat=True)
    recorded = JournalEntry.objects.values_list("text", flat=True)
    for told in (ticket.title, Incident.objects.get().title, *promised, *recorded):
        assert "Since noon" not in told
        assert "\n" not in told
    assert f"{asked}\nSince noon" in ticket.body


def test_a_removed_answer_is_gone_from_the_ticket_and_nobody_elses_words_are(world: World) -> None:
    question = ask(world, text="How do I log in?")
    answer = say(world, "Ada", f"OK\nUse {SECRET} for now", thread=question.post_id)
    say(world, "Uma", "OK\nIt's OK now", thread=question.post_id)
    ticket = raise_ticket(world, question)
    remove(world, answer)
    ticket.refresh_from_db()
    assert rows_with(SECRET) == []
    assert "It's OK now" in ticket.body
    assert "How do I log in?" in ticket.body
    assert ASK not in ticket.body


@pytest.mark.parametrize("about", ["", "Whoever asks for a bucket gets one by the form, and then "])
def test_a_removed_answer_is_gone_from_where_it_was_offered_to_others(
    world: World, about: str
) -> None:
    question = ask(world, text="Where are the credentials of the state bucket for notifications?")
    answer = say(world, "Ada", f"{about * 2}use {SECRET}", thread=question.post_id)
    say(world, "Ada", "Ask Ben", thread=question.post_id)
    world.press("Ada", "question.solve", question.about)
    world.forward(days=8)
    other = ask(world, "Vic", "Where are the state bucket credentials for notifications?")
    offer = Post.objects.get(key=f"{other.about}:past")
    assert SECRET in offer.words.facts[0][1]
    remove(world, answer)
    offer.refresh_from_db()
    assert rows_with(SECRET) == []
    assert "Where are the credentials" in offer.words.facts[0][1]


def test_the_record_says_that_words_were_changed_or_taken_out_by_whom_and_when(
    world: World,
) -> None:
    question = ask(world, text="My deploy fails")
    world.forward(minutes=40)
    uma = Author.of(world.person("Uma"))
    people_posts.edit(post=question.post_id, by=uma, text=LEAK, at=world.at)
    world.settle()
    told = JournalEntry.objects.filter(kind="journal.retold").order_by("pk")
    edited = told.get(subject=question.about)
    assert edited.text.startswith("Uma changed words that ")
    assert (edited.at, edited.actor) == (world.at, "Uma")
    title = now(question).title
    world.press("Ben", "incident.declare", question.about, title=title, criteria=[])
    incident = Incident.objects.get()
    world.forward(minutes=40)
    remove(world, now(question).post)
    taken = told.filter(at=world.at, actor="Uma")
    assert {one.subject for one in taken} >= {question.about, incident.about}
    for one in taken:
        quoting = JournalEntry.objects.filter(pk__in=one.data["entries"], subject=one.subject)
        assert all("(removed)" in entry.text for entry in quoting)
        number = len(quoting)
        entries = "1 entry" if number == 1 else f"{number} entries"
        assert one.text == f"Uma took back words that {entries} here quoted"
    assert rows_with(SECRET) == []


def test_what_was_changed_before_it_was_taken_back_is_gone_from_its_incident_too(
    world: World,
) -> None:
    question = ask(world, text=LEAK)
    world.press("Ben", "incident.declare", question.about, title=question.title, criteria=[])
    uma = Author.of(world.person("Uma"))
    for text in ("My deploy fails", "My deploy fails, why?"):
        world.forward(minutes=10)
        people_posts.edit(post=question.post_id, by=uma, text=text, at=world.at)
        world.settle()
    incident = Incident.objects.get()
    assert SECRET in incident.title  # It is not its asker's to change.
    remove(world, now(question).post)
    assert rows_with(SECRET) == []
    incident.refresh_from_db()
    assert "(removed)" in incident.title


def test_what_is_quoted_is_remembered_once_however_often_it_is_changed(world: World) -> None:
    uma = Author.of(world.person("Uma"))
    a_pod = [SentFile("pod.png", png_of(), "A pod")]
    first = people_posts.post(by=uma, channel=ASK, text=LEAK, at=world.at, files=a_pod)
    world.settle()
    question = Question.objects.get(post=first)
    world.press("Ben", "incident.declare", question.about, title=question.title, criteria=[])
    picture = first.pictures.get()
    for word in ("A failing pod", "Two failing pods"):
        seen = {picture.pk: word}
        people_posts.edit(post=first.pk, by=uma, text=LEAK, at=world.at, seen=seen)
    assert not EarlierText.objects.exists()  # Nothing that it says was changed.
    for text in ("My deploy fails", LEAK, "My deploy fails", LEAK):
        people_posts.edit(post=first.pk, by=uma, text=text, at=world.at)
    kept = EarlierText.objects.values_list("text", flat=True)
    assert len(kept) == len(set(kept)) > 0
    EarlierText.objects.create(post=first, text=LEAK)  # As an older release kept it, once more.
    people_posts.edit(post=first.pk, by=uma, text="My deploy fails", at=world.at)
    remove(world, first)
    assert rows_with(SECRET) == []


def test_an_incident_that_is_part_of_another_forgets_what_was_taken_back(world: World) -> None:
    question = ask(world, text=LEAK)
    world.press("Ben", "incident.declare", question.about, title=question.title, criteria=[])
    part = Incident.objects.get()
    world.press("Ben", "incident.declare", "new", title="Deploys fail", criteria=[], another="yes")
    whole = Incident.objects.latest("pk")
    world.press("Ben", "incident.merge", part.about, into=str(whole.pk), reason="The same")
    assert len(rows_with(SECRET)) > 5
    remove(world, question.post)
    assert rows_with(SECRET) == []
    whole.refresh_from_db()
    assert whole.title == "Deploys fail"


def test_what_nobody_quotes_is_forgotten_once_it_is_changed(world: World) -> None:
    question = ask(world, text=LEAK)
    uma = Author.of(world.person("Uma"))
    people_posts.edit(post=question.post_id, by=uma, text="My deploy fails", at=world.at)
    world.settle()
    assert rows_with(SECRET) == []


def test_the_journal_lets_nothing_else_be_changed(world: World) -> None:
    entry = JournalEntry.objects.create(
        at=world.at, kind="k", subject="s:1", actor="Ada", text="So it was"
    )
    for change in ({"text": "Not so"}, {"actor": "Ben"}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            JournalEntry.objects.filter(pk=entry.pk).update(**change)


def test_whoever_edits_or_takes_back_an_answer_changes_nobody_elses_words(world: World) -> None:
    question = ask(world, text="The deploy fails in staging")
    world.press("Ben", "incident.declare", question.about, title="Going on in staging", criteria=[])
    words = ("Ben declared a normal-priority incident: Going on in staging", "Going on in staging")
    said = [say(world, "Vic", text, thread=question.post_id) for text in words]
    before = list(JournalEntry.objects.order_by("pk").values_list("pk", "text"))
    title = Incident.objects.get().title
    for post in said:
        by = Author.of(world.person("Vic"))
        people_posts.edit(post=post.pk, by=by, text="Nothing", at=world.at)
        remove(world, post)
    told = dict(JournalEntry.objects.values_list("pk", "text"))
    assert [(pk, told[pk]) for pk, _ in before] == before
    assert Incident.objects.get().title == title
    other = say(world, "Vic", "Disk of node 3 is nearly full")
    about = Message("High alarm: Disk of node 3 is nearly full")
    desk_posts.say(key="alarm:1:high", channel="#low", message=about, at=world.at)
    remove(world, other)
    assert Post.objects.get(key="alarm:1:high").words.body == about.body


def test_what_owed_an_answer_again_owes_none_once_taken_back(world: World) -> None:
    question = ask(world)
    say(world, "Ada", "With the form", thread=question.post_id)
    world.forward(minutes=2)
    again = say(world, "Uma", "It still fails, why?", thread=question.post_id)
    world.forward(minutes=2)
    later = say(world, "Uma", "It fails on live too", thread=question.post_id)
    remove(world, again)
    assert (now(question).state, now(question).unanswered_since) == ("open", later.at)
    remove(world, later)
    assert (now(question).state, now(question).unanswered_since) == ("answered", None)
    owed = Commitment.objects.filter(subject=question.about, state="open")
    assert not owed.filter(kind="question.answer").exists()
    say(world, "Uma", "It still fails, why?", thread=question.post_id)
    remove(world, question.post)
    assert now(question).state == "withdrawn"
    assert not owed.exists()
    before = Question.objects.count()
    say(world, "Uma", "How do I add it to live then?", thread=question.post_id)
    assert Question.objects.count() == before + 1  # It is asked anew.
