"""Where GitHub posts what became of tickets there."""

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dutydesk.desk.flows import tracker_inbound
from dutydesk.inbox.api.refused import refusing
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.webhooks import taken


@csrf_exempt
@rule("public", form=False)
@require_POST
def github(request: DeskRequest) -> HttpResponse:
    """Take a webhook: 202 for every event that is signed, known or not."""
    json = request.content_type == "application/json"
    wrong = "" if json else "Set the webhook's content type to application/json."
    return taken(request, tracker_inbound.hear_post, refusing("github", "GitHub"), wrong=wrong)
