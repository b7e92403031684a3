"""The handbook for whoever was called, opened by the link in their message, without signing in."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dutydesk.handbook import web as handbook
from dutydesk.handbook.flows import library
from dutydesk.handbook.flows.rendition import ReaderAddresses
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.flows import page_calls
from dutydesk.web.screens import DeskRequest, rule


@rule("public")
def runbook(request: DeskRequest, token: str, name: str, path: str) -> HttpResponse:
    """Show a page of the handbook, whose links lead to others by the same token."""
    try:
        page_calls.answered_by_link(token=token)
    except Refused as refusal:
        return render(request, "oncall/answer.html", {"refusal": refusal}, status=410)
    found = library.page(name=name, path=path)
    if found is None:
        raise Http404
    addresses = ReaderAddresses(
        page=lambda name, path: reverse("answer-runbook", args=[token, name, path]),
        picture=lambda name, path: reverse("answer-picture", args=[token, name, path]),
    )
    context = handbook.page_context(found, request, addresses) | {"token": token}
    return render(request, "handbook/read.html", context)


@rule("public")
def runbook_picture(request: DeskRequest, token: str, name: str, path: str) -> HttpResponse:
    """Give a picture of such a page."""
    try:
        page_calls.answered_by_link(token=token)
    except Refused as refusal:
        return render(request, "oncall/answer.html", {"refusal": refusal}, status=410)
    return handbook.picture_answer(name, path)
