"""Who may come in: every account, for administrators."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from dutydesk.journal.flows import journal
from dutydesk.kernel.forms import Form
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows import accounts
from dutydesk.people.flows.zones import read_zone
from dutydesk.people.models import Account, Engineer
from dutydesk.people.web import sessions
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.sent_forms import read_sent
from dutydesk.web.tables import Choice, Column, Table, TableQuery

_HAPPENED = 20


@rule("administrator")
def listed(request: DeskRequest) -> HttpResponse:
    """Show every account: whose it is, what it may, when it was last used."""
    asked = _TABLE.asked(request.GET.urlencode())
    context = {"asked": asked, "page": asked.page_of(_asked_for(asked), "name", "email")}
    return _private(render(request, "people/accounts.html", context))


_ACTS = {
    "engineer": Q(engineer__isnull=False),
    "user": Q(engineer=None),
    "administrator": Q(is_administrator=True),
}
_TABLE = Table(
    (
        Column("name", "Who"),
        Column("engineer", "Acts as", field="engineer__name", gaps=True),
        Column(
            "last", "Last sign-in", "oldest first", "newest first", field="last_login", gaps=True
        ),
        Column("in", "Signed in", "fewest first", "most first", field="open_sessions"),
    ),
    sort="name",
    choices=(
        Choice("acts", "Acts as", tuple((name, name) for name in _ACTS)),
        Choice("account", "Account", (("open", "open"), ("closed", "closed"))),
    ),
    search="Words in the name or address",
)


def _asked_for(asked: TableQuery) -> QuerySet[Account]:
    """Give the accounts that were asked for."""
    found = _accounts()
    if acts := asked.chosen.get("acts"):
        found = found.filter(_ACTS[acts])
    if state := asked.chosen.get("account"):
        found = found.filter(is_active=state == "open")
    if asked.words:
        found = found.filter(Q(name__icontains=asked.words) | Q(email__icontains=asked.words))
    return found


def _accounts() -> QuerySet[Account]:
    waiting = Engineer.objects.filter(account=None, active=True, email__iexact=OuterRef("email"))
    return Account.objects.select_related("engineer").annotate(
        open_sessions=Count("sessions", filter=Q(sessions__expire_date__gt=Now())),
        waited_for=Exists(waiting),
    )


@rule("administrator")
def account(request: DeskRequest, number: int) -> HttpResponse:
    """Show one account, where it is signed in and what became of it; change what it may."""
    found = get_object_or_404(_accounts(), pk=number)
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            messages.success(request, _change(found, request))
        except Refused as refused:
            refusal = refused
        else:
            return HttpResponseRedirect(request.path)
    context = {
        "account": found,
        "mine": found.pk == request.person.account,
        "browsers": sessions.browsers(sessions.open_of(found.pk), request.session.session_key),
        "happened": journal.timeline([found.about]).order_by("-at", "-id")[:_HAPPENED],
        "refusal": refusal,
    }
    shown = render(request, "people/account.html", context, status=422 if refusal else 200)
    return _private(shown)


def _change(found: Account, request: DeskRequest) -> str:
    what, _ = read_sent(request, _FORMS, read_zone(request.person.zone))
    do, says = _CHANGES[what]
    do(account=found.pk, by=request.person, at=request.at)
    return says.format(name=found.name)


_Change = Callable[..., Any]
_CHANGES: dict[str, tuple[_Change, str]] = {
    "close": (accounts.close, "{name}'s account is closed, and they are signed out everywhere."),
    "open": (accounts.reopen, "{name}'s account is open again."),
    "administrator": (accounts.make_administrator, "{name} is an administrator."),
    "no-administrator": (accounts.end_administrator, "{name} is no administrator any more."),
    "sign-out": (accounts.end_sessions, "{name} is signed out everywhere."),
    "engineer": (accounts.join_engineer, "{name}'s account acts for the engineer now."),
}
_FORMS = {what: Form("The account", "Change it") for what in _CHANGES}


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
