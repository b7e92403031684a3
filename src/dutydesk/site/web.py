"""Screens that belong to no room."""

from django.http import HttpRequest, JsonResponse

from dutydesk.site.health import health
from dutydesk.wiring import clock


def healthz(request: HttpRequest) -> JsonResponse:
    """Say what is well and what isn't: 200 if all is, else 503. Nothing secret is in it."""
    checks = health(clock.now())
    well = all(check.well for check in checks)
    body = {
        "well": well,
        "checks": {
            check.name: {"well": check.well, "says": check.says, "remedy": check.remedy}
            for check in checks
        },
    }
    return JsonResponse(body, status=200 if well else 503)
