"""The handbook on the web: its repositories, their folders, and each page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from dutydesk.handbook.flows import library, rendition
from dutydesk.handbook.flows.rendition import ReaderAddresses
from dutydesk.handbook.models import HandbookPage, HandbookPicture, HandbookRepository
from dutydesk.handbook.rules.readable import pieces
from dutydesk.handbook.rules.readers import may_read
from dutydesk.handbook.rules.web_addresses import WebPlace
from dutydesk.process.flows import process
from dutydesk.web.screens import DeskRequest, rule

SHOWN = 200
BROKEN = 50
REVIEWED = 50
_View = Callable[..., HttpResponse]
_LISTED = ("path", "title", "broken", "review_by", "changed_at", "repository")


def _for_readers(view: _View) -> _View:
    """Turn away whoever may not read the handbook by the process."""

    @wraps(view)
    def guarded(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_read(process.in_force().handbook, request.person):
            return render(request, "not_yours.html", {"who": "engineers of the team"}, status=403)
        return view(request, *args, **kwargs)

    return rule("anyone")(guarded)


@_for_readers
def overview(request: DeskRequest) -> HttpResponse:
    """List the repositories with what is known of each, and find pages by their words."""
    words = request.GET.get("q", "").strip()[: library.LONGEST]
    found = library.find(words)
    today = request.at.astimezone(process.in_force().zone).date()
    context = {
        "repositories": HandbookRepository.objects.annotate(
            count=Count("pages"),
            broken=Sum("pages__broken", default=0),
            overdue=Count("pages", filter=Q(pages__review_by__lt=today)),
        ).order_by("name"),
        "named": process.in_force().handbook.repositories,
        "words": words,
        "found": [(one.page, pieces(one.title), pieces(one.text)) for one in found],
    }
    return render(request, "handbook/overview.html", context)


@_for_readers
def repository(request: DeskRequest, name: str) -> HttpResponse:
    """Show what is in a folder of a repository, how it stands, and which links lead nowhere."""
    found = get_object_or_404(HandbookRepository, name=name)
    given = process.in_force().handbook.repository(name)
    root = given.folder if given else ""
    folder = request.GET.get("folder", root)
    listed = found.pages.filter(folder=folder).only(*_LISTED)
    context = {
        "repository": found,
        "folder": folder,
        "root": root,
        "above": _above(folder, root),
        "here": folder.rpartition("/")[2],
        "folders": _folders(found, folder),
        "pages": Paginator(listed, SHOWN).get_page(request.GET.get("page")),
        "count": found.pages.count(),
        "broken": found.pages.filter(broken__gt=0).order_by("-broken", "path")[:BROKEN],
        "leading_nowhere": found.pages.aggregate(links=Sum("broken", default=0))["links"],
        "place": WebPlace.of(given) if given else None,
        "today": request.at.astimezone(process.in_force().zone).date(),
    }
    context["web"] = context.pop("place")
    return render(request, "handbook/repository.html", context)


def _above(folder: str, root: str) -> list[tuple[str, str]]:
    """Give the folders above this one, the outermost first: each one's name and path."""
    if folder == root or not folder.startswith(f"{root}/" if root else ""):
        return []
    rest = folder.removeprefix(f"{root}/" if root else "").split("/")
    before = root.split("/") if root else []
    paths = ["/".join([*before, *rest[:count]]) for count in range(1, len(rest))]
    return list(zip(rest, paths, strict=False))


def _folders(found: HandbookRepository, folder: str) -> list[tuple[str, str, int]]:
    """Give the folders right below one that hold pages: name, path, and how many."""
    inside = f"{folder}/" if folder else ""
    below: QuerySet[Any, Any] = found.pages.filter(folder__startswith=inside).exclude(folder=folder)
    counts: dict[str, int] = {}
    for path, count in below.values_list("folder").annotate(count=Count("pk")):
        name = path[len(inside) :].partition("/")[0]
        counts[name] = counts.get(name, 0) + count
    return [(name, inside + name, count) for name, count in sorted(counts.items())]


SIGNED_IN = ReaderAddresses(
    page=lambda name, path: reverse("handbook-page", args=[name, path]),
    picture=lambda name, path: reverse("handbook-picture", args=[name, path]),
)


@_for_readers
def page(request: DeskRequest, name: str, path: str) -> HttpResponse:
    """Show one page, when it last changed, and where it is edited."""
    found = library.page(name=name, path=path)
    if found is None:
        there = get_object_or_404(HandbookRepository, name=name)
        get_object_or_404(there.pages.filter(folder=path.rstrip("/")).only("pk")[:1])
        return redirect(f"{reverse('handbook-repository', args=[name])}?folder={path.rstrip('/')}")
    return render(request, "handbook/page.html", page_context(found, request, SIGNED_IN))


def page_context(
    found: HandbookPage, request: DeskRequest, addresses: ReaderAddresses, *, top: int = 2
) -> dict[str, Any]:
    """Give what a screen shows of a page."""
    shown = rendition.shown(found, addresses, top=top)
    web = rendition.place_of(found)
    return {
        "page": found,
        "repository": found.repository,
        "html": shown.html,
        "headings": [one for one in shown.headings if one.depth <= 3],
        "edit": web.edited(found.path),
        "commit": found.changed_commit[:10],
        "overdue": found.overdue(request.at.astimezone(process.in_force().zone).date()),
    }


@_for_readers
def picture(request: DeskRequest, name: str, path: str) -> HttpResponse:
    """Give a picture that a page shows."""
    return picture_answer(name, path)


def picture_answer(name: str, path: str) -> HttpResponse:
    """Give a picture with its own type, in which nothing runs. Http404 if there is none."""
    found = get_object_or_404(HandbookPicture, repository__name=name, path=path)
    answer = HttpResponse(bytes(found.data), content_type=found.kind)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer["Cache-Control"] = "private, max-age=300"
    return answer


@_for_readers
def review(request: DeskRequest) -> HttpResponse:
    """List the pages that should have been looked through by now, and those whose turn is next."""
    today = request.at.astimezone(process.in_force().zone).date()
    dated = library.PAGES.filter(review_by__isnull=False).defer("text", "words", "outline")
    ordered = dated.order_by("review_by", "path")
    context = {
        "overdue": Paginator(ordered.filter(review_by__lt=today), REVIEWED).get_page(
            request.GET.get("page")
        ),
        "next": ordered.filter(review_by__gte=today)[:20],
        "undated": HandbookPage.objects.filter(review_by=None).count(),
    }
    return render(request, "handbook/review.html", context)
