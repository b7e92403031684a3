"""Giving pictures out."""

from django.http import Http404, HttpResponse, HttpResponseNotModified

from dutydesk.pictures.flows import holders, pictures
from dutydesk.pictures.models import Picture
from dutydesk.pictures.rules.pictures import TYPES
from dutydesk.web.screens import DeskRequest, rule

FOR_GOOD = "private, max-age=31536000, immutable"


@rule("anyone")
def picture(request: DeskRequest, number: int) -> HttpResponse:
    """Give a picture to whoever may see what it belongs to."""
    found = holders.seen_by(number, request.person)
    if found is None:
        raise Http404
    return picture_answer(request, found)


def picture_answer(request: DeskRequest, found: Picture, kept: str = FOR_GOOD) -> HttpResponse:
    """Give a picture with its own type, in which nothing runs, to be kept as `kept` says.

    What is in it never changes, so whoever has it needn't be given it again.
    """
    mark = f'"{found.digest}"'
    if request.headers.get("If-None-Match") == mark:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(pictures.data_of(found), content_type=TYPES[found.kind])
        answer["Content-Disposition"] = f'inline; filename="picture-{found.pk}.{found.kind}"'
    answer["ETag"] = mark
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = kept
    return answer
