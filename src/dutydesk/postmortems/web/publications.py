"""Looking a postmortem through before it is published, and what was published before."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from dutydesk.kernel import bounds
from dutydesk.kernel.refusals import Refused
from dutydesk.postmortems.flows import (
    publications,
    published_pictures,
    reports,
    repository_files,
    sign_offs,
)
from dutydesk.postmortems.flows.events import PublicationRefused
from dutydesk.postmortems.models import Postmortem, Publication
from dutydesk.postmortems.rules.report import Report
from dutydesk.postmortems.web.trails import trail
from dutydesk.postmortems.words.report import changes, markdown
from dutydesk.process.flows import process
from dutydesk.web.screens import DeskRequest, rule


@rule("engineer")
def review(request: DeskRequest, number: int) -> HttpResponse:
    """Show what is missing, what is not for everybody, and how it would be read."""
    rows = Postmortem.objects.select_related("incident__lead")
    found = get_object_or_404(rows, pk=number)
    if request.method == "POST" and "what" in request.POST:
        _decide(request, found)
        place = "pictures" if request.POST["what"] == "pictures" else "findings"
        return HttpResponseRedirect(f"{request.path}#{place}")
    report, now = reports.write(found, at=request.at), publications.latest(found)
    shown = reports.redacted(report, found)
    zone = process.in_force().zone
    newest = found.publications.order_by("-number").first()
    context: dict[str, Any] = {
        "postmortem": found,
        "about": found.about,
        "incident": found.incident,
        "trail": trail(found, deeper=True),
        "missing": publications.missing(found, report, at=request.at),
        "findings": publications.looked_through(found, report),
        "sign_offs": [
            (one, one.may(request.person)) for one in sign_offs.needed(found, at=request.at)
        ],
        "report": shown,
        "timeline_pictures": published_pictures.of_timeline(found, at=request.at),
        "published": now,
        "changes": _changes(newest, markdown(shown, zone)) if newest else [],
        "publications": found.publications.order_by("-number"),
        "in_repository": repository_files.state_of(found),
        "repository": process.in_force().postmortems.repository,
        "read_by": process.in_force().postmortems.publication.shown,
    }
    return render(request, "postmortems/review.html", context)


def _decide(request: DeskRequest, found: Postmortem) -> None:
    if request.POST["what"] == "pictures":
        return _choose(request, found)
    reason = " ".join(request.POST.get("reason", "").split())[:500]
    try:
        if request.POST["what"] == "keep" and not reason:
            raise PublicationRefused("Why is it kept?", "Say so in a few words.")
        publications.decide(
            postmortem=found.pk,
            marks=request.POST.getlist("mark")[:1000],
            reason=reason if request.POST["what"] == "keep" else "",
            by=request.person,
            at=request.at,
        )
    except Refused as refusal:
        messages.error(request, str(refusal))


def _choose(request: DeskRequest, found: Postmortem) -> None:
    sent = (bounds.number(one) for one in request.POST.getlist("picture")[:1000])
    numbers = [one for one in sent if one is not None]
    published_pictures.choose(
        postmortem=found.pk, pictures=numbers, by=request.person, at=request.at
    )


def _changes(before: Publication, after: str) -> list[tuple[str, str]]:
    zone = process.in_force().zone
    return changes(markdown(Report.from_json(before.report), zone), after)


@rule("engineer")
def publication(request: DeskRequest, number: int, version: int) -> HttpResponse:
    """Show what was published at some time, and what had changed by then."""
    rows = Publication.objects.select_related("postmortem__incident")
    found = get_object_or_404(rows, postmortem=number, number=version)
    before = found.postmortem.publications.filter(number__lt=version).order_by("-number").first()
    report = published_pictures.standing(found)
    text = markdown(report, process.in_force().zone)
    context = {
        "publication": found,
        "report": report,
        "trail": trail(found.postmortem, deeper=True),
        "changes": _changes(before, text) if before else [],
    }
    return render(request, "postmortems/publication.html", context)
