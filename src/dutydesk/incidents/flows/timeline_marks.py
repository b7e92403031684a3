"""Marking a message so that it stands in an incident's timeline."""

from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.flows.people_posts import PersonMarked
from dutydesk.chat.models import Mark, Post
from dutydesk.incidents.flows import context, notes
from dutydesk.incidents.models import Note
from dutydesk.incidents.words import chat_words
from dutydesk.kernel.actions import Person
from dutydesk.people.flows import people
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process


def marked(*, event: PersonMarked, at: datetime) -> None:
    """Follow the mark that puts a message into the timeline, by an engineer; off, it is out again.

    Where it may be of several incidents, whoever marked it is asked which.
    """
    if event.mark != process.in_force().incidents.timeline_mark:
        return
    post = Post.objects.select_related("channel", "thread").filter(pk=event.post).first()
    engineer = people.engineer_of(event.account)
    if post is None or post.only_for_id is not None or engineer is None or event.account is None:
        return
    if not event.on:
        _unmarked(post, event, at)
        return
    found = context.incidents_of(post)
    if len(found) > 1:
        _ask_which(post, event.account, at)
    elif found and post.removed_at is None:
        by = Person(event.account, event.name, engineer.email, engineer.pk)
        notes.keep(incident=found[0].pk, post=post.pk, by=by, at=at)


def _unmarked(post: Post, event: PersonMarked, at: datetime) -> None:
    """Take a message out of every timeline, unless somebody else of the team has it marked too."""
    team = Engineer.objects.filter(active=True, account__isnull=False).values("account")
    if Mark.objects.filter(post=post, name=event.mark, account__in=team).exists():
        return
    for note in Note.objects.filter(post=post, removed_at=None):
        notes.remove(note=note.pk, by=event.name, at=at)


def _ask_which(post: Post, account: int, at: datetime) -> None:
    desk_posts.say(
        key=f"note-which:{post.pk}:{account}",
        channel=post.channel.name,
        message=chat_words.which_timeline(about=f"post:{post.pk}"),
        at=at,
        thread=post.thread or post,
        only_for=account,
    )
