"""Finding what was asked, answered and recorded before."""

import json
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from typer.testing import CliRunner

from dutydesk.chat.flows import desk_posts, people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.cli import app
from dutydesk.desk.flows import ticket_record, tickets
from dutydesk.desk.flows.search import Among, find
from dutydesk.desk.models import Question, SearchDocument
from dutydesk.desk.rules.similarity import pieces
from dutydesk.incidents.models import Incident, Update
from dutydesk.kernel.messages import Message
from dutydesk.people.models import Account
from testing.machine import AT_MOST, eventually
from testing.world import World, as_if_committed

pytestmark = pytest.mark.django_db
ASK = "#ask-cloud-platform"


@pytest.fixture
def world(tmp_path: Path) -> World:
    as_if_committed()
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada")
    return world


def post(world: World, name: str, text: str, thread: int | None = None) -> Post:
    by = Author.of(world.person(name))
    made = people_posts.post(by=by, channel=ASK, text=text, at=world.at, thread=thread)
    world.settle()
    return made


def ask(world: World, text: str, answer: str = "") -> Question:
    world.forward(minutes=5)
    root = post(world, "Uma", text)
    if answer:
        post(world, "Ada", answer, root.pk)
    return Question.objects.get(post=root)


def titles(words: str, among: Among | None = None) -> list[str]:
    found = find(words=words, among=among or Among()).found
    return [one.title.replace("\x02", "").replace("\x03", "") for one in found]


@pytest.mark.clause("ask.in-channel")
def test_a_question_is_found_by_its_answer_at_the_answer(world: World) -> None:
    question = ask(world, "How do I get certificates renewed?")
    answer = post(world, "Ada", "Restart cert-manager in your namespace.", question.post_id)
    ask(world, "Why is the build slow?", "It waits for a runner.")
    found = find(words="cert-manager")
    assert [one.number for one in found.found] == [question.pk]
    assert found.found[0].address == f"/threads/{question.post_id}#post-{answer.pk}"
    assert found.found[0].text == "Restart \x02cert\x03-\x02manager\x03 in your namespace."
    assert find(words="renewing certificate").found[0].title == (
        "How do I get \x02certificates\x03 \x02renewed\x03?"
    )


@pytest.mark.parametrize(
    "words",
    [
        "ImagePullBackOff",
        "imagepullbackoff",
        "image pull",
        "payments-live",
        "payments",
        "7f9c",
        "api",
    ],
)
def test_identifiers_are_found_whole_and_by_their_parts(world: World, words: str) -> None:
    ask(world, "Pods show ImagePullBackOff\nIn payments-live/api-7f9c since the morning.")
    ask(world, "How is the weather?")
    assert titles(words) == ["Pods show ImagePullBackOff"]


def test_words_are_read_as_in_a_web_search(world: World) -> None:
    ask(world, "How do I add a namespace?")
    ask(world, "How do I delete a namespace?")
    assert titles("namespace -delete") == ["How do I add a namespace?"]
    assert titles('"add a namespace"') == ["How do I add a namespace?"]
    assert len(titles("add or delete")) == 2
    assert titles("-namespace") == []


def test_a_whole_question_finds_what_has_most_of_its_words(world: World) -> None:
    ask(world, "How do I add a namespace?")
    ask(world, "Who owns the DNS zone?")
    found = find(words="please could somebody tell me how to add one more namespace today")
    assert not found.exact
    assert [one.number for one in found.found] == [Question.objects.earliest("pk").pk]
    assert find(words="namespace add").exact
    assert not find(words="zzz").found


def test_what_stands_in_the_question_counts_for_more_than_in_an_answer(world: World) -> None:
    said = ask(world, "Why is it so slow?", "The namespace has no quota.")
    asked = ask(world, "Quota of a namespace?", "Ask for more.")
    ask(world, "Unrelated", "Something else")
    assert [one.number for one in find(words="namespace quota").found] == [asked.pk, said.pk]


def test_edits_removals_and_withdrawals_are_followed(world: World) -> None:
    question = ask(world, "How do I add a nmspace?", "With the form.")
    answer = Post.objects.get(thread=question.post_id, author="Ada")
    uma, ada = Author.of(world.person("Uma")), Author.of(world.person("Ada"))
    people_posts.edit(post=question.post_id, by=uma, text="How do I add a namespace?", at=world.at)
    assert titles("namespace") == ["How do I add a namespace?"]
    assert titles("nmspace") == []
    assert titles("form")
    people_posts.remove(post=answer.pk, by=ada, at=world.at)
    assert titles("form") == []
    assert titles("removed") == []
    people_posts.remove(post=question.post_id, by=uma, at=world.at)
    world.settle()
    assert titles("namespace") == []
    lost = ask(world, "Is the lighthouse down?")
    assert titles("lighthouse")
    people_posts.remove(post=lost.post_id, by=uma, at=world.at)
    world.settle()
    assert not SearchDocument.objects.filter(kind="question", number=lost.pk).exists()


def test_what_one_person_sees_and_what_the_desk_says_is_not_found(world: World) -> None:
    question = ask(world, "How do I add a namespace?")
    uma = Account.objects.get(name="Uma").pk
    for number, only_for in enumerate((uma, None)):
        desk_posts.say(
            key=f"test:{number}",
            channel=ASK,
            thread=question.post,
            message=Message("kumquat"),
            at=world.at,
            only_for=only_for,
        )
    Post.objects.create(
        key="person:private",
        channel=question.post.channel,
        thread=question.post,
        author="Uma",
        account_id=uma,
        only_for_id=uma,
        message=Message("persimmon").as_json(),
        at=world.at,
    )
    post(world, "Uma", "and a pomegranate", question.post_id)
    assert titles("kumquat") == titles("persimmon") == []
    assert titles("pomegranate")


def test_tickets_and_incidents_are_found_and_filters_narrow(world: World) -> None:
    question = ask(world, "Elasticsearch is slow", "Looking.")
    tickets.raise_ticket(
        question=question.pk,
        title="Elasticsearch needs disks",
        filled={"body": "They are old."},
        by=world.person("Ada"),
        at=world.at,
    )
    incident = Incident.objects.create(title="Elasticsearch down", declared=world.at)
    Update.objects.create(incident=incident, text="Shards recover.", by="Ada", at=world.at)
    assert sorted(one.kind for one in find(words="elasticsearch").found) == [
        "incident",
        "question",
        "ticket",
    ]
    assert titles("shards") == ["Elasticsearch down"]
    assert titles("elasticsearch", Among(kind="ticket")) == ["Elasticsearch needs disks"]
    assert titles("elasticsearch", Among(channel="#elsewhere")) == []
    assert len(titles("elasticsearch", Among(channel=ASK))) == 2
    assert titles("elasticsearch", Among(since=world.at + timedelta(days=1))) == []
    assert titles("elasticsearch", Among(solved=True)) == []
    world.press("Ada", "question.solve", question.about)
    assert titles("elasticsearch", Among(solved=True)) == ["Elasticsearch is slow"]
    assert titles("elasticsearch", Among(solved=False)) == ["Elasticsearch down"]
    incident.delete()
    assert titles("shards") == []


@pytest.mark.clause("ask.ticket-record")
def test_a_tickets_record_is_found_as_it_is_now(world: World) -> None:
    question = ask(world, "Elasticsearch is slow", "Looking.")
    ticket = tickets.raise_ticket(
        question=question.pk,
        title="Elasticsearch needs disks",
        filled={"body": "They are old."},
        by=world.person("Ada"),
        at=world.at,
    )
    ada = world.person("Ada")
    said = ticket_record.comment(ticket=ticket.pk, text="A kumquat is in it.", by=ada, at=world.at)
    ticket_record.comment(ticket=ticket.pk, text="So is a quince.", by=ada, at=world.at)
    assert titles("kumquat quince") == titles("old quince") == ["Elasticsearch needs disks"]
    assert ("kumquat", True) in pieces(find(words="kumquat").found[0].text)
    said.body = "A medlar is in it."
    said.save()
    assert (titles("kumquat"), titles("medlar")) == ([], ["Elasticsearch needs disks"])
    said.body, said.removed_at = "(removed)", world.at
    said.save()
    assert titles("medlar") == titles("removed") == []
    said.delete()
    assert (titles("medlar"), titles("quince")) == ([], ["Elasticsearch needs disks"])
    ticket.delete()
    assert titles("quince") == []


@pytest.mark.django_db(transaction=True)
def test_documents_are_kept_by_the_commit_that_changes_what_they_tell_of(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    ask(world, "Where is the lighthouse?", "On the rock.")
    assert titles("lighthouse rock") == ["Where is the lighthouse?"]


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_that_change_together_neither_is_lost(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    question = ask(world, "Where is the lighthouse?", "One")
    other = post(world, "Ben", "Two", question.post_id)
    first = Post.objects.get(thread=question.post_id, author="Ada")

    def change() -> None:
        try:
            Post.objects.filter(pk=other.pk).update(message=Message("cormorant").as_json())
        finally:
            connection.close()

    def waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # or this transaction sees it once
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            return bool(cursor.fetchone()[0])

    changing = threading.Thread(target=change)
    with transaction.atomic():
        Post.objects.filter(pk=first.pk).update(message=Message("albatross").as_json())
        as_if_committed()
        changing.start()
        eventually(waits)
    changing.join(AT_MOST)
    assert find(words="albatross cormorant").exact


def test_rare_words_are_found_by_the_index_and_common_ones_from_the_newest_on(
    world: World,
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO desk_searchdocument (kind, number, channel, at, title, body, vector)"
            " SELECT 'ticket', n, '', timestamptz '2020-01-01' + n * interval '1 hour', 'T' || n,"
            " '', to_tsvector('english', 'common word' || n % 500 || ' number' || n)"
            " FROM generate_series(1, 20000) AS n"
        )
        cursor.execute("ANALYZE desk_searchdocument")
        for words, index in (("number777", "document_words"), ("common", "document_newest")):
            cursor.execute(
                "EXPLAIN SELECT number FROM desk_searchdocument WHERE vector @@ desk_query(%s)"
                " ORDER BY at DESC LIMIT 500",
                [words],
            )
            assert index in str(cursor.fetchall())
    assert titles("number777") == ["T777"]
    assert len(titles("common")) == 20
    assert titles("common")[0] == "T20000"
    found = find(words="a common word77 lighthouse in number15077")
    assert (found.exact, found.found[0].number) == (False, 15077)


def test_what_was_found_is_told_in_a_terminal(world: World) -> None:
    question = ask(world, "How do I add a namespace?", "With <the> form.")
    ran = CliRunner().invoke(app, ["find", "namespace", "form", "--json"])
    told = json.loads(ran.stdout)
    assert told["exact"]
    (one,) = told["found"]
    assert (one["kind"], one["number"]) == ("question", question.pk)
    assert one["link"].endswith(f"/threads/{question.post_id}#post-{question.post_id}")
    plain = CliRunner().invoke(app, ["find", "how", "to", "add", "namespaces", "quickly"])
    assert f"question {question.pk}  How do I add a namespace?" in plain.stdout
    assert "these have some" in plain.stderr
    assert CliRunner().invoke(app, ["find", "zzz"]).exit_code == 1
    assert CliRunner().invoke(app, ["find", "zzz", "--kind", "page"]).exit_code == 2


def test_longest_threads_and_strangest_words_are_taken(world: World) -> None:
    question = ask(world, "Strange " + "\U0001f6a8.\U00010400" * 400)
    for number in range(12):
        words = " ".join(f"\U00010428{number}x{each}.\U00010429y" for each in range(600))
        post(world, "Uma", words[:8000], question.post_id)
    post(world, "Uma", "the end is nigh", question.post_id)
    assert [one.number for one in find(words="nigh").found] == [question.pk]


def test_the_screen_marks_words_and_escapes_everything(world: World, client: Client) -> None:
    ask(world, "<script>alert(1)</script> & \x02namespace\x03 <b>?", "<i>namespace</i>")
    client.force_login(Account.objects.get(name="Uma"))
    shown = client.get("/find", {"q": "namespace <script>"}).content.decode()
    assert "<mark>namespace</mark>" in shown
    assert "<script>alert" not in shown
    assert "<b>" not in shown.split("<main")[1]
    assert "<i>" not in shown
    assert "Nothing was found" in client.get("/find", {"q": "zzz'\\"}).content.decode()
    assert client.get("/find", {"q": "a", "since": "yesterday"}).status_code == 422
    assert "comes here from every screen" in client.get("/find").content.decode()
