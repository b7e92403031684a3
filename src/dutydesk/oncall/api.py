"""Where PagerDuty posts what people did there."""

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dutydesk.inbox.api.refused import refusing
from dutydesk.oncall.flows import pager_inbound
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.webhooks import taken


@csrf_exempt
@rule("public", form=False)
@require_POST
def pagerduty(request: DeskRequest) -> HttpResponse:
    """Take a webhook: 202 for every event, known or not; what follows is a worker's.

    Three dropped in a row would switch the subscription off for a day.
    Source: https://developer.pagerduty.com/docs/webhooks-behavior.
    """
    return taken(request, pager_inbound.hear_post, refusing("pagerduty", "PagerDuty"))
