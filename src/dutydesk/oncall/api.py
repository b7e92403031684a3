"""Where PagerDuty posts what people did there."""

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dutydesk.oncall.flows import following
from dutydesk.ports.pager import Forged
from dutydesk.site.screens import DeskRequest, rule


def _says(text: str, status: int) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")


@csrf_exempt
@rule("public")
@require_POST
def pagerduty(request: DeskRequest) -> HttpResponse:
    """Take a webhook: 202 for every event, known or not; what follows is a worker's.

    Three dropped in a row would switch the subscription off for a day.
    Source: https://developer.pagerduty.com/docs/webhooks-behavior.
    """
    if request.content_type == "multipart/form-data":  # Its body is gone once it was read.
        return _says("PagerDuty sends JSON; this is a form.", 415)
    try:
        following.hear_post(body=request.body, headers=request.headers, at=request.at)
    except Forged as refusal:
        return _says(str(refusal), 403)
    except following.NobodyListens as refusal:
        return _says(str(refusal), 404)
    return _says("Taken.", 202)
