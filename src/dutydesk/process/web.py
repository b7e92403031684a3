"""The process as a readable document."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from dutydesk.kernel.forms import Form
from dutydesk.kernel.refusals import Refused
from dutydesk.process.flows import process as flows
from dutydesk.process.rules.clauses import CLAUSES
from dutydesk.process.words import document as chapters_of
from dutydesk.process.words.openings import openings
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.sent_forms import read_sent, row_field

_FORMS = {"": Form("The process", "Approve it", (row_field("version", "Version"),))}


@rule("anyone")
def document(request: DeskRequest) -> HttpResponse:
    """Show the process in force, and who approved it when; engineers approve it here."""
    version = flows.version_in_force()
    if request.method == "POST":
        try:
            if not request.person.may("engineer"):
                raise Refused("Engineers of the team approve the process.", "Ask one of them.")
            _, answers = read_sent(request, _FORMS, flows.in_force().zone)
            version_seen = answers.number("version")
            flows.approve(version=version_seen, name=request.person.name, at=request.at)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(request.path)
    process = flows.in_force()
    approvals = list(version.approvals.all())
    context = {
        "process": process,
        "version": version,
        "approvals": approvals,
        "mine": any(one.name == request.person.name for one in approvals),
        "chapters": chapters_of(process),
        "clauses": CLAUSES.items(),
        "trouble": flows.trouble(),
        "warnings": flows.warnings(at=request.at),
        "openings": openings(process, request.at),
    }
    return render(request, "process/document.html", context)
