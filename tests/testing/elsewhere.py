"""What happens elsewhere and reaches an office: in a chat, a tracker and a pager outside."""

from dataclasses import replace
from datetime import timedelta

from dutydesk.chat.flows import channels, desk_posts, post_mirror
from dutydesk.desk.flows import tracker_inbound
from dutydesk.journal.models import JournalEntry, Reaction
from dutydesk.kernel.messages import Message
from dutydesk.oncall.flows import pager_inbound
from dutydesk.oncall.models import Page
from dutydesk.outbox.flows import outbox
from dutydesk.ports.delivery import Delivery, Undelivered
from dutydesk.ports.outside import OutgoingPost
from dutydesk.ports.pager import WHO, PagerEvent
from dutydesk.ports.tracker import Issue, Remark, TrackerEvent
from dutydesk.rota.flows import edits, experience
from dutydesk.rota.models import Shift
from testing.office import TALK, Office
from testing.said import say_what_is_owed
from testing.world import number


class Away:
    """A sender, and a chat, that nothing reaches."""

    def deliver(self, parcel: Delivery) -> str:
        raise Undelivered("it is away")

    def say(self, said: OutgoingPost) -> str:
        raise Undelivered("it is away")


def chat_is_away(here: Office) -> None:
    """Say something in a channel that is in a chat outside too, while that can't be reached."""
    at = here.world.at
    post_mirror.mirror_to("slack")
    channels.meet(outside="slack:T1:C1", name=TALK)
    desk_posts.say(key="away", channel=TALK, message=Message("Hello"), at=at)
    say_what_is_owed(mouth=Away(), now=lambda: at)


def outsider_writes_in_the_tracker(here: Office) -> None:
    """Let an issue be made in the tracker, and a comment under it, changed and removed again."""
    at, minute = here.world.at, timedelta(minutes=1)
    issue = Issue(
        number=1,
        node="I_1",
        url="https://tracker.example.org/1",
        title="Quota please",
        body="Five more",
        author="outsider",
        closed=False,
        logins=(),
        labels=("support team",),
        at=at,
    )
    said = Remark("7", "I_1", "outsider", "Or six", at, at)
    changed = replace(said, body="Or seven", changed_at=at + minute)
    removed = replace(changed, removed=True)
    for key, remark in (("1", None), ("2", said), ("3", changed), ("4", removed)):
        word = TrackerEvent(key, issue=issue, remark=remark)
        tracker_inbound.hear(word=word, at=at + minute)
    here.world.settle()


class Stranger:
    """Finds out who did it in the pager outside: nobody of the team."""

    def deliver(self, parcel: Delivery) -> str:
        return "mallory@elsewhere.example"


def stranger_resolves_a_page(here: Office) -> None:
    outbox.deliver_with(WHO, Stranger())
    page = Page.objects.get(subject=here.alarm("Elsewhere too").about)
    at = here.world.at
    done = PagerEvent("w1", page.pk, "incident.resolved", "resolved", "PM", "Mallory", at)
    pager_inbound.hear(word=done, at=at)
    here.world.settle()


def rota_changes(here: Office) -> None:
    """Mark somebody as experienced, and take the shift back in which others had swapped."""
    at = here.world.at
    experience.mark(engineer=number("Ada"), standing="experienced", at=at, by="Ada")
    shift = Shift.objects.filter(duty="primary", kind="hand", end__gt=at).latest("start")
    edits.undo(number=int(shift.source), at=at, by="Ada")
    here.world.settle()


def older_program_leaves_a_reaction(here: Office) -> None:
    """Let a reaction wait for a name that no program knows any more."""
    entry = JournalEntry.objects.latest("id")
    Reaction.objects.create(entry=entry, name="alarm.sing", due_at=here.world.at)
    here.world.forward(minutes=20)
