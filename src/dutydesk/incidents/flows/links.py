"""The alarms, questions and threads that belong to an incident: joined to it, and parted again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import QuerySet

from dutydesk.alarms.flows import takeover
from dutydesk.alarms.models import Alarm
from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import Post
from dutydesk.desk.models import Question
from dutydesk.incidents import words
from dutydesk.incidents.models import Incident, IncidentLink
from dutydesk.journal.flows import journal
from dutydesk.kernel import bounds
from dutydesk.kernel.actions import Person
from dutydesk.kernel.events import Event
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
from dutydesk.ports.incidents import IncidentMention

KINDS = ("alarm", "question", "thread")


class LinkRefused(Refused):
    """The two are not joined, or not parted."""


@dataclass(frozen=True)
class ThingLinked(Event):
    """An alarm or a question belongs to an incident from now on; `about` names it."""

    kind: ClassVar[str] = "incident.linked"
    incident: int
    about: str


@dataclass(frozen=True)
class ThingParted(Event):
    """An alarm or a question belongs to an incident no more."""

    kind: ClassVar[str] = "incident.parted"
    incident: int
    about: str


@dataclass(frozen=True, slots=True)
class Thing:
    """An alarm, a question or a thread: what it is called, and when it began.

    `heard`: when somebody, or the desk, first knew of it.
    """

    about: str
    title: str
    began: datetime
    heard: datetime
    state: str = ""
    post: Post | None = None

    @property
    def noun(self) -> str:
        """Say what it is."""
        return self.about.partition(":")[0]

    @property
    def called(self) -> str:
        """Name it in the middle of a sentence."""
        return f"the {self.noun} “{self.title}”"

    @property
    def named(self) -> str:
        """Name it in a list."""
        return f"{self.noun.capitalize()}: {self.title}"


def thing(about: str) -> Thing | None:
    """Give what a subject names, if that is something which may belong to an incident."""
    return next(iter(_things([about])), None)


def _things(abouts: Iterable[str]) -> list[Thing]:
    """Give what these subjects name, in any order: one or two queries for each kind of them."""
    numbers: dict[str, list[int]] = {kind: [] for kind in KINDS}
    for kind, _, written in (about.partition(":") for about in abouts):
        number = bounds.number(written)
        if kind in numbers and number is not None:
            numbers[kind].append(number)
    found: list[Thing] = []
    if wanted := numbers["alarm"]:
        alarms = list(Alarm.objects.filter(pk__in=wanted))
        began = takeover.beginnings(alarms)
        found += [Thing(a.about, a.title, began[a.pk], a.first_at, a.state) for a in alarms]
    if wanted := numbers["question"]:
        asked = Question.objects.filter(pk__in=wanted).select_related("post__channel")
        found += [Thing(q.about, q.title, q.asked_at, q.asked_at, q.state, q.post) for q in asked]
    if wanted := numbers["thread"]:
        seen = Post.objects.filter(thread=None, only_for=None, removed_at=None, pk__in=wanted)
        for one in seen.select_related("channel"):
            title = words.title_of_post(one.words)
            found.append(Thing(subject("thread", one.pk), title, one.at, one.at, post=one))
    return found


def link(incident: Incident, about: str, by: str, at: datetime) -> bool:
    """Let something belong to an incident, and say so on its own side; give whether that is new.

    Belongs in a flow that says on the incident's side what happened.
    """
    found, new = IncidentLink.objects.get_or_create(
        incident=incident, about=about, defaults={"by": by, "at": at}
    )
    if not new and found.parted_at is None:
        return False
    if not new:
        found.by, found.at, found.parted_at = by, at, None
        found.save(update_fields=["by", "at", "parted_at"])
    text = f"It belongs to incident {incident.pk}, “{incident.title}”"
    _record(ThingLinked(incident.pk, about), about, text, by, at)
    return True


def _record(event: Event, about: str, text: str, by: str, at: datetime) -> None:
    journal.record(
        event=event, subject=about, text=text, at=at, actor=by, clause="incident.declare"
    )


@transaction.atomic
def join(*, incident: int, about: str, by: Person, at: datetime) -> Incident:
    """Let an alarm or a question belong to an incident, though it was not declared from it.

    Nobody is called for an alarm while an incident that goes on has it, and its lead hears what
    begins in it. In a question's thread the desk says so.
    """
    found = Incident.objects.select_for_update(of=("self",)).get(pk=incident)
    joined = _joinable(found, about)
    if not link(found, about, by.name, at):
        raise LinkRefused(f"It belongs to incident {incident} already.", "There is nothing to do.")
    if found.state == Incident.State.OPEN and about.startswith("alarm:"):
        because = f"{by.name} joined it to incident {incident}"
        takeover.take(about=about, incident=found.about, because=because, at=at)
    text = f"{by.name} joined {joined.called} to it"
    _record(ThingLinked(incident, about), found.about, text, by.name, at)
    _say(found, joined, at)
    return found


def _joinable(incident: Incident, about: str) -> Thing:
    """Give what is to be joined, if it can be."""
    joined = thing(about)
    if joined is None:
        raise LinkRefused("That isn't there any more.", "Choose an alarm or a question.")
    if incident.exercise:
        raise LinkRefused(
            "This incident is an exercise, and that is real.", "Declare an incident of its own."
        )
    _check_whole(incident, "Join it to that one.")
    other = running(about).exclude(pk=incident.pk).first()
    if other is not None:
        raise LinkRefused(
            f"It belongs to incident {other.pk}, which goes on.", "Part it from that one first."
        )
    return joined


def _check_whole(incident: Incident, remedy: str) -> None:
    """Refuse an incident that is part of another: that one has what belonged to it."""
    if incident.merged_into_id is not None:
        raise LinkRefused(f"This incident is part of incident {incident.merged_into_id}.", remedy)


def running(about: str) -> QuerySet[Incident]:
    """Give the incident that goes on and that this belongs to."""
    return Incident.objects.filter(
        links__about=about, links__parted_at=None, state=Incident.State.OPEN
    )


def _say(incident: Incident, joined: Thing, at: datetime) -> None:
    if joined.post is None or joined.post.only_for_id is not None:
        return
    desk_posts.show(
        key=f"{incident.about}:has:{joined.about}",
        channel=joined.post.channel.name,
        message=words.belongs(about=incident.about, title=incident.title),
        at=at,
        thread=joined.post,
    )


@transaction.atomic
def part(*, incident: int, about: str, by: Person, at: datetime) -> Incident:
    """Let an alarm or a question belong to an incident no more; a high alarm that fires pages."""
    found = Incident.objects.select_for_update(of=("self",)).get(pk=incident)
    _check_whole(found, "Part it from that one.")
    rows = IncidentLink.objects.filter(incident=found, about=about, parted_at=None)
    if not rows.update(parted_at=at):
        raise LinkRefused(f"It doesn't belong to incident {incident}.", "There is nothing to do.")
    takeover.part(about=about, incident=found.about, at=at)
    parted = thing(about)
    called = parted.called if parted else about
    _record(
        ThingParted(incident, about), found.about, f"{by.name} parted {called} from it", by.name, at
    )
    text = f"{by.name} parted it from incident {incident}, “{found.title}”"
    _record(ThingParted(incident, about), about, text, by.name, at)
    if parted is not None and parted.post is not None:
        message = words.belongs_no_more(about=found.about, title=found.title)
        desk_posts.rewrite(key=f"{found.about}:has:{about}", message=message, at=at)
    return found


def move(incident: Incident, into: Incident) -> None:
    """Let what belongs to an incident belong to the one that it was merged into."""
    for row in incident.links.filter(parted_at=None):
        there, new = IncidentLink.objects.get_or_create(
            incident=into, about=row.about, defaults={"by": row.by, "at": row.at}
        )
        if not new and there.parted_at is not None:  # It was parted from that one before.
            there.by, there.at, there.parted_at = row.by, row.at, None
            there.save(update_fields=["by", "at", "parted_at"])


class LinkedIncidents:
    """Says which incidents something belongs to. An `ports.incidents.IncidentsOf`."""

    def of(self, about: str) -> Sequence[IncidentMention]:
        """Give them, the newest first; one that is part of another is that other."""
        rows = Incident.objects.filter(links__about=about, links__parted_at=None)
        return [
            IncidentMention(one.about, one.title, one.get_state_display().lower())
            for one in rows.exclude(state=Incident.State.MERGED).order_by("-pk")
        ]


def things_of(incident: Incident) -> list[Thing]:
    """Give what belongs to an incident, the first first."""
    abouts = list(incident.links.filter(parted_at=None).values_list("about", flat=True))
    found = {one.about: one for one in _things(abouts)}
    return [found[about] for about in abouts if about in found]
