"""Answering a page on the web, also from the link in its message."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import screen_of
from dutydesk.oncall.flows import paging
from dutydesk.oncall.models import Page
from dutydesk.site.screens import DeskRequest, rule


@rule("anyone")
def page(request: DeskRequest, number: int) -> HttpResponse:
    """Go to what the page is about."""
    return HttpResponseRedirect(screen_of(get_object_or_404(Page, pk=number).subject))


@rule("public")
def answer(request: DeskRequest, token: str) -> HttpResponse:
    """Let the person whom the link was made for say that they have it, without signing in.

    Opening it changes nothing, since mail scanners open links; pressing the button does.
    """
    try:
        found, engineer = paging.answered_by_link(token=token)
        if request.method == "POST":
            found = paging.acknowledge(page=found.pk, engineer=engineer.pk, at=request.at)
    except Refused as refusal:
        return render(request, "oncall/answer.html", {"refusal": refusal}, status=410)
    return render(request, "oncall/answer.html", {"page": found, "engineer": engineer})
