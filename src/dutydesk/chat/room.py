"""The chat: the desk's own, and the one outside that it stands beside."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from dutydesk.chat.actions import ACTIONS
from dutydesk.chat.flows import (
    history_readers,
    post_mirror,
    quotations,
    threads,
    unheard_channels,
)
from dutydesk.chat.models import Post
from dutydesk.inbox.flows import arrivals, work
from dutydesk.kernel.actions import Person
from dutydesk.kernel.addresses import beginning, path_to
from dutydesk.kernel.checks import Check
from dutydesk.kernel.room import MenuSection, Room
from dutydesk.pictures.flows.holders import PictureHolder
from dutydesk.ports.direct_messages import DIRECT
from dutydesk.ports.outside import MARK, PICTURE

BEHIND = timedelta(minutes=5)
UNREAD = timedelta(minutes=15)


def health(at: datetime) -> Iterable[Check]:
    """Say whether all that a chat outside told could be done, and whether it is told all."""
    because = arrivals.trouble(door="slack", at=at)
    if because:
        remedy = "See to the settings of Slack; what was said there is not here."
        public = "What was said in Slack is not all here."
        yield Check("slack", False, because, remedy, vital=False, public=public)
    elif "slack" in work.handled():
        yield _told(at)


def _told(at: datetime) -> Check:
    if lost := unheard_channels.unheard():
        says = " ".join(f"{name} is not heard: {because}" for name, because in lost.items())
        remedy = "Mend that in Slack, or name another channel in the process file."
        public = "What is said in Slack is not all heard."
        return Check("slack", False, says, remedy, vital=False, public=public)
    if count := history_readers.behind(at=at, by=UNREAD):
        threads = "1 thread" if count == 1 else f"{count} threads"
        says = f"What was said in {threads} in Slack while the desk was away is not read yet."
        remedy = (
            "Wait: Slack lets some thirty be read in a minute. It stays so? See the worker's log."
        )
        public = "What is said in Slack is not all heard."
        return Check("slack", False, says, remedy, vital=False, public=public)
    late = post_mirror.behind(at=at, by=BEHIND)
    if late:
        says = f"What is said in {', '.join(late)} does not reach Slack."
        remedy = "Invite the app to these channels, and look whether Slack is well; it stays owed."
        public = "What is said here does not all reach Slack."
        return Check("slack", False, says, remedy, vital=False, public=public)
    return Check("slack", True, "heard and told", vital=False)


def shows(picture: int, person: Person) -> bool:
    """Say whether a picture is of a post that this person may see."""
    return threads.visible(Post.objects.filter(pictures=picture), person.account).exists()


ROOM = Room(
    "chat",
    urls="dutydesk.chat.urls",
    sections=(
        MenuSection(
            "Channels",
            path_to("channels"),
            60,
            (beginning("post"),),
            group="Respond",
            icon="chat-bubble-left-right",
        ),
    ),
    actions=ACTIONS,
    messages=(MARK, DIRECT, PICTURE),
    gives={PictureHolder: PictureHolder("post", shows)},
    takes={quotations.Quoter: quotations.connect},
    health=health,
)
