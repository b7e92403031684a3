"""Channels and threads on the web."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import Truncator

from dutydesk.chat.flows import people_posts, threads
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Channel, Post
from dutydesk.kernel import bounds
from dutydesk.kernel.refusals import Refused
from dutydesk.process.flows import process
from dutydesk.web.screens import Crumb, DeskRequest, rule


@rule("anyone")
def channels(request: DeskRequest) -> HttpResponse:
    """List the channels."""
    return render(
        request,
        "chat/channels.html",
        {"channels": Channel.objects.all(), "ask": process.in_force().ask.channel},
    )


@rule("anyone")
def channel(request: DeskRequest, number: int) -> HttpResponse:
    """Show a channel's newest posts, and take a new one."""
    found = get_object_or_404(Channel, pk=number)
    typed, refusal = "", None
    if request.method == "POST":
        typed = request.POST.get("text", "")
        try:
            made = people_posts.post(
                by=Author.of(request.person), channel=found.name, text=typed, at=request.at
            )
        except Refused as refused:
            refusal = refused
        else:
            is_question = found.name == process.in_force().ask.channel
            where = f"/threads/{made.pk}" if is_question else request.path
            return HttpResponseRedirect(where)
    posts = threads.recent(
        channel=found,
        account=request.person.account,
        before=bounds.number(request.GET.get("before", "")) or 0,
    )
    context = {
        "channel": found,
        "posts": posts,
        "typed": typed,
        "refusal": refusal,
        "ask": process.in_force().ask.channel,
        "more": len(posts) == 50,
    }
    return render(request, "chat/channel.html", context, status=422 if refusal else 200)


def _title(root: Post) -> str:
    """Give the first words of what began a thread."""
    lines = (root.words.title or root.words.body).split("\n")
    return Truncator(lines[0]).chars(119) or f"Thread in {root.channel.name}"


@rule("anyone")
def thread(request: DeskRequest, number: int) -> HttpResponse:
    """Show a thread, and take an answer."""
    roots = Post.objects.filter(thread=None).select_related("channel")
    root = get_object_or_404(threads.visible(roots, request.person.account), pk=number)
    typed = ""
    if request.method == "POST":
        typed = request.POST.get("text", "")
        try:
            people_posts.post(
                by=Author.of(request.person),
                channel=root.channel.name,
                text=typed,
                at=request.at,
                thread=root.pk,
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            return HttpResponseRedirect(request.path)
    posts = threads.thread(root=root, account=request.person.account)
    question = getattr(root, "question", None)
    takes = request.person.engineer is not None and question and question.engineer_id is None
    context = {
        "title": question.title if question else _title(root),
        "root": root,
        "posts": posts,
        "typed": typed,
        "question": question,
        "takes": takes,
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
    return HttpResponseRedirect(f"/threads/{found.thread_id or found.pk}#post-{found.pk}")
