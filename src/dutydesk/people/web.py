"""Engineers, user teams, services and leadership contacts on the web."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from dutydesk.kernel.refusals import Refused
from dutydesk.people import flows
from dutydesk.people.models import Engineer, LeadershipContact, Service, Team
from dutydesk.people.rules import (
    ContactRow,
    EngineerRow,
    ServiceRow,
    counted,
    read_people,
    read_row,
)
from dutydesk.site.screens import DeskRequest, rule


@rule("anyone")
def people(request: DeskRequest) -> HttpResponse:
    """Show who there is; engineers add and change them, administrators invite."""
    typed: dict[str, str] = {}
    refusal: Refused | None = None
    link = ""
    if request.method == "POST":
        typed = {key: str(value).strip() for key, value in request.POST.items()}
        try:
            says = _change(request, typed)
        except Refused as refused:
            refusal = refused
        else:
            if not says.startswith("/"):
                messages.success(request, says)
                return HttpResponseRedirect(request.path)
            link = request.build_absolute_uri(says)
    context = {
        "engineers": Engineer.objects.select_related("account"),
        "teams": Team.objects.prefetch_related("services"),
        "services": Service.objects.select_related("team"),
        "contacts": LeadershipContact.objects.all(),
        "typed": typed,
        "refusal": refusal,
        "link": link,
    }
    response = render(request, "people/people.html", context, status=422 if refusal else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def _change(request: DeskRequest, typed: dict[str, str]) -> str:
    """Carry out what the form asks; give what to say, or the path of an invitation."""
    what = typed.get("what", "")
    if what == "invitation":
        return _invite(request, typed)
    if not request.person.may("engineer"):
        raise Refused("This is for engineers of the team to change.", "Ask one of them.")
    name, email = typed.get("name", ""), typed.get("email", "")
    if what == "engineer":
        row = read_row(EngineerRow, name=name, email=email)
        flows.save_engineer(name=row.name, email=row.email)
    elif what == "team":
        flows.save_team(name=name, channel=typed.get("channel", ""))
    elif what == "service":
        team = typed.get("team", "")
        service = read_row(
            ServiceRow,
            name=name,
            user_facing="user_facing" in typed,
            page_anyway="page_anyway" in typed,
        )
        flows.save_service(
            name=service.name,
            team=int(team) if team.isdecimal() else None,
            user_facing=service.user_facing,
            page_anyway=service.page_anyway,
        )
    elif what == "contact":
        contact = read_row(ContactRow, name=name, email=email)
        flows.save_contact(name=contact.name, email=contact.email)
    elif what == "file":
        counts = flows.load(file=read_people(typed.get("text", "")))
        return f"Loaded {counted(counts)}."
    else:
        raise Refused("The form is not known here.", "Open the page again.")
    return f"{name} is saved."


def _invite(request: DeskRequest, typed: dict[str, str]) -> str:
    if not request.person.administrator:
        raise Refused("Only administrators invite people.", "Ask one of them.")
    row = read_row(EngineerRow, name=typed.get("name", ""), email=typed.get("email", ""))
    token = flows.invite(at=request.at, name=row.name, email=row.email)
    return f"/welcome/{token}"
