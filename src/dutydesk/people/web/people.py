"""Engineers, user teams, services and leadership contacts on the web."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from dutydesk.kernel.forms import Answers, Form
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows import directory, identities, invitations, membership
from dutydesk.people.flows import people as flows
from dutydesk.people.flows.zones import read_zone
from dutydesk.people.models import (
    Account,
    Engineer,
    LeadershipContact,
    Service,
    Team,
)
from dutydesk.people.rules import (
    ContactRow,
    counted,
    read_people,
    read_row,
)
from dutydesk.people.web.forms import forms
from dutydesk.web.fields import said
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.sent_forms import WHAT, read_sent, typed


@rule("anyone")
def people(request: DeskRequest) -> HttpResponse:
    """Show who there is; engineers add and change them, administrators invite."""
    teams = Team.objects.prefetch_related("services")
    services = Service.objects.select_related("team")
    theirs = _changeable(request)
    contacts = LeadershipContact.objects.all()
    asked = forms(services, teams, theirs, contacts)
    refusal: Refused | None = None
    shown: dict[str, Any] = {}
    if request.method == "POST":
        try:
            shown = _done(request, asked)
        except Refused as refused:
            refusal = refused
        if "says" in shown:
            messages.success(request, shown["says"])
            return HttpResponseRedirect(request.path)
    context = shown | said(refusal)
    context |= {
        "engineers": Engineer.objects.select_related("account").prefetch_related("skills"),
        "teams": teams,
        "services": services,
        "contacts": contacts,
        "typed": typed(request),
        "forms": asked,
        "changeable": theirs,
    }
    response = render(request, "people/people.html", context, status=422 if refusal else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def _changeable(request: DeskRequest) -> QuerySet[Engineer]:
    """Give whose name and address one may change: one's own; all, if one is an administrator."""
    there = Engineer.objects.filter(active=True)
    return there if request.person.administrator else there.filter(pk=request.person.engineer or 0)


def _done(request: DeskRequest, asked: Mapping[str, Form]) -> dict[str, Any]:
    """Carry out what the form asks; give what is said of it, or what is shown once."""
    what = typed(request).get(WHAT, "")
    if what in _ADMINISTRATORS and not request.person.administrator:
        raise Refused(_ADMINISTRATORS[what], "Ask one of them.")
    if what not in _ADMINISTRATORS and not request.person.may("engineer"):
        raise Refused("This is for engineers of the team to change.", "Ask one of them.")
    what, answers = read_sent(request, asked, read_zone(request.person.zone))
    return _CHANGES[what](request, answers)


def _invitation(request: DeskRequest, answers: Answers) -> dict[str, Any]:
    token, made = invitations.invite(
        at=request.at,
        name=answers.text("name"),
        email=answers.text("email"),
        by=request.person,
    )
    return {"link": request.build_absolute_uri(reverse("welcome", args=[token])), "made": made}


@transaction.atomic
def _engineer(request: DeskRequest, answers: Answers) -> dict[str, Any]:
    joins, email = answers.moment_if_any("joins"), answers.text("email")
    if joins and Engineer.objects.filter(email__iexact=email, active=True).exists():
        raise Refused("They are on the team already.", "Leave “Takes turns from” empty.")
    saved = flows.save_engineer(
        name=answers.text("name"), email=email, at=request.at, by=request.person
    )
    if joins is not None:
        membership.join(engineer=saved.pk, on=joins, at=request.at, by=request.person)
    waits = saved.account_id is None and Account.objects.filter(email__iexact=saved.email).exists()
    more = f" An administrator can let {saved.email}'s account act for them, under Accounts."
    return {"says": f"{saved} is saved.{more if waits else ''}"}


def _changed(request: DeskRequest, answers: Answers) -> dict[str, Any]:
    saved = flows.change_engineer(
        engineer=answers.number("who"),
        name=answers.text("name"),
        email=answers.text("email"),
        at=request.at,
        by=request.person,
    )
    return {"says": f"{saved} is saved."}


def _left(request: DeskRequest, answers: Answers, *, active: bool = False) -> dict[str, Any]:
    engineer = flows.set_active(
        engineer=answers.number("engineer"), active=active, at=request.at, by=request.person
    )
    return {"says": f"{engineer} {'is back' if engineer.active else 'has left'}."}


def _team(request: DeskRequest, answers: Answers) -> dict[str, Any]:
    team = flows.save_team(name=answers.text("name"), channel=answers.text("channel"))
    return {"says": f"{team} is saved."}


def _service(request: DeskRequest, answers: Answers) -> dict[str, Any]:
    saved = flows.save_service(
        name=answers.text("name"),
        team=answers.number_if_any("team"),
        user_facing=answers.flag("user_facing"),
        page_anyway=answers.flag("page_anyway"),
    )
    return {"says": f"{saved} is saved."}


def _contact(request: DeskRequest, answers: Answers) -> dict[str, Any]:
    row = read_row(ContactRow, **answers.texts())
    saved = flows.save_contact(name=row.name, email=row.email, at=request.at, by=request.person)
    return {"says": f"{saved} is saved."}


def _renamed(request: DeskRequest, answers: Answers) -> dict[str, Any]:
    saved = directory.rename(
        about=answers.text("which"), name=answers.text("name"), by=request.person, at=request.at
    )
    return {"says": f"It is called {saved} now."}


def _removed(request: DeskRequest, answers: Answers) -> dict[str, Any]:
    name = directory.remove(about=answers.text("which"), by=request.person, at=request.at)
    return {"says": f"{name} is removed."}


def _file(request: DeskRequest, answers: Answers) -> dict[str, Any]:
    read = read_people(answers.text("text"))
    loaded = counted(flows.load(file=read, at=request.at, by=request.person))
    return {"says": f"Loaded {loaded}."}


def _webhook(request: DeskRequest, answers: Answers) -> dict[str, Any]:
    secret = flows.set_webhook(service=answers.number("service"), address=answers.text("address"))
    return {"secret": secret} if secret else {"says": "The service has no webhook any more."}


_CHANGES: dict[str, Callable[[DeskRequest, Answers], dict[str, Any]]] = {
    "invitation": _invitation,
    "engineer": _engineer,
    "change": _changed,
    "left": _left,
    "back": partial(_left, active=True),
    "team": _team,
    "service": _service,
    "contact": _contact,
    "rename-team": _renamed,
    "rename-service": _renamed,
    "rename-contact": _renamed,
    "remove": _removed,
    "file": _file,
    "webhook": _webhook,
}
_ADMINISTRATORS = {
    "invitation": "Only administrators invite people.",
    "webhook": "Only administrators set webhooks.",
}


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
