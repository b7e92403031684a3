"""What the stories of routines share: days that pass with their checklists, and what fills them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from dutydesk.alarms.flows import ingestion
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.desk.models import Question, Ticket
from dutydesk.kernel.messages import Message
from dutydesk.process.flows import process
from dutydesk.process.rules import routine_times
from dutydesk.routines.flows import checklists
from dutydesk.routines.models import Checklist, ChecklistItem
from testing.world import World

TEAM, ASK = "#cloud-platform", "#ask-cloud-platform"


def until(world: World, local: str) -> None:
    """Let time pass until then; the desk looks after its checklists then, and as each comes."""
    end = world.moment(local)
    while world.at < end:
        following = min((one for one in _comes(world) if one > world.at), default=end)
        world.forward(seconds=(min(following, end) - world.at).total_seconds())
        look(world)


def _comes(world: World) -> Iterator[datetime]:
    """Give when checklists come and close, on this day and a few more."""
    current, day = process.in_force(), world.at.astimezone(world.zone).date()
    for ahead in range(6):
        for routine in current.day_routines:
            spell = routine_times.spell(current, routine, day + timedelta(days=ahead))
            if spell is not None:
                yield from (spell.comes, spell.closes)


def look(world: World) -> None:
    """Let the desk look after its checklists now."""
    checklists.look_after(at=world.at)
    world.settle()


def list_of(routine: str, day: str = "") -> Checklist:
    """Give the newest checklist of a routine, or that of a day."""
    found = Checklist.objects.filter(routine=routine)
    return (found.filter(day=day) if day else found).latest("day")


def item(words: str, of: Checklist | None = None) -> ChecklistItem:
    """Give the newest item with these words."""
    found = ChecklistItem.objects.filter(text__contains=words)
    return (found.filter(checklist=of) if of else found).latest("id")


def post_of(checklist: Checklist) -> Message:
    """Give the checklist's one post as it stands."""
    return Post.objects.get(key=checklist.post_key, channel__name=TEAM).words


def replies(checklist: Checklist) -> list[Message]:
    """Give what was said under the checklist's post."""
    under = Post.objects.filter(thread__key=checklist.post_key).order_by("id")
    return [one.words for one in under]


def alarm(world: World, name: str, severity: str = "warning", *, firing: bool = True) -> Alarm:
    """Let an alert fire, or end."""
    told = NotifiedAlert(
        fingerprint=name,
        firing=firing,
        labels={"alertname": name, "severity": severity},
        annotations={"summary": name},
        starts_at=world.at,
        ends_at=None if firing else world.at,
    )
    found = ingestion.receive(told=Notification(group_key=name, alerts=(told,)), at=world.at)
    world.settle()
    assert found is not None
    return found


def ask(world: World, text: str) -> Question:
    """Let Uma ask."""
    author = Author.of(world.person("Uma"))
    post = people_posts.post(by=author, channel=ASK, text=text, at=world.at)
    world.settle()
    return Question.objects.get(post=post)


def answer(world: World, question: Question, by: str = "Ada") -> None:
    """Let an engineer answer a question in its thread."""
    author = Author.of(world.person(by))
    people_posts.post(
        by=author, channel=ASK, text="With the form.", at=world.at, thread=question.post_id
    )
    world.settle()


def request(world: World, title: str) -> Ticket:
    """Let a request stand on the board, taken by nobody."""
    return Ticket.objects.create(
        title=title, body="", label="support team", column="Support To Do", asked_by="Uma",
        raised_by="Uma", raised_at=world.at, moved_at=world.at,
    )  # fmt: skip
