"""The handbook's pages are at hand where the work is: on screens, with alarms, with questions."""

import html
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from doubles.git_server import Files
from dutydesk.alarms.flows import ingestion
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.commitments.models import Commitment
from dutydesk.desk.flows.events import TicketRefused
from dutydesk.desk.models import Question, Ticket
from dutydesk.handbook.flows import library, reviews
from dutydesk.handbook.flows.library import Clues
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.delivery import MAIL, Delivery
from dutydesk.process.flows import process
from testing.handbook import PNG, WEB, Book
from testing.screens import seen, visit
from testing.world import Moving, World, as_if_committed

pytestmark = pytest.mark.django_db
ASK = "#ask-cloud-platform"
PAGES: Files = {
    "README.md": "# Our docs\n\n[gone](gone.md) [over](runbooks/disk.md#restart)\n",
    "runbooks/disk.md": "---\nalerts: [DiskFull]\n---\n# Disk full\n\n"
    "Delete the old logs first.\n\n## Restart\n\n![plan](plan.png)\n\n"
    "<script>alert(1)</script><img src=x onerror=alert(1)>\n\n[back](../README.md)\n",
    "runbooks/KubePodCrashLooping.md": "# Crash looping\n\nRead its log.\n",
    "runbooks/visits.md": "---\nservices: [Prison visits]\n---\n# Prison visits\n",
    "runbooks/plan.png": PNG,
    "how/certificates.md": "# Renew a certificate\n\nPress the button to renew a certificate.\n",
}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    as_if_committed()
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ada")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


@pytest.fixture
def book(world: World, tmp_path: Path) -> Book:
    return Book(world, tmp_path, PAGES)


def alarm(world: World, name: str, runbook: str = "", **labels: str) -> Alarm:
    given = {"alertname": name, "severity": "critical", **labels}
    told = NotifiedAlert(name, True, given, {"runbook_url": runbook}, world.at, None)
    found = ingestion.receive(told=Notification(name, (told,)), at=world.at)
    world.settle()
    assert found is not None
    return found


@pytest.mark.clause("docs.repo")
def test_a_page_is_read_with_its_links_pictures_and_what_is_known_of_it(book: Book) -> None:
    ada = visit("Ada")
    answer = ada.get("/handbook/docs/runbooks/disk.md")
    page = seen(answer)
    assert "Delete the old logs first." in page
    assert f"in commit {book.row.commit[:10]}" in page
    assert f'href="{WEB}/edit/main/runbooks/disk.md"' in answer.text
    assert '<h2 id="at-restart">Restart</h2>' in answer.text
    assert 'src="/handbook/pictures/docs/runbooks/plan.png"' in answer.text
    assert 'href="/handbook/docs/README.md"' in answer.text
    assert "alert(1)" not in answer.text
    assert len(re.findall("<h1", answer.text)) == 1
    first = ada.get("/handbook/docs/README.md")
    assert 'href="/handbook/docs/runbooks/disk.md#at-restart"' in first.text
    assert "gone (leads nowhere)" in seen(first)
    whole = seen(ada.get("/handbook/docs/"))
    assert "2 links lead nowhere" in whole
    assert "gone.md" in whole
    assert "runbooks/" in whole
    assert "Crash looping" in seen(ada.get("/handbook/docs/?folder=runbooks"))
    assert ada.get("/handbook/docs/runbooks").status_code == 302
    assert ada.get("/handbook/docs/nothing.md").status_code == 404
    assert ada.get("/handbook/other/").status_code == 404


def test_a_picture_is_given_out_as_one_and_nothing_else(book: Book) -> None:
    answer = visit("Ada").get("/handbook/pictures/docs/runbooks/plan.png")
    assert answer.content == PNG
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert visit("Ada").get("/handbook/pictures/docs/runbooks/disk.md").status_code == 404


def test_the_team_reads_it_and_others_where_the_process_says_so(book: Book) -> None:
    paths = ("", "review", "docs/", "docs/README.md", "pictures/docs/runbooks/plan.png")
    for path in paths:
        assert visit("Ada").get(f"/handbook/{path}").status_code == 200
        assert visit("Uma").get(f"/handbook/{path}").status_code == 403
        assert Client().get(f"/handbook/{path}").status_code == 302
    book.adopt(read_by="everybody")
    for path in paths:
        assert visit("Uma").get(f"/handbook/{path}").status_code == 200


def test_pages_are_found_by_their_words_by_those_who_may_read_them(book: Book) -> None:
    assert "Disk full" in seen(visit("Ada").get("/handbook/?q=delete+logs"))
    assert "Crash looping" in seen(visit("Ada").get("/handbook/?q=KubePodCrashLooping+log"))
    assert "Nothing was found" in seen(visit("Ada").get("/handbook/?q=zebra"))
    assert "Disk full" in seen(visit("Ada").get("/find?q=old+logs"))
    assert "Disk full" not in seen(visit("Uma").get("/find?q=old+logs"))


@pytest.mark.clause("docs.repo")
@pytest.mark.parametrize(
    ("name", "runbook", "labels", "title"),
    [
        ("Other", f"{WEB}/blob/main/runbooks/disk.md#restart", {}, "Disk full"),
        ("Other", "https://runbooks.example.org/runbooks/disk/", {}, "Disk full"),
        ("DISKFULL", "", {}, "Disk full"),
        ("KubePodCrashLooping", "", {}, "Crash looping"),
        ("Other", "", {"service": "prison-visits"}, "Prison visits"),
        ("DiskFull", f"{WEB}/blob/main/runbooks/visits.md", {}, "Prison visits"),
        ("Other", "https://elsewhere.example.org/runbooks/disk/", {}, ""),
    ],
)
def test_an_alarm_shows_its_runbook(
    book: Book, world: World, name: str, runbook: str, labels: dict[str, str], title: str
) -> None:
    book.adopt(", published: ['https://runbooks.example.org']")
    found = alarm(world, name, runbook, **labels)
    page = seen(visit("Ada").get(f"/alarms/{found.pk}"))
    assert (f"Runbook: {title}" in page) == bool(title)
    assert "Runbook:" not in seen(visit("Uma").get(f"/alarms/{found.pk}"))


@pytest.mark.clause("docs.repo", "oncall.respond")
def test_whoever_is_called_reads_the_runbook_without_signing_in(book: Book, world: World) -> None:
    body = called_by_mail(world)
    assert "Runbook: Disk full\nDelete the old logs first." in body
    link = re.findall(r"\S*/pages/answer/\S+/handbook/\S+", body)[0]
    path = "/pages/" + link.partition("/pages/")[2]
    answer = Client().get(path)
    assert "Delete the old logs first." in seen(answer)
    (picture,) = re.findall('src="([^"]+plan.png)"', answer.text)
    assert Client().get(picture).content == PNG
    (other,) = re.findall('href="([^"]+README.md)"', answer.text)
    assert Client().get(other).headers["Location"].startswith("/account/login/")
    for elsewhere in (path.replace("runbooks/disk.md", "README.md"), path.replace("/docs/", "/x/")):
        assert Client().get(elsewhere).status_code == 410
    assert Client().get(picture.replace("plan.png", "other.png")).status_code == 410
    bare = re.sub("~[^/]+", "", path)
    assert Client().get(bare).status_code == 410
    assert Client().get(path.replace("/answer/", "/answer/x")).status_code == 410
    assert Client().get(picture.replace("/answer/", "/answer/x")).status_code == 410
    book.write({"runbooks/disk.md": None})
    assert Client().get(path).status_code == 404


def test_a_fault_of_the_handbook_keeps_nobody_from_being_called(
    book: Book, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise LookupError("not there")

    monkeypatch.setattr(library, "at_hand_all", fails)
    assert "Runbook" not in called_by_mail(world)


class MailServer:
    """Takes every letter."""

    def deliver(self, parcel: Delivery) -> str:
        return "taken"


def called_by_mail(world: World) -> str:
    """Let somebody be called for a full disk; give the letter that they got."""
    outbox.deliver_with(MAIL, MailServer())
    alarm(world, "DiskFull")
    return str(OutboxMessage.objects.filter(kind=MAIL).latest("pk").payload["body"])


def ask(world: World, text: str, by: str = "Uma", answer: str = "") -> Question:
    author = Author.of(world.person(by))
    root = people_posts.post(by=author, channel=ASK, text=text, at=world.at)
    world.settle()
    if answer:
        ada = Author.of(world.person("Ada"))
        people_posts.post(by=ada, channel=ASK, text=answer, at=world.at, thread=root.pk)
        world.settle()
    world.forward(minutes=5)
    return Question.objects.get(post=root)


def offered(question: Question) -> list[tuple[str, str]]:
    found = Post.objects.filter(key=f"{question.about}:past")
    return [fact for post in found for fact in post.words.facts]


@pytest.mark.clause("docs.repo", "ask.in-channel")
def test_a_question_is_offered_pages_with_past_answers_and_never_more_than_three(
    book: Book, world: World
) -> None:
    assert not offered(ask(world, "How do I renew a certificate?"))  # Uma may not read them.
    book.adopt(read_by="everybody")
    ((where, what),) = offered(ask(world, "Can I renew a certificate myself?"))
    assert where == "In the handbook"
    assert "Renew a certificate" in what
    assert not offered(ask(world, "Is the coffee machine down?"))
    for word in ("Please", "Kindly"):
        ask(world, f"How do I renew a certificate? {word}", answer="So.")
    facts = offered(ask(world, "How do I renew a certificate now?"))
    assert len(facts) == 3
    assert "In the handbook" in [where for where, _ in facts]


@pytest.mark.clause("docs.repo")
def test_what_was_solved_is_asked_for_as_a_page(book: Book, world: World) -> None:
    question = ask(world, "How do I renew a certificate?", answer="Press the button.")
    with pytest.raises(TicketRefused):
        world.press("Ada", "question.write-down", question.about, title="A", text="B")
    world.press("Ada", "question.solve", question.about)
    form = html.unescape(visit("Ada").get(f"/do/question.write-down/{question.about}").text)
    assert "Write this down: How do I renew a certificate?" in form
    for said in ("> How do I renew a certificate?", "Press the button.", "how/certificates.md"):
        assert said in form
    world.press("Ada", "question.write-down", question.about, title="Renewing", text="# Renew")
    ticket = Ticket.objects.get()
    assert (ticket.title, ticket.body, ticket.post) == ("Renewing", "# Renew", question.post)
    with pytest.raises(TicketRefused):
        world.press("Ben", "question.write-down", question.about, title="Again", text="# Renew")


@pytest.mark.clause("docs.repo")
def test_overdue_pages_are_chased_once_a_week_in_one_post(book: Book, world: World) -> None:
    team = process.in_force().team.channel
    dated = "---\nlast_reviewed_on: {}\nreview_in: 1 month\n---\n# {}\n"
    book.write(
        {f"old-{n}.md": dated.format("2026-01-01", f"Old {n}") for n in range(12)}
        | {"fresh.md": dated.format("2026-11-20", "Fresh")}
    )
    for _ in range(2):
        reviews.look_after(at=world.at)
    promise = Commitment.objects.get(kind="handbook.review")
    assert promise.due_at == datetime(2026, 11, 30, 10, tzinfo=UTC)
    page = seen(visit("Ada").get("/handbook/review"))
    assert "Old 11" in page
    assert page.index("Old 11") < page.index("Next") < page.index("Fresh")
    world.forward(days=16)
    said = [text for text in world.said(team) if "12 pages say" in text]
    assert len(said) == 2
    assert said[0].count(".md") == 10
    book.write({f"old-{n}.md": "# Done\n" for n in range(12)})
    reviews.look_after(at=world.at)
    promise.refresh_from_db()
    assert promise.state == "late"


def test_of_a_hundred_pages_of_one_service_the_alert_s_own_is_not_lost(
    world: World, tmp_path: Path
) -> None:
    many: Files = {
        f"a/{number:03}.md": "---\nservices: [Prison visits]\n---\n# One of many\n"
        for number in range(101)
    }
    Book(world, tmp_path, {**many, "z/DiskFull.md": "# Disk full\n"})
    found = library.at_hand(Clues("", ["DiskFull"], ["Prison visits"]))
    assert [one.path for one in found] == ["z/DiskFull.md", "a/000.md", "a/001.md"]
