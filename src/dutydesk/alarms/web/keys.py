"""The keys to the addresses that monitoring systems post to."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from dutydesk.alarms.flows import keys as integration
from dutydesk.alarms.flows import route_health
from dutydesk.alarms.flows.alert_arrivals import ALERTS
from dutydesk.alarms.models import IntegrationKey
from dutydesk.inbox.flows import refusals
from dutydesk.kernel.addresses import INTAKE, path_to
from dutydesk.kernel.forms import Answers, Field, Form
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows.zones import read_zone
from dutydesk.process.flows import process
from dutydesk.web.fields import said
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.sent_forms import read_sent, row_field, typed

_OPENS = tuple((str(value), str(label)) for value, label in IntegrationKey.Opens.choices)
_FORMS = {
    "": Form(
        "Another key",
        "Make a key",
        (
            Field("name", "Which system?", longest=100),
            Field(
                "opens",
                "What does it post?",
                "choice",
                required=False,
                value="alerts",
                options=_OPENS,
            ),
        ),
    ),
    "rotate": Form("A new secret", "Give it a new secret", (row_field("rotate", "Key"),)),
    "revoke": Form("Revoke", "Revoke it", (row_field("revoke", "Key"),)),
    "revoke-old": Form("Revoke", "Revoke the old secret", (row_field("revoke-old", "Key"),)),
}


@rule("administrator")
def keys(request: DeskRequest) -> HttpResponse:
    """Make, rotate and revoke the keys that monitoring systems post with."""
    context: dict[str, object] = {}
    if request.method == "POST":
        try:
            context = _carry_out(request)
        except Refused as refusal:
            context = {**said(refusal), "typed": typed(request)}
        if not context:
            return HttpResponseRedirect(request.path)
    rules = process.in_force().alarms
    context |= {
        "keys": IntegrationKey.objects.all(),
        "forms": _FORMS,
        "high": rules.high_severities,
        "routes": len(rules.routes),
        "troubles": list(route_health.troubles(process.in_force())),
        "refused": (refused := refusals.lately(at=request.at, doors=ALERTS.doors)),
        "refusing": {one.sender for one in refused},
    }
    status = 422 if "refusal" in context else 200
    response = render(request, "alarms/keys.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _carry_out(request: DeskRequest) -> dict[str, object]:
    """Do what was asked for; give what to show of a new secret, and nothing if there is none."""
    what, answers = read_sent(request, _FORMS, read_zone(request.person.zone))
    match what:
        case "revoke":
            integration.revoke_key(key=answers.number(what), at=request.at)
            messages.success(request, "The key opens nothing any more.")
            return {}
        case "revoke-old":
            integration.revoke_old(key=answers.number(what))
            messages.success(request, "The old secret opens nothing any more.")
            return {}
        case "rotate":
            key, token = integration.rotate_key(key=answers.number(what), at=request.at)
            found = {"token": token, "name": key.name, "until": key.old_until}
            return found | _addresses(request, token, key.opens)
    return _made(request, answers)


def _made(request: DeskRequest, answers: Answers) -> dict[str, object]:
    name = answers.text("name")
    opens = answers.text("opens") or IntegrationKey.Opens.ALERTS.value
    token = integration.make_key(name=name, by=request.person.name, at=request.at, opens=opens)
    return {"token": token, "name": name, "until": None} | _addresses(request, token, opens)


def _addresses(request: DeskRequest, token: str, opens: str) -> dict[str, object]:
    """Give where a secret is posted to."""
    found: dict[str, object] = {"base": request.build_absolute_uri(INTAKE).rstrip("/")}
    if opens == IntegrationKey.Opens.DEPLOYS:
        found["deploys"] = request.build_absolute_uri(path_to("deploys-door", token))
    return found
