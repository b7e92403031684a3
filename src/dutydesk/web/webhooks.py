"""Taking what a vendor posts to us: signed, and answered in a line of text."""

from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse

from dutydesk.ports.webhooks import Forged, NobodyListens
from dutydesk.web.screens import DeskRequest

TOO_LARGE = "The body is too large."


def says(text: str, status: int) -> HttpResponse:
    """Answer with a line of text."""
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")


def taken(
    request: DeskRequest,
    hear: Callable[..., None],
    refused: Callable[[int, str, datetime], None],
    *,
    wrong: str = "",
) -> HttpResponse:
    """Let `hear` have the body, the headers and the time; 202 whatever it says, if it is signed.

    `refused` is told of what is not taken: the status and why. `wrong`: why its kind of content is
    none that can be read; empty if it may be.
    """
    status, why = (415, wrong) if wrong else _heard(request, hear)
    if status == 202:
        return says("Taken.", 202)
    refused(status, why, request.at)
    return says(why, status)


def _heard(request: DeskRequest, hear: Callable[..., None]) -> tuple[int, str]:
    """Let it be heard; give the status of the answer, and why it is refused if it is."""
    try:
        hear(body=request.body, headers=request.headers, at=request.at)
    except RequestDataTooBig:
        return 413, TOO_LARGE
    except Forged as refusal:
        return 403, str(refusal)
    except NobodyListens as refusal:
        return 404, str(refusal)
    return 202, ""
