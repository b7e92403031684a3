"""What people ask, say and mark in the ask channel, and what becomes of it."""

from pathlib import Path

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.desk.models import Question
from dutydesk.journal.models import JournalEntry
from dutydesk.process.flows import process
from testing.world import World

ASK, TEAM = "#ask-cloud-platform", "#cloud-platform"
STRANGER = Author("Una", None, "slack:T1:U9")


def say(world: World, by: str | Author, text: str, thread: int | None = None) -> Post:
    author = by if isinstance(by, Author) else Author.of(world.person(by))
    post = people_posts.post(by=author, channel=ASK, text=text, at=world.at, thread=thread)
    world.settle()
    return post


def ask(world: World, by: str | Author = "Uma", text: str = "How do I add it?") -> Question:
    return Question.objects.get(post=say(world, by, text))


def mark(world: World, by: str | Author, name: str, question: Question, on: bool = True) -> None:
    author = by if isinstance(by, Author) else Author.of(world.person(by))
    people_posts.mark(post=question.post_id, name=name, by=author, on=on, at=world.at)
    world.settle()


def now(question: Question) -> Question:
    return Question.objects.select_related("engineer").get(pk=question.pk)


def standing(question: Question) -> str:
    return Post.objects.get(key=f"{question.about}:greeting").words.body


def nudges(world: World) -> list[str]:
    return [text for text in world.said(TEAM) if "has been waiting" in text]


def adopt(world: World, old: str, new: str, tmp_path: Path) -> None:
    file = tmp_path / "process.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    process.adopt(file=file, at=world.at)


def happened(question: Question) -> list[str]:
    found = JournalEntry.objects.filter(subject=question.about, kind__regex="question|ticket")
    return [kind.partition(".")[2] for kind in found.values_list("kind", flat=True)]
