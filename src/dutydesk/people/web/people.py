"""Engineers, user teams, services and leadership contacts on the web."""

from collections.abc import Callable
from importlib.resources import files

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from dutydesk.kernel import bounds
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows import identities, invitations
from dutydesk.people.flows import people as flows
from dutydesk.people.models import (
    Account,
    Engineer,
    Invitation,
    LeadershipContact,
    Service,
    Team,
)
from dutydesk.people.rules import (
    ContactRow,
    ServiceRow,
    counted,
    read_people,
    read_row,
)
from dutydesk.web.screens import DeskRequest, rule

EXAMPLE = files("dutydesk.people").joinpath("example.yaml").read_text()


@rule("anyone")
def people(request: DeskRequest) -> HttpResponse:
    """Show who there is; engineers add and change them, administrators invite."""
    typed: dict[str, str] = {}
    refusal: Refused | None = None
    link = secret = ""
    made: Invitation | None = None
    if request.method == "POST":
        typed = {key: str(value).strip() for key, value in request.POST.items()}
        try:
            if typed.get("what") == "invitation":
                token, made = invitations.invite(
                    at=request.at,
                    name=typed.get("name", ""),
                    email=typed.get("email", ""),
                    by=request.person,
                )
                link = request.build_absolute_uri(reverse("welcome", args=[token]))
            else:
                says = _change(request, typed)
                if not says.startswith(flows.SECRET_MARK):
                    messages.success(request, says)
                    return HttpResponseRedirect(request.path)
                secret = says
        except Refused as refused:
            refusal = refused
    context = {
        "engineers": Engineer.objects.select_related("account").prefetch_related("skills"),
        "teams": Team.objects.prefetch_related("services"),
        "services": Service.objects.select_related("team"),
        "contacts": LeadershipContact.objects.all(),
        "typed": typed,
        "file": typed.get("text", "") if typed.get("what") == "file" else EXAMPLE,
        "refusal": refusal,
        "link": link,
        "made": made,
        "secret": secret,
    }
    response = render(request, "people/people.html", context, status=422 if refusal else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def _change(request: DeskRequest, typed: dict[str, str]) -> str:
    """Carry out what the form asks; give what to say, or a secret."""
    what = typed.get("what", "")
    if what == "webhook":
        return _webhook(request, typed)
    if not request.person.may("engineer"):
        raise Refused("This is for engineers of the team to change.", "Ask one of them.")
    change = _CHANGES.get(what)
    if change is None:
        raise Refused("The form is not known here.", "Open the page again.")
    return change(request, typed)


def _engineer(request: DeskRequest, typed: dict[str, str]) -> str:
    saved = flows.save_engineer(
        name=typed.get("name", ""), email=typed.get("email", ""), at=request.at, by=request.person
    )
    waits = saved.account_id is None and Account.objects.filter(email__iexact=saved.email).exists()
    more = f" An administrator can let {saved.email}'s account act for them, under Accounts."
    return f"{saved} is saved.{more if waits else ''}"


def _active(request: DeskRequest, typed: dict[str, str]) -> str:
    engineer = flows.set_active(
        engineer=bounds.number(typed.get("engineer", "")) or 0,
        active=typed["what"] == "back",
        at=request.at,
        by=request.person,
    )
    return f"{engineer} {'is back' if engineer.active else 'has left'}."


def _team(request: DeskRequest, typed: dict[str, str]) -> str:
    team = flows.save_team(name=typed.get("name", ""), channel=typed.get("channel", ""))
    return f"{team} is saved."


def _service(request: DeskRequest, typed: dict[str, str]) -> str:
    row = read_row(
        ServiceRow,
        name=typed.get("name", ""),
        user_facing="user_facing" in typed,
        page_anyway="page_anyway" in typed,
    )
    saved = flows.save_service(
        name=row.name,
        team=bounds.number(typed.get("team", "")),
        user_facing=row.user_facing,
        page_anyway=row.page_anyway,
    )
    return f"{saved} is saved."


def _contact(request: DeskRequest, typed: dict[str, str]) -> str:
    row = read_row(ContactRow, name=typed.get("name", ""), email=typed.get("email", ""))
    return f"{flows.save_contact(name=row.name, email=row.email)} is saved."


def _file(request: DeskRequest, typed: dict[str, str]) -> str:
    read = read_people(typed.get("text", ""))
    return f"Loaded {counted(flows.load(file=read, at=request.at, by=request.person))}."


_CHANGES: dict[str, Callable[[DeskRequest, dict[str, str]], str]] = {
    "engineer": _engineer,
    "left": _active,
    "back": _active,
    "team": _team,
    "service": _service,
    "contact": _contact,
    "file": _file,
}


def _webhook(request: DeskRequest, typed: dict[str, str]) -> str:
    if not request.person.administrator:
        raise Refused("Only administrators set webhooks.", "Ask one of them.")
    secret = flows.set_webhook(
        service=bounds.number(typed.get("service", "")) or 0,
        address=typed.get("address", ""),
    )
    return secret or "The service has no webhook any more."


@rule("anyone")
def connect(request: DeskRequest, token: str) -> HttpResponse:
    """Let whoever is signed in say that they are somebody in a chat outside, before it counts."""
    try:
        found = identities.to_connect(token=token, at=request.at)
        done = request.method == "POST" and bool(
            identities.connect(token=token, account=request.person.account, at=request.at)
        )
    except identities.ConnectGone as gone:
        return render(request, "refused.html", {"refusal": gone}, status=410)
    chat = found.outside.partition(":")[0].capitalize()
    return render(request, "people/connect.html", {"found": found, "chat": chat, "done": done})
