"""Where GitHub posts what became of tickets there."""

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dutydesk.desk.flows import following
from dutydesk.ports.tickets import Forged
from dutydesk.site.screens import DeskRequest, rule


def _says(text: str, status: int) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")


@csrf_exempt
@rule("public")
@require_POST
def github(request: DeskRequest) -> HttpResponse:
    """Take a webhook: 202 for every event that is signed, known or not."""
    if request.content_type != "application/json":
        return _says("Set the webhook's content type to application/json.", 415)
    try:
        following.hear_post(body=request.body, headers=request.headers, at=request.at)
    except Forged as refusal:
        return _says(str(refusal), 403)
    except following.NobodyListens as refusal:
        return _says(str(refusal), 404)
    return _says("Taken.", 202)
