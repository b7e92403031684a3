"""Channels and threads on the web."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from dutydesk.chat.flows import people_posts, threads
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Channel, Post
from dutydesk.chat.rules import title_of
from dutydesk.kernel import bounds
from dutydesk.kernel.actions import Person
from dutydesk.kernel.refusals import Refused
from dutydesk.process.flows import process
from dutydesk.web.screens import Crumb, DeskRequest, rule
from dutydesk.web.uploads import sent_pictures

ABOVE = (
    ("question.take", "I'll take it"),
    ("question.solve", "Solved"),
    ("question.reopen", "Not solved yet"),
)
"""The buttons that stand above a question's thread, and so not once more under its posts."""


@rule("anyone")
def channels(request: DeskRequest) -> HttpResponse:
    """List the channels."""
    return render(
        request,
        "chat/channels.html",
        {"channels": Channel.objects.all(), "ask": process.in_force().ask.channel},
    )


@rule("anyone")
def ask(request: DeskRequest) -> HttpResponse:
    """Take a question for the team, and lead to its thread."""
    asked = process.in_force().ask.channel
    made, refusal = _posted(request, asked)
    if made is not None:
        return redirect("thread", made.pk)
    context = {
        "ask": asked,
        "channel": Channel.objects.filter(name=asked).first(),
        "typed": request.POST.get("text", ""),
        "refusal": refusal,
    }
    return render(request, "chat/ask.html", context, status=422 if refusal else 200)


@rule("anyone")
def channel(request: DeskRequest, number: int) -> HttpResponse:
    """Show a channel's newest posts, and take a new one."""
    found = get_object_or_404(Channel, pk=number)
    made, refusal = _posted(request, found.name)
    if made is not None:
        is_question = found.name == process.in_force().ask.channel
        return redirect("thread", made.pk) if is_question else redirect("channel", found.pk)
    posts = threads.recent(
        channel=found,
        account=request.person.account,
        before=bounds.number(request.GET.get("before", "")) or 0,
    )
    context = {
        "channel": found,
        "posts": posts,
        "typed": request.POST.get("text", ""),
        "refusal": refusal,
        "ask": process.in_force().ask.channel,
        "more": len(posts) == 50,
    }
    return render(request, "chat/channel.html", context, status=422 if refusal else 200)


def _posted(request: DeskRequest, channel: str) -> tuple[Post | None, Refused | None]:
    """Post what was typed, if anything was sent; give the post, or why it isn't taken."""
    if request.method != "POST":
        return None, None
    by, text = Author.of(request.person), request.POST.get("text", "")
    try:
        files = sent_pictures(request)
        made = people_posts.post(by=by, channel=channel, text=text, at=request.at, files=files)
    except Refused as refusal:
        return None, refusal
    return made, None


def _title(root: Post) -> str:
    """Give the first words of what began a thread."""
    words = root.words
    return title_of(words.title or words.body, 119) or f"Thread in {root.channel.name}"


def _replied(request: DeskRequest, root: Post, text: str) -> bool:
    """Post a reply, and say whether it was taken; what is in the way is said on the screen."""
    try:
        people_posts.post(
            by=Author.of(request.person),
            channel=root.channel.name,
            text=text,
            at=request.at,
            thread=root.pk,
            files=sent_pictures(request),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def _pressed_by(person: Person, question: Any) -> dict[str, Any]:
    """Give the question of a thread, and what this person may press above it."""
    if question is None:
        return {"question": None, "above": ()}
    return {
        "question": question,
        "may_say": person.may("engineer") or question.asker_id == person.account,
        "takes": person.engineer is not None and not question.has_it,
        "above": ABOVE,
    }


@rule("anyone")
def thread(request: DeskRequest, number: int) -> HttpResponse:
    """Show a thread, and take an answer."""
    roots = Post.objects.filter(thread=None).select_related("channel")
    root = get_object_or_404(threads.visible(roots, request.person.account), pk=number)
    typed = request.POST.get("text", "") if request.method == "POST" else ""
    if request.method == "POST" and _replied(request, root, typed):
        return HttpResponseRedirect(request.path)
    joins = getattr(root, "joins", None)
    if joins is not None:  # It goes on with a question, and is shown there.
        return redirect("thread", joins.question.post_id)
    question = getattr(root, "question", None)
    joined = question.joined.values_list("post", flat=True) if question else ()
    posts = threads.thread(root=root, account=request.person.account, joined=list(joined))
    context = {
        "title": question.title if question else _title(root),
        "root": root,
        "posts": posts,
        "typed": typed,
        "joined": list(joined),
        "may_ask": bool(root.written_by) and root.channel.name == process.in_force().ask.channel,
        **_pressed_by(request.person, question),
        "trail": [
            Crumb("Questions", reverse("questions"))
            if question
            else Crumb("Channels", reverse("channels")),
            Crumb(root.channel.name, reverse("channel", args=[root.channel_id])),
        ],
    }
    return render(request, "chat/thread.html", context)


@rule("anyone")
def post(request: DeskRequest, number: int) -> HttpResponse:
    """Go to a post in its thread."""
    seen = threads.visible(Post.objects.filter(pk=number), request.person.account)
    found = get_object_or_404(seen)
    where = reverse("thread", args=[found.thread_id or found.pk])
    return HttpResponseRedirect(f"{where}#post-{found.pk}")
