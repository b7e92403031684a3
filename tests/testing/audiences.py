"""What was told to whom, and a mail server that may refuse some."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dutydesk.chat.models import Post
from dutydesk.incidents.models import Incident
from dutydesk.kernel.actions import ActionRequest
from dutydesk.kernel.tellings import Telling
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Service
from dutydesk.ports.delivery import MAIL, Delivery, Undelivered
from dutydesk.process.flows import process
from dutydesk.process.rules.check import DEFAULT_FILE
from dutydesk.wiring import ACTIONS
from testing.world import World

TEAM, ASK, PRISONS = "#cloud-platform", "#ask-cloud-platform", "#prisons"
Said = dict[str, tuple[str, str, tuple[tuple[str, str], ...]]]
"""What is read in each place: a title, a body without what only a link says, and facts."""


class MailServer:
    """Takes every mail but those to addresses that it refuses, or while it is busy."""

    def __init__(self) -> None:
        self.refuses: set[str] = set()
        self.busy = False

    def deliver(self, parcel: Delivery) -> str:
        if self.busy:
            raise Undelivered("the mail server refused it (451)")
        if parcel.payload["to"] in self.refuses:
            raise Undelivered("the mail server refused it (550)", permanent=True)
        return "taken"


def service(name: str = "Prison visits") -> str:
    return str(Service.objects.get(name=name).pk)


def declare(world: World, **values: Any) -> Incident:
    values = {
        "title": "Visits can't be booked",
        "services": [service()],
        "criteria": ["outage"],
        "user_impact": "yes",
        **values,
    }
    world.press("Ada", "incident.declare", "new", **values)
    return Incident.objects.latest("id")


def adopt(world: World, folder: Path, *, who: str = "[]", hear_of: str = "high") -> None:
    """Put a process in force that names who tells senior leadership."""
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    named = f"  leaders:\n    who: {who}\n    hear_of: {hear_of}\n"
    old = "  leaders:\n    who: []\n    hear_of: high\n"
    assert old in text
    file = folder / "leaders.yaml"
    file.write_text(text.replace(old, named), encoding="utf-8")
    process.adopt(file=file, at=world.at)


def preview(world: World, by: str, action: str, about: str, **sent: Any) -> Sequence[Telling]:
    """Give who would be told what by a form that is filled in so far."""
    found, person = ACTIONS[action], world.person(by)
    assert found.form is not None
    assert found.preview is not None
    form = found.form(about, person, world.at)
    answers = form.read_so_far({**form.filled_in(world.zone), **sent}, world.zone)
    return found.preview(ActionRequest(about, person, world.at, world.zone, sent, answers))


def shown(tellings: Sequence[Telling]) -> Said:
    """Give what a preview shows, by place."""
    return {
        one.place: (one.message.title, _unlinked(one.message.body), one.message.facts)
        for one in tellings
    }


def told(*, posts: str, letters: str) -> Said:
    """Give what was said by posts and letters whose keys hold or begin with these."""
    said = {
        post.channel.name: (post.words.title, post.words.body, post.words.facts)
        for post in Post.objects.filter(key__contains=posts).select_related("channel")
    }
    for one in OutboxMessage.objects.filter(kind=MAIL, key__startswith=letters).order_by("pk"):
        payload = one.payload
        place = f"{payload['name']} (e-mail)"
        said[place] = (payload["subject"], _unlinked(payload["body"]), ())
    return said


def _unlinked(body: str) -> str:
    return body.partition("\n\nAll of it: ")[0]


def letters(to: str = "director@example.org") -> list[dict[str, str]]:
    """Give the letters that somebody was written, the first one first."""
    rows = OutboxMessage.objects.filter(kind=MAIL, payload__to=to).order_by("id")
    return [row.payload for row in rows]
