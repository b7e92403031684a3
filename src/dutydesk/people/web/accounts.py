"""Who may come in: every account for administrators, and everybody's own."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.moments import zone_names
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows import accounts, zones
from dutydesk.people.flows.attempts import TooManyTries, give_back
from dutydesk.people.models import Account, Engineer
from dutydesk.people.web import sessions
from dutydesk.people.web.passwords import check_password, take_a_try
from dutydesk.web.screens import DeskRequest, rule
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
    change = _CHANGES.get(request.POST.get("what", ""))
    if change is None:
        raise Refused("The form is not known here.", "Open the page again.")
    do, says = change
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


@rule("anyone")
def mine(request: DeskRequest) -> HttpResponse:
    """Show where one is signed in, and end that; change one's own password and time zone."""
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            says = _change_mine(request)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, says)
            return HttpResponseRedirect(request.path)
    context = {
        "browsers": sessions.browsers(
            sessions.open_of(request.person.account), request.session.session_key
        ),
        "zones": sorted(zone_names()),
        "refusal": refusal,
    }
    status = 429 if isinstance(refusal, TooManyTries) else 422 if refusal else 200
    return _private(render(request, "people/my_account.html", context, status=status))


def _change_mine(request: DeskRequest) -> str:
    me, this = request.person, sessions.hashed(request.session.session_key)
    match request.POST.get("what", ""):
        case "end":
            ended = accounts.end_session(
                account=me.account, session=request.POST.get("browser", ""), by=me, at=request.at
            )
            return "You are signed out there." if ended else "You were not signed in there."
        case "end-others":
            accounts.end_sessions(account=me.account, by=me, at=request.at, keep=this)
            return "You are signed out everywhere else."
        case "zone":
            zone = request.POST.get("zone", "").strip()
            return zones.choose(account=me.account, zone=zone, by=me, at=request.at)
        case "password":
            return _change_password(request, me, this)
    raise Refused("The form is not known here.", "Open the page again.")


def _change_password(request: DeskRequest, me: Person, this: str) -> str:
    tries = take_a_try(request, me.email)
    if not Account.objects.get(pk=me.account).check_password(request.POST.get("old", "")):
        raise Refused("That is not your password.", "Give the one that you sign in with now.")
    give_back(tries)
    password = request.POST.get("password", "")
    check_password(password)
    changed = accounts.change_password(
        account=me.account, password=password, by=me, at=request.at, keep=this
    )
    update_session_auth_hash(request, changed)
    return "Your password is changed. Everywhere else you are signed out."


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
