"""The status page behind sign-in: the same answers, made anew for whoever may see them."""

from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from dutydesk.status.api.answers import StatusAnswers
from dutydesk.status.flows import record
from dutydesk.web.screens import DeskRequest, rule


@rule("anyone")
def status(request: DeskRequest, rest: str = "") -> HttpResponse:
    """Answer: how are the services doing? Whether strangers may ask, the door says before this."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    found = StatusAnswers(record.read(at=request.at), record.link()).get(rest, stale=False)
    if found is None:
        return render(request, "404.html", status=404)
    return HttpResponse(found.body, content_type=found.kind, headers=dict(found.headers))
