"""The keys to the addresses that monitoring systems post to."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from dutydesk.alarms.flows import keys as integration
from dutydesk.alarms.models import IntegrationKey
from dutydesk.inbox.flows import refusals
from dutydesk.kernel import bounds
from dutydesk.kernel.addresses import INTAKE, path_to
from dutydesk.kernel.refusals import Refused
from dutydesk.process.flows import process
from dutydesk.web.screens import DeskRequest, rule

DOORS = ("alertmanager", "grafana", "json", "events", "heartbeat", "deploys")


@rule("administrator")
def keys(request: DeskRequest) -> HttpResponse:
    """Make, rotate and revoke the keys that monitoring systems post with."""
    context: dict[str, object] = {}
    if request.method == "POST":
        try:
            context = _carry_out(request)
        except Refused as refusal:
            messages.error(request, str(refusal))
        if not context:
            return HttpResponseRedirect(request.path)
    rules = process.in_force().alarms
    context |= {
        "keys": IntegrationKey.objects.all(),
        "opens": IntegrationKey.Opens.choices,
        "lasts": integration.OLD_LASTS,
        "high": rules.high_severities,
        "routes": len(rules.routes),
        "refused": (refused := refusals.lately(at=request.at, doors=DOORS)),
        "refusing": {one.sender for one in refused},
    }
    response = render(request, "alarms/keys.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _carry_out(request: DeskRequest) -> dict[str, object]:
    """Do what was asked for; give what to show of a new secret, and nothing if there is none."""
    posted = {name: request.POST.get(name, "") for name in ("rotate", "revoke", "revoke-old")}
    number = next(filter(None, map(bounds.number, posted.values())), 0)
    if posted["revoke"]:
        integration.revoke_key(key=number, at=request.at)
        messages.success(request, "The key opens nothing any more.")
        return {}
    if posted["revoke-old"]:
        integration.revoke_old(key=number)
        messages.success(request, "The old secret opens nothing any more.")
        return {}
    name, until = request.POST.get("name", ""), None
    opens = request.POST.get("opens", "") or IntegrationKey.Opens.ALERTS.value
    if posted["rotate"]:
        key, token = integration.rotate_key(key=number, at=request.at)
        name, until, opens = key.name, key.old_until, key.opens
    else:
        token = integration.make_key(name=name, by=request.person.name, at=request.at, opens=opens)
    base = request.build_absolute_uri(INTAKE).rstrip("/")
    found: dict[str, object] = {"token": token, "name": name, "until": until, "base": base}
    if opens == IntegrationKey.Opens.DEPLOYS:
        found["deploys"] = request.build_absolute_uri(path_to("deploys-door", token))
    return found
