"""Taking what a vendor posts to us: signed, and answered in a line of text."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpResponse

from dutydesk.ports.webhooks import Forged, NobodyListens
from dutydesk.web.screens import DeskRequest


def says(text: str, status: int) -> HttpResponse:
    """Answer with a line of text."""
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")


def taken(
    request: DeskRequest, hear: Callable[..., None], refused: Callable[[int, str, datetime], None]
) -> HttpResponse:
    """Let `hear` have the body, the headers and the time; 202 whatever it says, if it is signed.

    `refused` is told of what is not: the status and why.
    """
    try:
        hear(body=request.body, headers=request.headers, at=request.at)
    except Forged as refusal:
        refused(403, str(refusal), request.at)
        return says(str(refusal), 403)
    except NobodyListens as refusal:
        return says(str(refusal), 404)
    return says("Taken.", 202)
