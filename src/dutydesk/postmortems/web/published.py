"""What is published, for whoever the process file says: pages, Markdown, JSON and a feed."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from dutydesk.pictures.models import Picture
from dutydesk.pictures.web import picture_answer
from dutydesk.postmortems.flows import published_pictures
from dutydesk.postmortems.models import Publication
from dutydesk.postmortems.rules.report import Report
from dutydesk.postmortems.words.report import markdown
from dutydesk.process.flows import process
from dutydesk.status.words.xml import for_xml
from dutydesk.web.markdown import render as as_html
from dutydesk.web.screens import DeskRequest, rule

MOST = 500
_KEPT = "public, max-age=60"
_View = Callable[..., HttpResponse]


def _for_readers(view: _View) -> _View:
    """Let those read whom the process file says: the team, who signs in, or everybody."""

    @rule("public")
    @wraps(view)
    def guarded(request: DeskRequest, **given: int) -> HttpResponse:
        shown = process.in_force().postmortems.publication.shown
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if shown == "sign-in" and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        team = request.user.is_authenticated and request.person.may("engineer")
        if shown == "off" and not team:
            return _nothing(request)
        response = view(request, **given)
        if shown == "public" and response.status_code == 200:
            response.headers["Cache-Control"] = _KEPT
        return response

    return guarded


def _nothing(request: DeskRequest) -> HttpResponse:
    return render(request, "postmortems/not_published.html", status=404)


def _standing() -> list[Publication]:
    """Give what is read now, the newest first: of each postmortem its newest, if that stands."""
    newest = Publication.objects.order_by("postmortem_id", "-number").distinct("postmortem_id")
    rows = Publication.objects.filter(
        pk__in=newest.values("pk"), withdrawn_at=None, postmortem__withdrawn_at=None
    )
    return list(rows.order_by("-at", "-pk")[:MOST])


def _one(number: int) -> Publication | None:
    newest = Publication.objects.filter(postmortem=number).select_related("postmortem")
    found = newest.order_by("-number").first()
    if found is None or found.withdrawn_at or found.postmortem.withdrawn_at:
        return None
    return found


@_for_readers
def published_list(request: DeskRequest) -> HttpResponse:
    """List what is published."""
    found = [(one, Report.from_json(one.report)) for one in _standing()]
    context = {"found": found, "team": process.in_force().team.name}
    return render(request, "postmortems/published_list.html", context)


@_for_readers
def published(request: DeskRequest, number: int) -> HttpResponse:
    """Show one as it was published; printed, it makes a document of its own."""
    found = _one(number)
    if found is None:
        return _nothing(request)
    report = published_pictures.standing(found)
    context = {
        "publication": found,
        "report": report,
        "team": process.in_force().team.name,
        "zone": process.in_force().zone,
        "beneath": reverse("published-picture", args=[number, 0]).removesuffix("0"),
    }
    return render(request, "postmortems/published.html", context)


@_for_readers
def published_picture(request: DeskRequest, number: int, picture: int) -> HttpResponse:
    """Give a picture that is published with one."""
    found = _one(number)
    report = Report.from_json(found.report) if found else None
    shown = {each.number for one in report.timeline for each in one.pictures} if report else set()
    there = Picture.objects.filter(pk=picture).first() if picture in shown else None
    if there is None:
        return _nothing(request)
    return picture_answer(request, there, kept="private, max-age=60")


@_for_readers
def as_markdown(request: DeskRequest, number: int) -> HttpResponse:
    """Give one as Markdown."""
    found = _one(number)
    if found is None:
        return _nothing(request)
    text = markdown(Report.from_json(found.report), process.in_force().zone)
    return HttpResponse(text, content_type="text/markdown; charset=utf-8")


@_for_readers
def as_json(request: DeskRequest, number: int) -> HttpResponse:
    """Give one as JSON."""
    found = _one(number)
    if found is None:
        return _nothing(request)
    address = settings.BASE_URL + reverse("published-postmortem", args=[number])
    at = found.at.isoformat(timespec="seconds")
    report = published_pictures.standing(found).as_json()
    told = {"address": address, "version": found.number, "published": at, **report}
    return JsonResponse(told)


class _Feed(Atom1Feed):
    """A feed whose time is that of what it holds; of nothing, that of the first day."""

    def latest_post_date(self) -> datetime:
        """Give when something was last published."""
        told = [item["updateddate"] for item in self.items]
        return max(told, default=datetime.fromisoformat("1970-01-01T00:00:00+00:00"))


@_for_readers
def feed(request: DeskRequest) -> HttpResponse:
    """Give what is published as an Atom feed."""
    link = settings.BASE_URL + reverse("published-postmortems")
    title = for_xml(f"{process.in_force().team.name}: postmortems")
    made = _Feed(title=title, link=link, description="", language="en-gb")
    for one in _standing()[:50]:
        report = Report.from_json(one.report)
        address = settings.BASE_URL + reverse("published-postmortem", args=[one.postmortem_id])
        summary = next((section.text for section in report.sections), "")
        made.add_item(
            title=for_xml(report.title),
            link=address,
            description=for_xml(as_html(summary).html),
            unique_id=address,
            pubdate=one.at,
            updateddate=one.at,
        )
    return HttpResponse(
        made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8"
    )
