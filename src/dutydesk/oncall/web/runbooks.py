"""The handbook for whoever was called, opened by the link in their message, without signing in.

The link opens the page that it leads to and that page's pictures; others ask to sign in.
"""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dutydesk.handbook import web as handbook
from dutydesk.handbook.flows import library
from dutydesk.handbook.flows.rendition import ReaderAddresses
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.flows import page_calls, page_runbook
from dutydesk.web.screens import DeskRequest, rule


@rule("public")
def runbook(request: DeskRequest, token: str, name: str, path: str) -> HttpResponse:
    """Show a page of the handbook, whose pictures are shown by keys of their own."""
    try:
        inside = _opened(token, name, path)
    except Refused as refusal:
        return render(request, "oncall/answer.html", {"refusal": refusal}, status=410)
    found = library.page(name=name, path=path)
    if found is None:
        raise Http404

    def picture(name: str, path: str) -> str:
        key = page_runbook.only_for(inside, name, path)
        return reverse("answer-picture", args=[key, name, path])

    addresses = ReaderAddresses(page=handbook.SIGNED_IN.page, picture=picture)
    context = handbook.page_context(found, request, addresses) | {"token": inside}
    return render(request, "handbook/read.html", context)


def _opened(key: str, name: str, path: str) -> str:
    """Give the token in the key of this file. Raises Refused, as for a token that is none."""
    token = page_runbook.opened_by(key, name, path)
    page_calls.answered_by_link(token=token)
    return token


@rule("public")
def runbook_picture(request: DeskRequest, token: str, name: str, path: str) -> HttpResponse:
    """Give a picture of such a page."""
    try:
        _opened(token, name, path)
    except Refused as refusal:
        return render(request, "oncall/answer.html", {"refusal": refusal}, status=410)
    return handbook.picture_answer(name, path)
